import { describe, expect, it } from 'vitest';
import { freeFolderName } from '../../../../workers/jobs/restore-journal.ts';
import { datedFolder, prepareRestore } from '../../../../workers/jobs/restore-plan.ts';
import type { SnapshotId } from '../../../../workers/kernel/brand.ts';
import { ok } from '../../../../workers/kernel/result.ts';
import { withDamagedPage } from './fakes/damaged-page.ts';
import { setUp, value } from './restore-world.ts';

describe('prepareRestore', () => {
  it('counts what will be made and names what the backup lacks', async () => {
    const { prepare } = await setUp();
    const { plan } = await prepare({ kind: 'all' });
    expect(plan).toMatchObject({
      account: 'ann@contoso.test',
      workload: 'mail',
      targetFolder: 'Restored 2026-11-23 14.05',
      items: 3,
      folders: 3,
      missing: [{ name: 'mail owed', reason: 'pending' }],
      losses: ['conversation'],
    });
    expect(plan.hash).toMatch(/^[0-9a-f]{64}$/);
  });

  it('counts what damaged pages of the snapshot leave, and names each', async () => {
    const { deps, workload, prepare } = await setUp();
    const { request } = await prepare({ kind: 'all' });
    const open = async (id: SnapshotId) => {
      const reader = await deps.repository.open(id);
      return reader.ok ? ok(withDamagedPage(reader.value, 'b')) : reader;
    };
    const repository = { ...deps.repository, open };
    const { plan, rows } = value(
      await prepareRestore({ repository, workloads: [workload] }, request, 'Restored'),
    );
    expect(rows.map(({ item }) => item)).toEqual(['a', 'c']);
    expect(plan.missing).toContainEqual({ name: 'a list of items', reason: 'repository/corrupt' });
  });

  it('gives one hash to one plan and another to any other', async () => {
    const { prepare } = await setUp();
    const hashes = [
      await prepare({ kind: 'all' }),
      await prepare({ kind: 'all' }),
      await prepare({ kind: 'all' }, 'Restored 2026-11-23 14.06'),
      await prepare({ kind: 'folder', folder: 'sub' }),
      await prepare({ kind: 'items', items: ['a'] }),
    ].map(({ plan }) => plan.hash);
    expect(hashes[0]).toBe(hashes[1]);
    expect(new Set(hashes).size).toBe(4);
  });

  it('refuses an item that the snapshot does not have', async () => {
    const { prepare } = await setUp();
    await expect(prepare({ kind: 'items', items: ['nobody'] })).rejects.toThrow('input/invalid');
  });
});

describe('names of target folders', () => {
  it('are dated and never shared by two restores to one account', async () => {
    const { run, deps } = await setUp();
    expect(datedFolder(new Date(2026, 10, 23, 14, 5).getTime())).toBe('Restored 2026-11-23 14.05');
    value(await run());
    expect(await freeFolderName(deps.records, 'ann', 'Restored 2026-11-23 14.05')).toEqual(
      ok('Restored 2026-11-23 14.05 (2)'),
    );
    expect(await freeFolderName(deps.records, 'bob', 'Restored 2026-11-23 14.05')).toEqual(
      ok('Restored 2026-11-23 14.05'),
    );
  });
});
