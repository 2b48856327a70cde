import { describe, expect, it } from 'vitest';
import { connectLock, localLocks } from '../../../../workers/jobs/locks.ts';
import { memoryRecords } from '../../../../workers/jobs/records.ts';
import { carryOut, factsLeft, unfinishedWork } from '../../../../workers/jobs/unfinished.ts';
import { failure } from '../../../../workers/kernel/failure.ts';
import { err, ok } from '../../../../workers/kernel/result.ts';

function device() {
  let now = Date.UTC(2026, 10, 25, 8);
  const clock = { now: () => (now += 1000), sleep: async () => {} };
  return { records: memoryRecords(), locks: localLocks(), clock };
}
const work = { tenantId: 'tenant-1', verb: 'disconnect' } as const;
const broken = err(failure('graph/unavailable', 'scripted', { retry: 'later' }));

describe('work that must not stay half done', () => {
  it('leaves nothing behind where it came to its end, or changed nothing', async () => {
    const deps = device();
    const done = await carryOut(deps, work, async ({ reach }) => {
      await reach('roles');
      return ok(1);
    });
    expect(done).toEqual({ ok: true, value: 1 });
    expect(await carryOut(deps, work, async () => broken)).toEqual(broken);
    expect(await unfinishedWork(deps)).toEqual({ ok: true, value: [] });
  });

  it('is told with its last step and its first beginning, and goes on with what it had written down', async () => {
    const deps = device();
    await carryOut(deps, work, async ({ reach }) => {
      await reach('roles', { clientId: 'abc', roles: 8 });
      await reach('grants', { grants: 1 });
      return broken;
    });
    const left = await unfinishedWork(deps);
    expect(left).toMatchObject({ value: [{ ...work, step: 'grants' }] });
    expect(await factsLeft(deps.records, work.tenantId)).toEqual({
      ok: true,
      value: { clientId: 'abc', roles: 8, grants: 1 },
    });
    const since = left.ok && left.value[0]?.since;
    await carryOut(deps, work, async ({ facts, reach }) => {
      expect(facts()).toEqual({ clientId: 'abc', roles: 8, grants: 1 });
      await reach('application');
      return broken;
    });
    expect(await unfinishedWork(deps)).toMatchObject({ value: [{ step: 'application', since }] });
  });

  it('is not told while a tab is at it, and two tabs are never at it together', async () => {
    const deps = device();
    await carryOut(deps, work, async ({ reach }) => {
      await reach('roles');
      expect(await unfinishedWork(deps)).toEqual({ ok: true, value: [] });
      const second = await carryOut(deps, work, async () => ok());
      expect(second).toMatchObject({ error: { code: 'job/already-running' } });
      return broken;
    });
    expect(await deps.locks.held(connectLock('tenant-1'))).toBe(false);
    expect(await unfinishedWork(deps)).toMatchObject({ value: [{ step: 'roles' }] });
  });

  it('gives way to what is begun later for the same tenant', async () => {
    const deps = device();
    await carryOut(deps, work, async ({ reach }) => {
      await reach('roles', { roles: 8 });
      return broken;
    });
    const install = { tenantId: 'tenant-1', verb: 'install' } as const;
    await carryOut(deps, install, async ({ facts, reach }) => {
      expect(facts()).toEqual({});
      await reach('certificate', { profile: 'complete' });
      return broken;
    });
    expect(await unfinishedWork(deps)).toMatchObject({
      value: [{ verb: 'install', step: 'certificate', profile: 'complete' }],
    });
    expect(await factsLeft(deps.records, work.tenantId)).toEqual({
      ok: true,
      value: { profile: 'complete' },
    });
    await carryOut(deps, install, async () => ok());
    expect(await unfinishedWork(deps)).toEqual({ ok: true, value: [] });
  });

  it('a note that cannot be read is none', async () => {
    const deps = device();
    await deps.records.put('connect:tenant-2', { verb: 'dance' });
    expect(await unfinishedWork(deps)).toEqual({ ok: true, value: [] });
  });
});
