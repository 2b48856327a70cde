/** Takes back what a restore made: its dated folder with everything in it. */
import type { SnapshotId } from '../kernel/brand.ts';
import { failure, type Failure } from '../kernel/failure.ts';
import { err, type Result } from '../kernel/result.ts';
import type { Account } from '../repository/model.ts';
import type { RestorePort, Workload } from '../workloads/workload.ts';
import { restoreLock } from './locks.ts';
import { dropJournal, readJournal, type JournalEntry } from './restore-journal.ts';
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
    const removed = await removeFolder(deps, workload.restore, account, entry.value);
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
  { graph, clock }: RestoreDeps,
  port: RestorePort,
  account: Account,
  { target, targetFolder }: JournalEntry,
): Promise<Result<void>> {
  const deps = { graph, clock, signal: new AbortController().signal };
  if (target !== null) return port.removeTarget({ account, folder: target }, deps);
  const found = await port.openTarget(account, targetFolder, deps);
  return found.ok ? port.removeTarget(found.value, deps) : found;
}

const isNothingThere = (failure: Failure): boolean => failure.code === 'graph/not-found' || isAbsent(failure);
