/** Snapshots as people look for them: by account, then by kind of data, newest first. */
import type { SnapshotView } from '#workers/contract/views.ts';

export interface Shelf {
  readonly workload: SnapshotView['workload'];
  /** Newest first; never empty. */
  readonly snapshots: readonly SnapshotView[];
}

export interface AccountShelves {
  readonly account: SnapshotView['account'];
  readonly shelves: readonly Shelf[];
}

const order: readonly SnapshotView['workload'][] = ['mail', 'drive', 'tasks', 'directory'];

export function groupSnapshots(snapshots: readonly SnapshotView[]): readonly AccountShelves[] {
  const byAccount = new Map<string, SnapshotView[]>();
  for (const snapshot of snapshots) {
    const { id } = snapshot.account;
    byAccount.set(id, [...(byAccount.get(id) ?? []), snapshot]);
  }
  return [...byAccount.values()].map(toShelves).sort((a, b) => compareNames(a.account, b.account));
}

function toShelves(snapshots: readonly SnapshotView[]): AccountShelves {
  const newest = [...snapshots].sort((a, b) => b.committedAt.localeCompare(a.committedAt));
  const shelves = order
    .map((workload) => ({ workload, snapshots: newest.filter((snapshot) => snapshot.workload === workload) }))
    .filter((shelf) => shelf.snapshots.length > 0);
  return { account: (newest[0] as SnapshotView).account, shelves };
}

const compareNames = (a: SnapshotView['account'], b: SnapshotView['account']): number =>
  a.displayName.localeCompare(b.displayName);
