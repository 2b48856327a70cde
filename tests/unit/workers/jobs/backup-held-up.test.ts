import { describe, expect, it } from 'vitest';
import { interruptedRun } from '../../../../workers/jobs/interrupted-run.ts';
import { laneLock } from '../../../../workers/jobs/locks.ts';
import { failure } from '../../../../workers/kernel/failure.ts';
import { ok } from '../../../../workers/kernel/result.ts';
import { ann, bob, item, reportOf, setUp } from './backup-world.ts';

describe('backup', () => {
  it('goes on with the other accounts when one has no mailbox', async () => {
    const { run, service, repository } = setUp();
    service.put('bob', item('bobs'));
    service.failAccount.set('ann', failure('graph/no-mailbox', '404'));
    const report = await reportOf(run(ann, bob));
    expect(report).toMatchObject({ outcome: 'complete', stored: 1 });
    expect(report.unreachable).toMatchObject([
      { account: 'ann', state: 'unreachable', failure: { code: 'graph/no-mailbox' } },
    ]);
    expect(repository.newest('ann', 'mail')).toBeUndefined();
  });

  it('gives an account up that stays throttled, keeps its items owed and finishes the others', async () => {
    const { run, service, repository } = setUp();
    for (const id of ['a', 'b']) service.put('ann', item(id));
    service.put('bob', item('bobs'));
    service.failItem.set('a', {
      kind: 'failed',
      failure: failure('graph/throttled', '429', { retry: 'later' }),
    });
    const report = await reportOf(run(ann, bob));
    expect(report.outcome).toBe('incomplete');
    expect(report.unreachable).toMatchObject([{ account: 'ann', state: 'incomplete' }]);
    expect(repository.newest('ann', 'mail')?.snapshot).toMatchObject({ kind: 'partial' });
    expect(repository.newest('ann', 'mail')?.state.rows.get('a')?.state).toBe('pending');
    expect(repository.newest('bob', 'mail')?.snapshot.kind).toBe('complete');
    service.failItem.clear();
    expect((await reportOf(run(ann))).outcome).toBe('complete');
  });

  it('stops with storage/full, keeps every commit and continues when there is room', async () => {
    const { run, service, repository, deps, records, locks, clock } = setUp();
    for (const id of ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i']) service.put('ann', item(id));
    service.beforeFetch = (row) => {
      clock.advance(20_000);
      if (row.item === 'h') repository.broken = failure('storage/full', 'no room', { retry: 'after-user' });
    };
    const stopped = await run(ann);
    expect(stopped).toMatchObject({ ok: false, error: { code: 'storage/full' } });
    const kept = repository.newest('ann', 'mail');
    expect(kept?.snapshot.kind).toBe('partial');
    const stored = kept?.snapshot.counts.stored ?? 0;
    expect(stored).toBeGreaterThan(0);
    expect(await interruptedRun(records, locks, deps.repository.head.id)).toMatchObject({
      ok: true,
      value: { accounts: ['ann'] },
    });
    repository.broken = undefined;
    service.beforeFetch = () => {};
    service.fetched.length = 0;
    expect((await reportOf(run(ann))).outcome).toBe('complete');
    expect(service.fetched).toHaveLength(9 - stored);
    expect(await interruptedRun(records, locks, deps.repository.head.id)).toEqual(ok(null));
  });

  it('commits partial snapshots as time passes, so that a killed tab repeats little', async () => {
    const { run, service, repository, clock, seen } = setUp();
    for (let i = 0; i < 40; i += 1) service.put('ann', item(`m${i}`));
    service.beforeFetch = async () => {
      clock.advance(1_000);
      await new Promise((resolve) => setTimeout(resolve, 0));
    };
    await reportOf(run(ann));
    const partials = repository.kept.filter(({ snapshot }) => snapshot.kind === 'partial');
    expect(partials.length).toBeGreaterThanOrEqual(2);
    expect(seen.some((progress) => progress.committedAt !== null && progress.phase === 'fetching')).toBe(
      true,
    );
  });

  it('pauses after committing what it has, and goes on where it was', async () => {
    const { run, service, repository, control, seen } = setUp();
    for (let i = 0; i < 12; i += 1) service.put('ann', item(`m${i}`));
    let paused: Promise<void> | undefined;
    service.beforeFetch = (row) => {
      if (row.item !== 'm3' || paused) return;
      control()?.pause();
      paused = (async () => {
        while (!repository.newest('ann', 'mail')) await new Promise((resolve) => setTimeout(resolve, 1));
        const kept = repository.newest('ann', 'mail')?.snapshot;
        expect(kept?.kind).toBe('partial');
        expect(kept?.counts.stored).toBe(service.fetched.length);
        await new Promise((resolve) => setTimeout(resolve, 5));
        expect(kept?.counts.stored).toBe(service.fetched.length);
        control()?.resume();
      })();
    };
    const report = await reportOf(run(ann));
    await paused;
    expect(report).toMatchObject({ outcome: 'complete', stored: 12 });
    expect(new Set(service.fetched).size).toBe(12);
    expect(service.fetched).toHaveLength(12);
    expect(seen.map((progress) => progress.phase)).toContain('paused');
  });

  it('commits what it has when it is cancelled and resumes from there', async () => {
    const { run, service, repository, control } = setUp();
    for (let i = 0; i < 20; i += 1) service.put('ann', item(`m${String(i).padStart(2, '0')}`));
    service.beforeFetch = () => {
      if (service.fetched.length === 8) control()?.cancel();
    };
    const report = await reportOf(run(ann, bob));
    expect(report.outcome).toBe('cancelled');
    const kept = repository.newest('ann', 'mail')?.snapshot;
    expect(kept).toMatchObject({ kind: 'partial', counts: { stored: 8, pending: 12, failed: 0 } });
    service.beforeFetch = () => {};
    service.fetched.length = 0;
    expect((await reportOf(run(ann))).outcome).toBe('complete');
    expect(service.fetched).toHaveLength(12);
  });

  it('leaves an account alone that another tab is backing up', async () => {
    const { run, service, locks, repository, deps } = setUp();
    service.put('ann', item('a'));
    service.put('bob', item('b'));
    const report = await locks.hold(laneLock(deps.repository.head.id, 'ann', 'mail'), async () =>
      run(ann, bob),
    );
    expect(report).toMatchObject({
      ok: true,
      value: { stored: 1, unreachable: [{ account: 'ann', failure: { code: 'job/already-running' } }] },
    });
    expect(repository.newest('ann', 'mail')).toBeUndefined();
  });
});
