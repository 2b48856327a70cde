import { expect, test } from 'vitest';
import { groupSnapshots } from '../../../../web/lib/features/browse/snapshot-groups.ts';
import type { SnapshotView } from '../../../../workers/contract/views.ts';

const snapshot = (
  id: string,
  name: string,
  workload: 'mail' | 'drive',
  committedAt: string,
): SnapshotView => ({
  id,
  account: { id: name, userPrincipalName: `${name}@x.example`, displayName: name },
  workload,
  kind: 'complete',
  committedAt,
  items: 1,
  bytes: 1,
  pending: 0,
  skipped: 0,
  failed: 0,
});

test('by account name, mail before drive, newest first', () => {
  const groups = groupSnapshots([
    snapshot('1', 'Zoe', 'drive', '2026-11-01'),
    snapshot('2', 'Adele', 'drive', '2026-11-02'),
    snapshot('3', 'Adele', 'mail', '2026-11-01'),
    snapshot('4', 'Adele', 'mail', '2026-11-03'),
  ]);
  expect(groups.map(({ account }) => account.displayName)).toEqual(['Adele', 'Zoe']);
  expect(
    groups[0]?.shelves.map(({ workload, snapshots }) => [workload, snapshots.map(({ id }) => id)]),
  ).toEqual([
    ['mail', ['4', '3']],
    ['drive', ['2']],
  ]);
});

test('a renamed account keeps its newest name', () => {
  const before = snapshot('1', 'u1', 'mail', '2026-11-01');
  const after = {
    ...snapshot('2', 'u1', 'mail', '2026-11-02'),
    account: { ...before.account, displayName: 'New' },
  };
  expect(groupSnapshots([before, after])[0]?.account.displayName).toBe('New');
});

test('nothing in, nothing out', () => {
  expect(groupSnapshots([])).toEqual([]);
});
