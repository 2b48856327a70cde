import { describe, expect, it } from 'vitest';
import { listJournals } from '../../../../workers/jobs/restore-journal.ts';
import { forgetRestore } from '../../../../workers/jobs/undo.ts';
import { failure } from '../../../../workers/kernel/failure.ts';
import { ok } from '../../../../workers/kernel/result.ts';
import { setUp, value } from './restore-world.ts';

describe('restore', () => {
  it('puts a whole mailbox into the dated folder under its own tree and reads it back', async () => {
    const { run, target, seen } = await setUp();
    expect(value(await run())).toMatchObject({
      restored: 3,
      alreadyThere: 0,
      verified: 3,
      failed: [],
      left: 0,
      differences: [],
      losses: ['conversation'],
      cancelled: false,
    });
    expect(target.items()).toEqual({
      'Restored 2026-11-23 14.05/Inbox/mail a': 'content a',
      'Restored 2026-11-23 14.05/Inbox/Projects/mail b': 'content b',
      'Restored 2026-11-23 14.05/Inbox/Projects/mail c': 'content c',
    });
    expect(target.folders()).toContain('Restored 2026-11-23 14.05/Inbox/Projects/Empty');
    expect(target.folders().join()).not.toContain('Junk');
    expect(seen.at(-1)).toMatchObject({ itemsDone: 3, items: 3 });
  });

  it('restores one folder with what is below it, or one item with the folders above it', async () => {
    const folder = await setUp();
    value(await folder.run({ kind: 'folder', folder: 'sub' }));
    expect(Object.keys(folder.target.items())).toHaveLength(2);
    const item = await setUp();
    value(await item.run({ kind: 'items', items: ['b'] }));
    expect(Object.keys(item.target.items())).toEqual(['Restored 2026-11-23 14.05/Inbox/Projects/mail b']);
  });

  it('makes no duplicate when the same plan is run again', async () => {
    const { run, target } = await setUp();
    value(await run());
    const again = value(await run());
    expect(again).toMatchObject({ restored: 0, alreadyThere: 3, verified: 3 });
    expect(target.puts).toBe(3);
  });

  it('continues a killed restore without its journal as well, by the source ids', async () => {
    const { run, target, deps } = await setUp();
    value(await run());
    for (const [key] of value(await deps.records.list(''))) await deps.records.delete(key);
    expect(value(await run())).toMatchObject({ restored: 0, alreadyThere: 3, verified: 3 });
    expect(Object.keys(target.items())).toHaveLength(3);
  });

  it('puts everything back where what was restored so far has been thrown away', async () => {
    const { run, target, deps, workload } = await setUp();
    value(await run());
    const [journal] = value(await listJournals(deps.records));
    const account = { id: 'ann', userPrincipalName: 'ann@contoso.test', displayName: 'Ann' };
    await workload.restore.removeTarget({ account, folder: journal?.target ?? '' }, undefined as never);
    expect(target.items()).toEqual({});
    expect(value(await run())).toMatchObject({ restored: 3, alreadyThere: 0, verified: 3 });
    expect(Object.keys(target.items())).toHaveLength(3);
  });

  it('puts back what lay in a subfolder that has been thrown away since', async () => {
    const { run, target, workload } = await setUp();
    value(await run());
    const account = { id: 'ann', userPrincipalName: 'ann@contoso.test', displayName: 'Ann' };
    const folder = target.folderAt('Restored 2026-11-23 14.05/Inbox/Projects');
    await workload.restore.removeTarget({ account, folder }, undefined as never);
    expect(Object.keys(target.items())).toHaveLength(1);
    expect(value(await run())).toMatchObject({ restored: 2, alreadyThere: 1, verified: 3 });
    expect(Object.keys(target.items())).toHaveLength(3);
  });

  it('puts back one item that has been thrown away since', async () => {
    const { run, target } = await setUp();
    value(await run());
    target.throwAway('mail b');
    expect(value(await run())).toMatchObject({ restored: 1, alreadyThere: 2, verified: 3 });
    expect(Object.keys(target.items())).toHaveLength(3);
  });

  it('looks at each item where a folder cannot be listed, and makes no duplicate', async () => {
    const { run, target } = await setUp();
    value(await run());
    target.throwAway('mail b');
    target.failListing = failure('graph/unavailable', 'not now');
    expect(value(await run())).toMatchObject({ restored: 1, alreadyThere: 2, verified: 3 });
    expect(Object.keys(target.items())).toHaveLength(3);
  });

  it('goes on after one item, and one folder, that cannot be restored', async () => {
    const { run, target } = await setUp();
    target.failItem.set('a', failure('graph/too-large', 'too large'));
    target.failFolder.set('sub', failure('graph/forbidden', 'no'));
    const report = value(await run());
    expect(report).toMatchObject({ restored: 0 });
    expect(report.failed.map(({ item, reason }) => [item, reason]).sort()).toEqual([
      ['a', 'graph/too-large'],
      ['b', 'graph/forbidden'],
      ['c', 'graph/forbidden'],
    ]);
  });

  it('tells which items came back different', async () => {
    const { run, target } = await setUp();
    target.changeItem.set('b', ['receivedDateTime']);
    expect(value(await run())).toMatchObject({
      restored: 3,
      verified: 2,
      differences: [{ name: 'mail b', fields: ['receivedDateTime'] }],
    });
  });

  it('tells of each item what it lost', async () => {
    const { run, target } = await setUp();
    target.losses.set('b', ['attachment: Graph takes none above 150 MB']);
    target.losses.set('c', ['attachment: Graph takes none above 150 MB']);
    expect(value(await run()).losses).toEqual([
      'conversation',
      'mail b: attachment: Graph takes none above 150 MB',
      'mail c: attachment: Graph takes none above 150 MB',
    ]);
  });

  it('reports a cancellation before the first item as one', async () => {
    const { run, target, control } = await setUp();
    target.beforeOpen = () => control()?.cancel();
    expect(value(await run())).toMatchObject({ cancelled: true, restored: 0 });
  });

  it('can be cancelled and continued', async () => {
    const { run, target, control, deps } = await setUp();
    target.beforePut = (item) => {
      if (item === 'c') control()?.cancel();
    };
    const first = value(await run());
    expect(first.cancelled).toBe(true);
    expect(first.restored).toBeLessThan(3);
    expect(first.left).toBeGreaterThanOrEqual(3 - first.restored);
    expect(value(await listJournals(deps.records))).toMatchObject([{ finished: false }]);
    target.beforePut = () => {};
    const second = value(await run());
    expect(second).toMatchObject({ cancelled: false, alreadyThere: first.restored, left: 0 });
    expect(first.restored + second.restored).toBe(3);
    expect(value(await listJournals(deps.records))).toMatchObject([{ finished: true }]);
  });

  it('tells what is there, however early a continued one is cut short', async () => {
    const { run, target, control } = await setUp();
    target.changeItem.set('b', ['receivedDateTime']);
    target.beforePut = (item) => {
      if (item === 'c') control()?.cancel();
    };
    const first = value(await run());
    target.beforeOpen = () => control()?.cancel();
    const second = value(await run());
    expect(second).toMatchObject({ cancelled: true, restored: 0, failed: [], left: first.left });
    expect(second.alreadyThere).toBe(first.restored);
    expect(second.verified + second.differences.length).toBe(first.verified + first.differences.length);
    target.beforeOpen = () => {};
    target.failFolder.set('sub', failure('sign-in/token-rejected', 'expired', { retry: 'after-user' }));
    expect(value(await run())).toMatchObject({
      alreadyThere: first.restored,
      failure: { code: 'sign-in/token-rejected' },
    });
  });

  it('does not count what it has looked for in vain', async () => {
    const { run, target, control } = await setUp();
    value(await run());
    for (const name of ['mail a', 'mail b', 'mail c']) target.throwAway(name);
    target.beforePut = () => control()?.cancel();
    const { alreadyThere, restored, left } = value(await run());
    expect([alreadyThere, restored + left]).toEqual([0, 3]);
  });

  it('is finished once it has come to its end, with items that failed or without', async () => {
    const { run, target, deps } = await setUp();
    target.failItem.set('a', failure('graph/too-large', 'too large'));
    value(await run());
    expect(value(await listJournals(deps.records))).toMatchObject([{ finished: true }]);
    target.failItem.delete('a');
    expect(value(await run())).toMatchObject({ restored: 1, alreadyThere: 2, failed: [] });
  });

  it('leaves nothing behind where it was refused before its folder was made', async () => {
    const { run, target, deps } = await setUp();
    target.failOpen = failure('graph/forbidden', 'no');
    expect(await run()).toMatchObject({ ok: false, error: { code: 'graph/forbidden' } });
    expect(value(await deps.records.list(''))).toEqual([]);
  });

  it('is forgotten on demand: what is in the account stays', async () => {
    const { run, target, control, deps, prepare } = await setUp();
    target.beforePut = (item) => {
      if (item === 'c') control()?.cancel();
    };
    const { restored } = value(await run());
    const { plan } = await prepare({ kind: 'all' });
    expect(await forgetRestore(deps, plan.hash)).toEqual(ok());
    expect(value(await deps.records.list(''))).toEqual([]);
    expect(Object.keys(target.items())).toHaveLength(restored);
  });

  it('names what the plan could not put back', async () => {
    const { run } = await setUp();
    expect(value(await run()).missing).toEqual([{ name: 'mail owed', reason: 'pending' }]);
  });

  it('stops where nothing further can succeed and keeps its journal', async () => {
    const { run, target, deps } = await setUp();
    target.failItem.set('a', failure('sign-in/token-rejected', 'expired', { retry: 'after-user' }));
    expect(value(await run()).failure?.code).toBe('sign-in/token-rejected');
    expect(value(await listJournals(deps.records))).toMatchObject([{ finished: false }]);
  });

  it.each(['graph/quota-exceeded', 'graph/no-mailbox', 'graph/throttled'] as const)(
    'stops at %s, which is true of every item, and keeps its journal',
    async (code) => {
      const { run, target, deps } = await setUp();
      target.failItem.set('a', failure(code, 'no', { retry: 'after-user' }));
      expect(value(await run())).toMatchObject({ failure: { code }, cancelled: false });
      expect(value(await listJournals(deps.records))).toMatchObject([{ finished: false }]);
    },
  );

  it('stops after 20 items in a row that the service refuses, and goes on where one comes through', async () => {
    const many = Array.from({ length: 45 }, (_, i) => `m${i + 10}`);
    const refused = await setUp(many);
    for (const id of many) refused.target.failItem.set(id, failure('graph/unavailable', 'busy'));
    const stopped = value(await refused.run({ kind: 'items', items: many }));
    expect(stopped).toMatchObject({ failure: { code: 'graph/unavailable' }, left: 26 });
    expect(stopped.failed).toHaveLength(19);
    expect(value(await listJournals(refused.deps.records))).toMatchObject([{ finished: false }]);
    for (const id of [many[15], many[30]]) refused.target.failItem.delete(id ?? '');
    const report = value(await refused.run({ kind: 'items', items: many }));
    expect([report.restored, report.failed.length]).toEqual([2, 43]);
  });

  it('stops where items can be put but 20 in a row cannot be read back', async () => {
    const many = Array.from({ length: 30 }, (_, i) => `m${i + 10}`);
    const { run, target } = await setUp(many);
    target.failCompare = failure('graph/unavailable', 'busy');
    expect(value(await run({ kind: 'items', items: many })).failure?.code).toBe('graph/unavailable');
  });

  it('does not take one folder that cannot be made for the whole account', async () => {
    const many = Array.from({ length: 30 }, (_, i) => `m${i + 10}`);
    const { run, target } = await setUp(many);
    target.failFolder.set('sub', failure('graph/forbidden', 'no'));
    expect(value(await run({ kind: 'items', items: many })).failed).toHaveLength(30);
  });

  it('tells, once continued, of all that happened before it was cut short, and how much has failed when it is', async () => {
    const { run, target } = await setUp();
    const large = failure('graph/too-large', 'too large');
    target.failItem.set('a', large);
    target.changeItem.set('b', ['receivedDateTime']);
    target.losses.set('b', ['attachment: Graph takes none above 150 MB']);
    target.failItem.set('c', failure('sign-in/token-rejected', 'expired', { retry: 'after-user' }));
    target.beforePut = async (item) => {
      if (item === 'c') await new Promise((resolve) => setTimeout(resolve, 20));
    };
    expect(value(await run())).toMatchObject({
      failure: { code: 'sign-in/token-rejected' },
      restored: 1,
      failed: [{ item: 'a' }],
    });
    target.failItem.delete('c');
    expect(value(await run())).toMatchObject({
      restored: 1,
      alreadyThere: 1,
      verified: 1,
      failed: [{ item: 'a', reason: 'graph/too-large' }],
      differences: [{ name: 'mail b', fields: ['receivedDateTime'] }],
      losses: ['conversation', 'mail b: attachment: Graph takes none above 150 MB'],
    });
  });

  it('keeps names and content out of its journal', async () => {
    const { run, deps } = await setUp();
    value(await run());
    const text = JSON.stringify(value(await deps.records.list('')));
    for (const secret of ['contoso', 'mail a', 'Projects', 'content']) expect(text).not.toContain(secret);
  });
});
