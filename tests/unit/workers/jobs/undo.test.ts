import { describe, expect, it } from 'vitest';
import { listJournals } from '../../../../workers/jobs/restore-journal.ts';
import { startRestore } from '../../../../workers/jobs/restore.ts';
import { undoRestore } from '../../../../workers/jobs/undo.ts';
import { failure } from '../../../../workers/kernel/failure.ts';
import { err, ok } from '../../../../workers/kernel/result.ts';
import { setUp, value } from './restore-world.ts';

const all = ok({ failed: [], kept: [] });

describe('undoRestore', () => {
  it('removes what the restore made and forgets it', async () => {
    const { run, target, deps, workload, prepare } = await setUp();
    const { plan } = await prepare({ kind: 'all' });
    value(await run());
    expect(await undoRestore({ ...deps, workloads: [workload] }, plan.hash)).toEqual(all);
    expect(target.items()).toEqual({});
    expect(value(await deps.records.list(''))).toEqual([]);
    expect(await undoRestore({ ...deps, workloads: [workload] }, plan.hash)).toMatchObject({
      ok: false,
      error: { code: 'input/invalid' },
    });
  });
});

describe('undoRestore of a restore killed before its folder was noted', () => {
  it('finds the folder by its name and removes it', async () => {
    const { run, target, deps, workload, prepare } = await setUp();
    const { plan } = await prepare({ kind: 'all' });
    const dead = failure('storage/io', 'killed');
    const put: typeof deps.records.put = async (key, entry) =>
      (entry as { target?: unknown }).target ? err(dead) : deps.records.put(key, entry);
    const killed = { ...deps, records: { ...deps.records, put } };
    expect(await startRestore(killed, await prepare({ kind: 'all' }), () => {}).done).toEqual(err(dead));
    expect(target.folders()).toEqual([plan.targetFolder]);
    expect(await undoRestore({ ...deps, workloads: [workload] }, plan.hash)).toEqual(all);
    expect(target.folders()).toEqual([]);
    expect(value(await deps.records.list(''))).toEqual([]);
    expect(value(await run())).toMatchObject({ restored: 3 });
  });

  it('is forgotten only where the folder could be looked for, or its account is no more', async () => {
    const { target, deps, workload, prepare } = await setUp();
    const { plan } = await prepare({ kind: 'all' });
    const busy = failure('graph/unavailable', 'busy');
    target.failOpen = busy;
    await startRestore(deps, await prepare({ kind: 'all' }), () => {}).done;
    const undo = () => undoRestore({ ...deps, workloads: [workload] }, plan.hash);
    expect(await undo()).toEqual(err(busy));
    expect(value(await listJournals(deps.records))).toHaveLength(1);
    target.failOpen = failure('graph/no-mailbox', 'deleted');
    expect(await undo()).toEqual(all);
    expect(value(await listJournals(deps.records))).toEqual([]);
  });
});
