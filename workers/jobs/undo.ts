/** Takes back what a restore made: its dated folder with everything in it, or the values it has changed. */
import type { ItemNote, UndoReport } from '../contract/jobs.ts';
import type { SnapshotId } from '../kernel/brand.ts';
import { failure, type Failure } from '../kernel/failure.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import type { Account, Row } from '../repository/model.ts';
import type { SnapshotReader } from '../repository/repository.ts';
import type { InPlacePort, RestorePort, Workload } from '../workloads/workload.ts';
import { restoreLock } from './locks.ts';
import {
  dropItem,
  dropJournal,
  folderNotes,
  hasWritten,
  journalledEntries,
  readJournal,
  type JournalEntry,
  type JournalItem,
} from './restore-journal.ts';
import type { RestoreDeps } from './restore-run.ts';
import { endsRestore, isAbsent } from './run-stop.ts';

/** What fails stays noted, for the next try. `input/invalid` where this device knows no such restore; `job/already-running` while it runs. */
export async function undoRestore(
  deps: RestoreDeps & { readonly workloads: readonly Workload[] },
  hash: string,
): Promise<Result<UndoReport>> {
  const entry = await readJournal(deps.records, hash);
  if (!entry.ok) return entry;
  const { request } = entry.value;
  const opened = await deps.repository.open(request.snapshot as SnapshotId);
  if (!opened.ok) return opened;
  const { account, workload: name } = opened.value.snapshot;
  const workload = deps.workloads.find((each) => each.name === name);
  if (!workload) return err(failure('input/invalid', `no workload ${name}`));
  return deps.locks.hold(restoreLock(hash), async () => {
    const { inPlace } = workload.restore;
    const undone = inPlace
      ? await putValuesBack(deps, inPlace, opened.value, hash)
      : await removeFolder(deps, workload.restore, account, entry.value);
    if (!undone.ok || undone.value.failed.length > 0) return undone;
    const dropped = await dropJournal(deps.records, hash);
    return dropped.ok ? undone : dropped;
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
): Promise<Result<UndoReport>> {
  const notes = folderNotes(records, hash);
  const deps = { graph, clock, signal: new AbortController().signal, notes };
  const found =
    target === null ? await port.openTarget(account, targetFolder, deps) : ok({ account, folder: target });
  const removed = found.ok ? await port.removeTarget(found.value, deps) : found;
  return removed.ok || isNothingThere(removed.error) ? ok({ failed: [], kept: [] }) : removed;
}

const isNothingThere = (failure: Failure): boolean => failure.code === 'graph/not-found' || isAbsent(failure);

/** Item by item, past those that fail; cut short, it can be begun again. */
async function putValuesBack(
  deps: RestoreDeps,
  port: InPlacePort,
  reader: SnapshotReader,
  hash: string,
): Promise<Result<UndoReport>> {
  const noted = await journalledEntries(deps.records, hash);
  if (!noted.ok) return noted;
  const failed: ItemNote[] = [];
  const kept: { readonly name: string; readonly fields: readonly string[] }[] = [];
  for (const [item, entry] of [...noted.value].toReversed()) {
    const row = hasWritten(entry) ? await reader.row(item) : ok(undefined);
    const undone = row.ok ? await undoItem(deps, port, row.value, entry) : row;
    const name = (row.ok && row.value?.name) || item;
    if (!undone.ok) {
      if (endsRestore(undone.error)) return undone;
      const { account, workload } = reader.snapshot;
      const { code: reason, detail } = undone.error;
      failed.push({ account: account.id, workload, item, name, reason, detail });
      continue;
    }
    if (undone.value.length > 0) kept.push({ name, fields: undone.value });
    const dropped = await dropItem(deps.records, hash, item);
    if (!dropped.ok) return dropped;
  }
  return ok({ failed, kept });
}

/** What was left alone of it. */
async function undoItem(
  { graph, clock, asAdmin }: RestoreDeps,
  port: InPlacePort,
  row: Row | undefined,
  { change, written }: JournalItem,
): Promise<Result<string[]>> {
  if (!row || !change || !written) return ok([]);
  const deps = { graph, clock, signal: new AbortController().signal, ...(asAdmin && { asAdmin }) };
  return port.undo(row, written, change, deps);
}
