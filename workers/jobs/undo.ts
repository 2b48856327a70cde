/** Takes back what a restore made: its dated folder with everything in it. */
import type { SnapshotId } from '../kernel/brand.ts';
import { failure } from '../kernel/failure.ts';
import { err, type Result } from '../kernel/result.ts';
import type { Workload } from '../workloads/workload.ts';
import { restoreLock } from './locks.ts';
import { dropJournal, readJournal } from './restore-journal.ts';
import type { RestoreDeps } from './restore.ts';

/** `input/invalid` where this device knows no such restore; `job/already-running` while it runs. */
export async function undoRestore(
  deps: RestoreDeps & { readonly workloads: readonly Workload[] },
  hash: string,
): Promise<Result<void>> {
  const entry = await readJournal(deps.records, hash);
  if (!entry.ok) return entry;
  const { request, target } = entry.value;
  const opened = await deps.repository.open(request.snapshot as SnapshotId);
  if (!opened.ok) return opened;
  const { account, workload: name } = opened.value.snapshot;
  const workload = deps.workloads.find((each) => each.name === name);
  if (!workload) return err(failure('input/invalid', `no workload ${name}`));
  return deps.locks.hold(restoreLock(hash), async () => {
    if (target !== null) {
      const { signal } = new AbortController();
      const removed = await workload.restore.removeTarget(
        { account, folder: target },
        { graph: deps.graph, clock: deps.clock, signal },
      );
      if (!removed.ok && removed.error.code !== 'graph/not-found') return removed;
    }
    return dropJournal(deps.records, hash);
  });
}
