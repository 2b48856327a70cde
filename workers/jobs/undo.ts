/** Takes back what a restore made: its dated folder with everything in it, or the values it has changed. */
import type { SnapshotId } from '../kernel/brand.ts';
import { failure, type Failure } from '../kernel/failure.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import type { Account } from '../repository/model.ts';
import type { Repository, SnapshotReader } from '../repository/repository.ts';
import type { InPlacePort, RestorePort, Workload, WorkloadDeps } from '../workloads/workload.ts';
import { restoreLock } from './locks.ts';
import {
  dropJournal,
  folderNotes,
  journalledEntries,
  readJournal,
  type JournalEntry,
  type JournalItem,
} from './restore-journal.ts';
import type { RestoreDeps } from './restore-run.ts';
import { isAbsent } from './run-stop.ts';

/** `input/invalid` where this device knows no such restore; `job/already-running` while it runs. */
export async function undoRestore(
  deps: RestoreDeps & { readonly workloads: readonly Workload[] },
  hash: string,
): Promise<Result<void>> {
  const entry = await readJournal(deps.records, hash);
  if (!entry.ok) return entry;
  const { request } = entry.value;
  const opened = await deps.repository.open(request.snapshot as SnapshotId);
  if (!opened.ok) return opened;
  const { account, workload: name } = opened.value.snapshot;
  const workload = deps.workloads.find((each) => each.name === name);
  if (!workload) return err(failure('input/invalid', `no workload ${name}`));
  return deps.locks.hold(restoreLock(hash), async () => {
    const removed = workload.restore.inPlace
      ? await putValuesBack(deps, workload.restore.inPlace, opened.value, hash)
      : await removeFolder(deps, workload.restore, account, entry.value);
    return removed.ok || isNothingThere(removed.error) ? dropJournal(deps.records, hash) : removed;
  });
}

/** What it has put back stays; `job/already-running` while it runs. */
export const forgetRestore = (
  { locks, records }: Pick<RestoreDeps, 'locks' | 'records'>,
  hash: string,
): Promise<Result<void>> => locks.hold(restoreLock(hash), () => dropJournal(records, hash));

/**
 * A restore may have been killed after it made its folder and before it noted the id: then the folder is looked for by
 * its name, which makes an empty one where there is none.
 */
async function removeFolder(
  { graph, clock, records }: RestoreDeps,
  port: RestorePort,
  account: Account,
  { hash, target, targetFolder }: JournalEntry,
): Promise<Result<void>> {
  const notes = folderNotes(records, hash);
  const deps = { graph, clock, signal: new AbortController().signal, notes };
  if (target !== null) return port.removeTarget({ account, folder: target }, deps);
  const found = await port.openTarget(account, targetFolder, deps);
  return found.ok ? port.removeTarget(found.value, deps) : found;
}

const isNothingThere = (failure: Failure): boolean => failure.code === 'graph/not-found' || isAbsent(failure);

/** The values before, item by item; cut short, it can be begun again. */
async function putValuesBack(
  { repository, records, graph, clock, asAdmin }: RestoreDeps,
  port: InPlacePort,
  reader: SnapshotReader,
  hash: string,
): Promise<Result<void>> {
  const signal = new AbortController().signal;
  const deps = { graph, clock, signal, ...(asAdmin && { asAdmin }) };
  const noted = await journalledEntries(records, hash);
  if (!noted.ok) return noted;
  for (const [item, entry] of [...noted.value].toReversed()) {
    const undone = await undoItem({ port, reader, repository }, [item, entry], deps);
    if (!undone.ok) return undone;
  }
  return ok();
}

interface Undoing {
  readonly port: InPlacePort;
  readonly reader: SnapshotReader;
  readonly repository: Repository;
}

async function undoItem(
  { port, reader, repository }: Undoing,
  [item, { id, change }]: readonly [string, JournalItem],
  deps: WorkloadDeps,
): Promise<Result<void>> {
  if (!change || (change.id !== null && change.fields.length === 0)) return ok();
  const row = await reader.row(item);
  if (!row.ok) return row;
  if (!row.value) return ok();
  // Put and not yet noted as such: it is looked for as the restore would.
  const now = id === '' ? await port.change(row.value, repository, deps) : ok({ id });
  if (!now.ok) return now;
  return now.value.id === null ? ok() : port.undo(row.value, now.value.id, change, deps);
}
