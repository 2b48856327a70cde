/** What goes wrong around the engine: a coded failure, the rest of the run completes, nothing committed is lost. */
import { describe, expect, it, vi } from 'vitest';
import type { BackupReport } from '../../workers/contract/jobs.ts';
import { failure, type FailureCode } from '../../workers/kernel/failure.ts';
import { err } from '../../workers/kernel/result.ts';
import type { BlobStore } from '../../workers/storage/blob-store.ts';
import {
  engineWorld,
  filesOf,
  idOf,
  mailOf,
  passphrase,
  prepared,
  tasksOf,
  value,
  type EngineWorld,
} from './engine-world.ts';

vi.setConfig({ testTimeout: 30_000 });

const itemsOf = (world: EngineWorld, ...ids: string[]): number =>
  ids.reduce(
    (sum, id) => sum + [mailOf, filesOf, tasksOf].reduce((own, of) => own + of(world, id).length, 0),
    0,
  );

/** Without the tasks that stand for flagged mails. */
const storedOf = (world: EngineWorld, id: string): number =>
  itemsOf(world, id) - tasksOf(world, id).filter(({ isFlag }) => isFlag).length;

async function backup(world: EngineWorld, repository: string, ...ids: string[]): Promise<BackupReport> {
  return value(await world.api.backup(repository, ids, () => {}));
}

/** Everything of these accounts is in the newest snapshots and can be read back. */
async function expectWhole(world: EngineWorld, repository: string, ...ids: string[]): Promise<void> {
  const snapshots = value(await world.api.snapshots(repository));
  for (const id of ids) {
    const newest = ['mail', 'drive', 'tasks'].map((workload) =>
      snapshots.find((each) => each.account.id === id && each.workload === workload),
    );
    expect(newest.map((each) => each?.kind)).toEqual(['complete', 'complete', 'complete']);
    const items = newest.reduce((sum, each) => sum + (each?.items ?? 0), 0);
    expect(items).toBe(itemsOf(world, id));
  }
  expect(value(await world.api.verify(repository, () => {})).damaged).toEqual([]);
}

/** A store that refuses once so many more files have been written. */
function breaking(world: EngineWorld, code: FailureCode, methods: readonly (keyof BlobStore)[]) {
  const state = { putsLeft: Number.POSITIVE_INFINITY };
  const refuse = async () => err(failure(code, 'scripted', { retry: 'after-user' }));
  world.homes.wrap = (store) =>
    new Proxy(store, {
      get: (target, name: keyof BlobStore) => {
        if (name === 'put') state.putsLeft -= 1;
        return state.putsLeft < 0 && methods.includes(name) ? refuse : target[name];
      },
    });
  return state;
}

describe('faults of the tenant', () => {
  it('an account without OneDrive and one without a mailbox: the others are backed up', async () => {
    const world = await engineWorld();
    const repository = await prepared(world);
    const [info, kaija, ada] = ['info', 'kaija', 'ada'].map((name) => idOf(world, name)) as [
      string,
      string,
      string,
    ];
    value(await world.api.backUpAnyway(world.tenant.tenantId, info, true));
    const report = await backup(world, repository, info, kaija, ada);
    expect(report).toMatchObject({ outcome: 'complete', failed: [], alerts: [] });
    expect(
      report.unreachable.map(({ account, workload, failure: why }) => [account, workload, why?.code]),
    ).toEqual([
      [info, 'drive', 'graph/no-drive'],
      [kaija, 'mail', 'graph/no-mailbox'],
      [kaija, 'drive', 'graph/no-drive'],
      [kaija, 'tasks', 'graph/no-mailbox'],
    ]);
    await expectWhole(world, repository, ada);
  });

  it('an item that always fails: named with its code, kept for the next run, the rest complete', async () => {
    const world = await engineWorld();
    const repository = await prepared(world);
    const ada = idOf(world, 'ada');
    const bad = mailOf(world, ada).find(({ attachments }) => attachments.length > 0)?.id ?? '';
    world.tenant.world.faults.set([
      {
        match: { route: `**/messages/${bad}**` },
        answer: { status: 500, code: 'ErrorInternalServerError' },
      },
    ]);
    const report = await backup(world, repository, ada);
    expect(report.outcome).toBe('incomplete');
    expect(report.failed).toMatchObject([
      { account: ada, workload: 'mail', item: bad, reason: 'graph/unavailable' },
    ]);
    expect(report.stored).toBe(storedOf(world, ada) - 1);
    world.tenant.world.faults.clear();
    expect(await backup(world, repository, ada)).toMatchObject({
      outcome: 'complete',
      stored: 1,
      failed: [],
    });
    await expectWhole(world, repository, ada);
  });

  it('an empty 404 for a mail: it stays owed and comes with the next run', async () => {
    const world = await engineWorld();
    const repository = await prepared(world);
    const ada = idOf(world, 'ada');
    const mail = mailOf(world, ada)[0]?.id ?? '';
    world.tenant.world.faults.set([
      { match: { route: `**/messages/${mail}/$value` }, answer: { status: 404, emptyBody: true } },
    ]);
    const report = await backup(world, repository, ada);
    expect(report).toMatchObject({ outcome: 'incomplete', vanished: 0 });
    expect(report.failed.map(({ item }) => item)).toEqual([mail]);
    world.tenant.world.faults.clear();
    expect(await backup(world, repository, ada)).toMatchObject({ outcome: 'complete', stored: 1 });
    await expectWhole(world, repository, ada);
  });

  it('a storm of 429 without Retry-After: one mailbox is given up for now, the others complete', async () => {
    const world = await engineWorld();
    const repository = await prepared(world);
    const [ada, jonas] = ['ada', 'jonas'].map((name) => idOf(world, name)) as [string, string];
    world.tenant.world.faults.set([
      {
        match: { host: 'graph.microsoft.com', route: `/users/${jonas}/m**` },
        answer: { status: 429, code: 'ApplicationThrottled' },
      },
    ]);
    const report = await backup(world, repository, jonas, ada);
    expect(report.outcome).toBe('incomplete');
    expect(report.unreachable).toMatchObject([
      { account: jonas, workload: 'mail', failure: { code: 'graph/throttled', retry: 'later' } },
    ]);
    await expectWhole(world, repository, ada);
    world.tenant.world.faults.clear();
    expect((await backup(world, repository, jonas)).outcome).toBe('complete');
    await expectWhole(world, repository, jonas);
  });
});

describe('faults of the way there', () => {
  it('a relay that is down stops the run with its code; it continues when the relay is back', async () => {
    const world = await engineWorld();
    const repository = await prepared(world);
    const ada = idOf(world, 'ada');
    await backup(world, repository, ada);
    world.kill();
    world.api = await world.reload();
    value(await world.api.unlock(repository, { passphrase }));
    world.net.relayUp = false;
    expect(await world.api.backup(repository, [ada], () => {})).toMatchObject({
      ok: false,
      error: { code: 'relay/unreachable' },
    });
    await expectWhole(world, repository, ada);
    world.net.relayUp = true;
    expect((await backup(world, repository, ada)).outcome).toBe('complete');
  });

  it('a connection lost in the middle keeps what was committed, and the run goes on later', async () => {
    const world = await engineWorld();
    const repository = await prepared(world);
    const ada = idOf(world, 'ada');
    const result = await world.api.backup(repository, [ada], ({ itemsDone }) => {
      if (itemsDone > 10) world.net.online = false;
    });
    expect(result).toMatchObject({ ok: false, error: { code: 'network/offline' } });
    const kept = value(await world.api.snapshots(repository));
    expect(kept.reduce((sum, { items, pending }) => sum + items - pending, 0)).toBeGreaterThan(10);
    expect(value(await world.api.interrupted(repository))).toMatchObject({ accounts: [ada] });
    world.net.online = true;
    const report = await backup(world, repository, ada);
    expect(report.outcome).toBe('complete');
    expect(report.stored).toBeLessThan(storedOf(world, ada));
    await expectWhole(world, repository, ada);
  });

  it('a tab that is closed in the middle: the run resumes from its last partial snapshot', async () => {
    const world = await engineWorld();
    let kill = () => {};
    // The first commit of two: mail or files.
    world.homes.wrap = (store) => ({
      ...store,
      put: async (name, bytes) => {
        const done = await store.put(name, bytes);
        if (name.startsWith('snapshots/')) kill();
        return done;
      },
    });
    const repository = await prepared(world);
    const ada = idOf(world, 'ada');
    await new Promise<void>((resolve) => {
      kill = () => {
        world.kill();
        resolve();
      };
      void world.api.backup(repository, [ada], () => {});
    });
    kill = () => {};
    world.api = await world.reload();
    value(await world.api.unlock(repository, { passphrase }));
    expect(value(await world.api.interrupted(repository))).toMatchObject({ accounts: [ada] });
    expect((await backup(world, repository, ada)).outcome).toBe('complete');
    expect(value(await world.api.interrupted(repository))).toBeNull();
    await expectWhole(world, repository, ada);
  });
});

describe('faults of the store', () => {
  it.each([
    ['browser storage full', 'storage/full', ['put']],
    ['a folder whose permission was withdrawn', 'storage/permission-lost', ['put', 'get', 'read', 'list']],
  ] as const)(
    '%s: stops with its code, loses nothing committed, continues afterwards',
    async (_, code, methods) => {
      const world = await engineWorld();
      const store = breaking(world, code, methods);
      const repository = await prepared(world);
      const [ada, jonas] = ['ada', 'jonas'].map((name) => idOf(world, name)) as [string, string];
      await backup(world, repository, ada);
      store.putsLeft = 2;
      const result = await world.api.backup(repository, [jonas], () => {});
      expect(result).toMatchObject({ ok: false, error: { code, retry: 'after-user' } });
      store.putsLeft = Number.POSITIVE_INFINITY;
      await expectWhole(world, repository, ada);
      expect((await backup(world, repository, jonas)).outcome).toBe('complete');
      await expectWhole(world, repository, ada, jonas);
    },
  );

  it('a damaged pack: what is whole can be read, what is not is named and fetched again', async () => {
    const world = await engineWorld();
    const repository = await prepared(world);
    const [ada, jonas] = ['ada', 'jonas'].map((name) => idOf(world, name)) as [string, string];
    await backup(world, repository, ada, jonas);
    const [files] = world.homes.files.values();
    const packs = [...(files ?? [])].filter(([name]) => name.startsWith('packs/'));
    const [largest] = packs.sort(([, a], [, b]) => b.length - a.length);
    largest?.[1].fill(0, Math.floor(largest[1].length / 3), Math.floor(largest[1].length / 2));
    const { damaged } = value(await world.api.verify(repository, () => {}));
    expect(damaged.length).toBeGreaterThan(0);
    const snapshots = value(await world.api.snapshots(repository)).map(({ id }) => id);
    const zip = value(await world.api.exportZip(repository, { snapshots }, () => {}));
    expect(zip.items).toBeGreaterThan(0);
    expect(zip.problems.length).toBeGreaterThan(0);
    expect(zip.problems.filter((problem) => !/repository\/|skipped flagged-mail$/.test(problem))).toEqual([]);
    expect(zip.items + zip.problems.length).toBe(itemsOf(world, ada, jonas));
    const report = await backup(world, repository, ada, jonas);
    expect(report).toMatchObject({ outcome: 'complete', stored: damaged.length });
    await expectWhole(world, repository, ada, jonas);
  });
});
