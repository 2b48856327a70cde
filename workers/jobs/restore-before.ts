/** What earlier runs of a restore have put back, as far as it is still there. */
import { forEachLimited } from '../kernel/limit.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import type { RestoreTarget } from '../workloads/workload.ts';
import type { Places } from './restore-item.ts';
import { journalledItems, type JournalItem } from './restore-journal.ts';
import { workloadDeps, type RestoreRun } from './restore-run.ts';
import { endsRestore } from './run-stop.ts';

const FOLDERS_IN_FLIGHT = 4;

/**
 * Source item id → what became of it. The journal says where an item was put and only the folder says that it is there:
 * somebody may have thrown away the item, or the folder with all in it. Where a folder cannot be listed, its items
 * count as not yet compared and are looked at one by one.
 */
export async function restoredBefore(
  run: RestoreRun,
  target: RestoreTarget,
  places: Places,
): Promise<Result<ReadonlyMap<string, JournalItem>>> {
  const { deps, prepared, control } = run;
  const journalled = await journalledItems(deps.records, prepared.plan.hash);
  if (!journalled.ok) return journalled;
  const current = new Set([target.folder, ...[...places.values()].flatMap((at) => (at.ok ? at.value : []))]);
  const items = [...journalled.value].filter(([, { folder }]) => current.has(folder));
  const listed = new Map<string, ReadonlySet<string>>();
  await forEachLimited(new Set(items.map(([, { folder }]) => folder)), FOLDERS_IN_FLIGHT, async (folder) => {
    if (control.state !== 'running') return;
    const there = await prepared.workload.restore.itemsIn({ target, folder }, workloadDeps(run));
    if (there.ok) listed.set(folder, there.value);
    else if (endsRestore(there.error)) control.stop(there.error);
  });
  if (control.failure) return err(control.failure);
  const before = new Map<string, JournalItem>();
  for (const [source, item] of items) {
    const there = listed.get(item.folder);
    if (!there) before.set(source, { ...item, compared: false });
    else if (there.has(item.id)) before.set(source, item);
  }
  return ok(before);
}
