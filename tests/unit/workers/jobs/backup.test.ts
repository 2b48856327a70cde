import { describe, expect, it } from 'vitest';
import type { BackupProgress, BackupReport } from '../../../../workers/contract/jobs.ts';
import { startBackup, type BackupJob } from '../../../../workers/jobs/backup.ts';
import type { BackupDeps } from '../../../../workers/jobs/backup-run.ts';
import { interruptedRun } from '../../../../workers/jobs/interrupted-run.ts';
import { laneLock, localLocks } from '../../../../workers/jobs/locks.ts';
import { memoryRecords } from '../../../../workers/jobs/records.ts';
import { failure } from '../../../../workers/kernel/failure.ts';
import { ok } from '../../../../workers/kernel/result.ts';
import type { Account } from '../../../../workers/repository/model.ts';
import { countingRandom, virtualClock } from './fakes/clock.ts';
import { fakeRepository } from './fakes/repository.ts';
import { fakeService, type FakeItem } from './fakes/workload.ts';

const account = (id: string): Account => ({ id, userPrincipalName: `${id}@contoso.test`, displayName: id });
const ann = account('ann');
const bob = account('bob');

const item = (id: string, date = '2026-11-20T00:00:00Z', body = `body of ${id}`): FakeItem => ({
  id,
  folder: 'inbox',
  name: id,
  date,
  body,
});

function setUp() {
  const repository = fakeRepository();
  const service = fakeService();
  const clock = virtualClock();
  const records = memoryRecords();
  const locks = localLocks();
  const deps: BackupDeps = {
    repository,
    workloads: [service.workload],
    // The fake workload never touches the client.
    graph: undefined as unknown as BackupDeps['graph'],
    throttling: { waiting: () => null, observe: () => () => {} },
    clock,
    random: countingRandom(),
    locks,
    records,
    device: 'device',
  };
  const seen: BackupProgress[] = [];
  let job: BackupJob | undefined;
  return {
    repository,
    service,
    clock,
    records,
    locks,
    deps,
    seen,
    control: () => job?.control,
    run: async (...accounts: Account[]) => {
      job = startBackup(deps, accounts, (progress) => seen.push(progress));
      return job.done;
    },
  };
}

const reportOf = async (result: ReturnType<ReturnType<typeof setUp>['run']>): Promise<BackupReport> => {
  const value = await result;
  if (!value.ok) throw new Error(`${value.error.code}: ${value.error.detail}`);
  return value.value;
};

describe('backup', () => {
  it('stores every item, newest first, and completes a snapshot per account', async () => {
    const { run, service, repository, seen } = setUp();
    service.put('ann', item('middle', '2026-11-10T00:00:00Z'));
    service.put('ann', item('oldest', '2020-01-01T00:00:00Z'));
    service.put('ann', item('newest', '2026-11-22T00:00:00Z'));
    service.put('bob', item('bobs'));
    const report = await reportOf(run(ann, bob));
    expect(report).toMatchObject({ outcome: 'complete', stored: 4, unchanged: 0, removed: 0, failed: [] });
    expect(service.fetched.filter((id) => id !== 'bobs')).toEqual(['newest', 'middle', 'oldest']);
    expect(repository.newest('ann', 'mail')?.snapshot).toMatchObject({
      kind: 'complete',
      counts: { items: 3, stored: 3 },
    });
    expect(repository.savedRuns.map((saved) => saved.outcome)).toEqual(['complete']);
    expect(seen.at(-1)).toMatchObject({ phase: 'finished', itemsDone: 4, itemsKnown: 4, etaMs: 0 });
  });

  it('fetches the recent items of every account before the old ones of any', async () => {
    const { run, service } = setUp();
    for (const id of ['ann', 'bob']) {
      service.put(id, item(`${id}-old`, '2019-01-01T00:00:00Z'));
      service.put(id, item(`${id}-new`));
    }
    await reportOf(run(ann, bob));
    expect(service.fetched.slice(0, 2).sort()).toEqual(['ann-new', 'bob-new']);
  });

  it('brings the old items of everybody else while one account has to wait', async () => {
    const { run, service } = setUp();
    for (const id of ['ann', 'bob']) service.put(id, item(`${id}-old`, '2019-01-01T00:00:00Z'));
    service.put('ann', item('ann-new'));
    let bobIsDone = () => {};
    const bobDone = new Promise<void>((resolve) => {
      bobIsDone = resolve;
    });
    service.beforeFetch = async (row) => {
      if (row.item === 'bob-old') bobIsDone();
      if (row.item === 'ann-new') await bobDone;
    };
    expect((await reportOf(run(ann, bob))).outcome).toBe('complete');
    expect(service.fetched).toEqual(['bob-old', 'ann-new', 'ann-old']);
  });

  it('fetches only what changed the next time and drops what was deleted', async () => {
    const { run, service, repository } = setUp();
    for (const id of ['a', 'b', 'c']) service.put('ann', item(id));
    await reportOf(run(ann));
    service.fetched.length = 0;
    service.put('ann', item('b', '2026-11-21T00:00:00Z', 'edited'));
    service.remove('ann', 'c');
    const report = await reportOf(run(ann));
    expect(service.fetched).toEqual(['b']);
    expect(report).toMatchObject({ stored: 1, unchanged: 1, removed: 1 });
    expect([...(repository.newest('ann', 'mail')?.state.rows.keys() ?? [])].sort()).toEqual(['a', 'b']);
  });

  it('lets items that always fail hold back nothing but themselves', async () => {
    const { service, run } = setUp();
    for (let i = 0; i < 25; i++) {
      service.put('ann', item(`bad ${i}`, '2026-11-21T00:00:00Z'));
      service.failItem.set(`bad ${i}`, { kind: 'failed', failure: failure('graph/forbidden', 'no') });
    }
    for (let i = 0; i < 30; i++) service.put('ann', item(`good ${i}`, '2026-10-01T00:00:00Z'));
    const first = await run(ann);
    const second = await run(ann);
    if (!first.ok || !second.ok) throw new Error('a run ended early');
    expect(first.value.stored + second.value.stored).toBe(30);
  });

  it('lists anew after a refused cursor without fetching again, and finds what was deleted meanwhile', async () => {
    const { run, service, repository } = setUp();
    for (const id of ['a', 'b', 'c']) service.put('ann', item(id));
    await reportOf(run(ann));
    service.fetched.length = 0;
    service.remove('ann', 'a');
    service.forgetCursor('ann');
    const report = await reportOf(run(ann));
    expect(service.fetched).toEqual([]);
    expect(report).toMatchObject({ stored: 0, unchanged: 2, removed: 1 });
    expect(repository.newest('ann', 'mail')?.state.rows.has('a')).toBe(false);
  });

  it('does not mistake unlisted items for deleted ones when a fresh listing is cut short', async () => {
    const { run, service, repository, control } = setUp();
    for (const id of ['a', 'b', 'c', 'd', 'e']) service.put('ann', item(id));
    await reportOf(run(ann));
    service.forgetCursor('ann');
    service.beforePage = (page) => {
      if (page === 1) control()?.cancel();
    };
    expect((await reportOf(run(ann))).outcome).toBe('cancelled');
    service.beforePage = () => {};
    const report = await reportOf(run(ann));
    expect(report).toMatchObject({ removed: 0, unchanged: 5 });
    expect(repository.newest('ann', 'mail')?.snapshot.counts.items).toBe(5);
  });

  it('removes the items of a deleted folder', async () => {
    const { run, service, repository } = setUp();
    service.put('ann', item('kept'));
    service.put('ann', { ...item('lost'), folder: 'projects' });
    await reportOf(run(ann));
    service.removeFolder('ann', 'projects');
    expect(await reportOf(run(ann))).toMatchObject({ removed: 1 });
    expect([...(repository.newest('ann', 'mail')?.state.rows.keys() ?? [])]).toEqual(['kept']);
  });

  it('keeps an item that always fails as a failed row, finishes the rest and tries it again next time', async () => {
    const { run, service, repository, seen } = setUp();
    for (const id of ['a', 'bad', 'c']) service.put('ann', item(id));
    service.failItem.set('bad', {
      kind: 'failed',
      failure: failure('graph/corrupt-item', 'ErrorCorruptData'),
    });
    const first = await reportOf(run(ann));
    expect(first.outcome).toBe('incomplete');
    expect(first.failed).toEqual([
      { account: 'ann', workload: 'mail', item: 'bad', name: 'bad', reason: 'graph/corrupt-item' },
    ]);
    expect(seen.at(-1)?.failed[0]?.detail).toBe('ErrorCorruptData');
    expect(repository.newest('ann', 'mail')?.snapshot).toMatchObject({
      kind: 'complete',
      counts: { stored: 2, failed: 1 },
    });
    expect(service.fetched.filter((id) => id === 'bad')).toHaveLength(1);
    service.failItem.clear();
    const second = await reportOf(run(ann));
    expect(second).toMatchObject({ outcome: 'complete', stored: 1, unchanged: 2, failed: [] });
  });

  it('tells skipped and vanished items apart from failed ones', async () => {
    const { run, service, repository } = setUp();
    for (const id of ['virus', 'gone', 'fine']) service.put('ann', item(id));
    const row = { ...item('virus') };
    service.failItem.set('virus', {
      kind: 'skipped',
      cause: 'malware',
      row: {
        key: 'k',
        item: row.id,
        folder: 'inbox',
        name: 'virus',
        date: row.date,
        size: 1,
        version: '1',
        state: 'skipped',
        parts: [],
        meta: {},
      },
    });
    service.failItem.set('gone', { kind: 'vanished' });
    const report = await reportOf(run(ann));
    expect(report).toMatchObject({ outcome: 'complete', stored: 1, vanished: 1, failed: [] });
    expect(report.skipped).toMatchObject([{ item: 'virus', reason: 'malware' }]);
    expect(repository.newest('ann', 'mail')?.snapshot.counts).toMatchObject({ items: 2, skipped: 1 });
  });

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

  it('raises an alert when a large part of an account disappears at once', async () => {
    const { run, service } = setUp();
    for (let i = 0; i < 100; i += 1) service.put('ann', item(`m${i}`));
    await reportOf(run(ann));
    for (let i = 0; i < 60; i += 1) service.remove('ann', `m${i}`);
    expect((await reportOf(run(ann))).alerts).toMatchObject([{ account: 'ann', reason: 'many-removed' }]);
  });

  it('raises an alert for a folder that the service lists and does not open', async () => {
    const { run, service } = setUp();
    service.put('ann', item('a'));
    service.unreadFolders.add(item('a').folder);
    expect(await reportOf(run(ann))).toMatchObject({
      outcome: 'complete',
      alerts: [{ account: 'ann', name: item('a').folder, reason: 'folder-not-found' }],
    });
  });

  it('reports progress at most four times a second', async () => {
    const { run, service, clock, seen } = setUp();
    for (let i = 0; i < 100; i += 1) service.put('ann', item(`m${i}`));
    service.beforeFetch = () => clock.advance(10);
    await reportOf(run(ann));
    expect(seen.length).toBeLessThanOrEqual(1 + 4 * 2 + 2);
  });
});
