import { beforeEach, describe, expect, it } from 'vitest';
import { equalBytes, utf8 } from '../../../../workers/kernel/bytes.ts';
import type { SnapshotId } from '../../../../workers/kernel/brand.ts';
import type { Part, Run, Snapshot } from '../../../../workers/repository/model.ts';
import { readKeyring, unlockRepository } from '../../../../workers/repository/repository.ts';
import {
  alice,
  backUp,
  beginOptions,
  bob,
  collect,
  contentOf,
  depsOn,
  passphrase,
  readAll,
  rowOf,
  tenantId,
  value,
} from '../../../faults/scene.ts';
import {
  begin,
  bytesOf,
  files,
  goOnWith,
  makeNew,
  named,
  noise,
  recoveryWords,
  reopen,
  repository,
  store,
} from './repository-world.ts';

beforeEach(makeNew);

describe('a new repository', () => {
  it('says whose it is once unlocked, and little before that', async () => {
    expect(repository.head).toMatchObject({ tenantId, tenantName: 'Contoso' });
    const keyring = value(await readKeyring(store));
    expect(keyring).toMatchObject({ id: repository.head.id, createdAt: repository.head.createdAt });
    expect(keyring.slots.map(({ header }) => header.kind)).toEqual(['passphrase', 'recovery']);
    expect((await reopen()).head).toEqual(repository.head);
  });

  it('has no snapshots and checks clean', async () => {
    expect(value(await repository.snapshots())).toEqual([]);
    expect(value(await repository.runs())).toEqual([]);
    expect(value(await repository.check(() => undefined))).toEqual({
      snapshots: 0,
      packs: 0,
      blobs: 0,
      damaged: [],
      more: 0,
      files: [],
    });
  });
});

describe('what lies in the store', () => {
  it('shows no name, no content, no id and no secret', async () => {
    const canary = 'CANARY-4711';
    const account = { id: `${canary}-id`, userPrincipalName: `${canary}@x.test`, displayName: canary };
    const writer = await begin('run-canary', account);
    const part = value(await writer.sink.store(canary, utf8(`${canary} `.repeat(50))));
    writer.apply({
      folders: [{ id: canary, name: canary }],
      rows: [rowOf(canary, [part], { name: canary, meta: { [canary]: canary } })],
      cursors: { [canary]: { link: `https://graph/${canary}`, finished: true, shape: canary } },
    });
    value(await writer.commit('complete'));
    for (const secret of [canary, 'Contoso', tenantId, passphrase, recoveryWords.slice(0, 20), 'content']) {
      for (const [name, bytes] of files) {
        expect(name).not.toContain(secret);
        expect(Buffer.from(bytes).includes(secret), name).toBe(false);
        expect(Buffer.from(bytes).includes(Buffer.from(secret, 'utf16le')), name).toBe(false);
      }
    }
  });
});

describe('content', () => {
  it.each([0, 1, 63, 64, 100_000, 524_288, 524_289, 3_000_000])('of %i bytes comes back', async (length) => {
    const bytes = noise(length);
    const writer = await begin('run-1');
    const part = value(await writer.sink.store('content', bytes));
    expect(part).toMatchObject({ role: 'content', size: length });
    writer.apply({ rows: [rowOf('item', [part])] });
    value(await writer.commit('complete'));
    expect(equalBytes(await bytesOf(await reopen(), part), bytes)).toBe(true);
  });

  it('that arrives in pieces is the same as content that arrives whole', async () => {
    const bytes = noise(2_000_000);
    async function* pieces() {
      for (let at = 0; at < bytes.length; at += 70_001) yield bytes.subarray(at, at + 70_001);
    }
    const writer = await begin('run-1');
    const streamed = value(await writer.sink.store('content', pieces()));
    const whole = value(await writer.sink.store('content', bytes));
    expect(streamed).toEqual(whole);
    expect(writer.stats()).toMatchObject({ blobsNew: whole.blobs.length, blobsKnown: whole.blobs.length });
  });

  it('is stored once, in whichever account and run it comes', async () => {
    const bytes = noise(700_000);
    for (const [run, account] of [
      ['run-1', alice],
      ['run-1', bob],
      ['run-2', alice],
    ] as const) {
      const writer = await begin(run, account);
      const parts = await Promise.all([1, 2, 3].map(() => writer.sink.store('content', bytes)));
      writer.apply({ rows: [rowOf('item', [value(parts[0] as never)])] });
      value(await writer.commit('complete'));
    }
    const total = [...files.values()].reduce((sum, { length }) => sum + length, 0);
    expect(total).toBeLessThan(750_000);
  });

  it('that fails half-way rejects as its source does, and the writer goes on', async () => {
    const writer = await begin('run-1');
    async function* broken() {
      yield noise(600_000);
      await Promise.resolve();
      throw new Error('connection lost');
    }
    await expect(writer.sink.store('content', broken())).rejects.toThrow('connection lost');
    const part = value(await writer.sink.store('content', contentOf('item')));
    writer.apply({ rows: [rowOf('item', [part])] });
    value(await writer.commit('complete'));
    expect((await readAll(await reopen())).failures).toEqual([]);
  });

  it('ends with a failure where the part says another size, or a blob is not there', async () => {
    const writer = await begin('run-1');
    const part = value(await writer.sink.store('content', contentOf('item')));
    value(await writer.commit('complete'));
    expect(await collect(repository.read({ ...part, size: part.size + 1 }))).toMatchObject({
      error: { code: 'repository/corrupt' },
    });
    const blobs = ['ab'.repeat(32)] as unknown as Part['blobs'];
    expect(await collect(repository.read({ ...part, blobs }))).toMatchObject({
      error: { code: 'repository/missing-blob' },
    });
  });
});

describe('the index', () => {
  it('stays a handful of files however often is committed', async () => {
    const writer = await begin('run-1');
    for (let i = 0; i < 40; i++) {
      const part = value(await writer.sink.store('content', contentOf(`item-${i}`)));
      writer.apply({ rows: [rowOf(`item-${i}`, [part])] });
      value(await writer.commit('partial'));
      expect(named('index/').length).toBeLessThanOrEqual(8);
    }
    const { whole, failures } = await readAll(await reopen());
    expect(failures).toEqual([]);
    expect([...whole.values()].map(({ length }) => length)).toEqual([40]);
  });
});

describe('the newest snapshot', () => {
  const committed = async (run: string, device: string, item: string): Promise<Snapshot> => {
    const writer = await begin(run, alice, device);
    writer.apply({ rows: [rowOf(item, [])] });
    return value(await writer.commit('complete'));
  };

  it('is the one that no other continues, whatever the clocks say', async () => {
    await committed('run-1', 'device-1', 'a');
    // A clock that was set back: this repository's starts again at the beginning.
    goOnWith(await reopen());
    const second = await committed('run-2', 'device-2', 'b');
    const { known } = await begin('run-3', alice, 'device-3');
    expect(known.row('b')).toBeDefined();
    expect((await committed('run-3', 'device-3', 'c')).previous).toBe(second.id);
  });

  it('numbers the snapshots of each writer', async () => {
    expect((await committed('run-1', 'device-1', 'a')).sequence).toBe(1);
    expect((await committed('run-2', 'device-2', 'b')).sequence).toBe(1);
    expect((await committed('run-3', 'device-1', 'c')).sequence).toBe(2);
  });

  it('lists the later of two snapshots of one instant first', async () => {
    const clock = { now: () => Date.UTC(2026, 0, 1), sleep: () => Promise.resolve() };
    goOnWith(value(await unlockRepository({ ...(await depsOn(store)), clock }, { recoveryWords })));
    const runs = ['run-1', 'run-2', 'run-3', 'run-4', 'run-5'];
    for (const run of runs) await committed(run, 'device-1', run);
    expect(value(await repository.snapshots()).map(({ run }) => run)).toEqual(runs.toReversed());
  });

  it('gives way to an older one where its tree is damaged', async () => {
    value(await backUp(repository, alice, 'run-1', ['one']));
    const before = new Set(files.keys());
    value(await backUp(repository, alice, 'run-2', ['two']));
    for (const name of named('packs/')) if (!before.has(name)) files.delete(name);
    goOnWith(await reopen());
    expect([...(await begin('run-3')).known.rows()].map(({ item }) => item)).toEqual(['one']);
  });
});

describe('a run', () => {
  const run = (outcome: Run['outcome'], endedAt: string, snapshots: readonly SnapshotId[]): Run => ({
    id: 'run-1',
    startedAt: '2026-01-01T00:00:00.000Z',
    endedAt,
    outcome,
    snapshots,
    failed: [
      { account: 'alice', workload: 'mail', item: 'x', name: 'Subject', reason: 'graph/corrupt-item' },
    ],
    skipped: [],
    alerts: [{ account: 'bob', workload: 'drive', reason: 'quota', detail: '99 %' }],
  });

  it('is read back as it was saved last', async () => {
    const { id } = value(await backUp(repository, alice, 'run-1', ['one'])) as Snapshot;
    const last = run('complete', '2026-01-01T02:00:00.000Z', [id]);
    value(await repository.saveRun(run('incomplete', '2026-01-01T01:00:00.000Z', [])));
    value(await repository.saveRun(last));
    expect(value(await (await reopen()).runs())).toEqual([last]);
  });
});

describe('a closed repository', () => {
  it('is locked', async () => {
    value(await backUp(repository, alice, 'run-1', ['one']));
    const [snapshot] = value(await repository.snapshots());
    await repository.close();
    const locked = { ok: false, error: { code: 'vault/locked' } };
    expect(await repository.snapshots()).toMatchObject(locked);
    expect(await repository.begin(beginOptions(alice, 'run-2'))).toMatchObject(locked);
    expect(await repository.open(snapshot?.id ?? ('' as SnapshotId))).toMatchObject(locked);
    expect(await repository.check(() => undefined)).toMatchObject(locked);
  });
});

describe('checking', () => {
  it('tells how far it is, and reads what it is asked to', async () => {
    value(await backUp(repository, alice, 'run-1', ['one', 'two']));
    const seen: number[] = [];
    const all = value(await repository.check(({ blobs, of }) => seen.push(blobs / of)));
    expect(seen.at(-1)).toBe(1);
    expect(all).toMatchObject({ snapshots: 1, packs: 2, blobs: 4, damaged: [] });
    expect(value(await repository.check(() => undefined, { sample: 0 }))).toMatchObject({
      packs: 0,
      blobs: 0,
    });
  });

  it('finds what is not there without reading any pack', async () => {
    value(await backUp(repository, alice, 'run-1', ['one']));
    const [pack = ''] = named('packs/').filter((name) => files.get(name)?.[10] === 2);
    files.delete(pack);
    const found = value(await repository.check(() => undefined, { sample: 0 }));
    expect(found.damaged).toMatchObject([
      { item: 'one', name: 'Subject of one', verdict: { kind: 'missing' } },
    ]);
  });
});

describe('a snapshot', () => {
  it('that is not there is missing', async () => {
    expect(await repository.open('ab'.repeat(16) as SnapshotId)).toMatchObject({
      error: { code: 'repository/missing-snapshot' },
    });
  });
});
