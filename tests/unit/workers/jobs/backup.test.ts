import { describe, expect, it } from 'vitest';
import { failure } from '../../../../workers/kernel/failure.ts';
import { ann, bob, item, reportOf, setUp } from './backup-world.ts';

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

  it('tells skipped and vanished items apart from failed ones, and why an item is skipped', async () => {
    const { run, service, repository } = setUp();
    for (const id of ['virus', 'gone', 'fine']) service.put('ann', item(id));
    const row = { ...item('virus') };
    service.failItem.set('virus', {
      kind: 'skipped',
      cause: 'corrupt-item',
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
    const why = expect.stringContaining('Exchange');
    expect(report.skipped).toMatchObject([{ item: 'virus', reason: 'corrupt-item', detail: why }]);
    expect(repository.newest('ann', 'mail')?.snapshot.counts).toMatchObject({ items: 2, skipped: 1 });
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
