/** Files that were changed behind Holdfast's back: always noticed, never believed, and no worse than they must be. */
import { beforeAll, describe, expect, it } from 'vitest';
import { failure } from '../../../../workers/kernel/failure.ts';
import { err } from '../../../../workers/kernel/result.ts';
import type { FileName } from '../../../../workers/storage/blob-store.ts';
import {
  alice,
  backUp,
  beginOptions,
  bob,
  copyOf,
  memory,
  readAll,
  unlockWith,
  value,
} from '../../../faults/scene.ts';
import { damaged, files, flipped, look, makeFiles, named, recoveryWords } from './damage-world.ts';

beforeAll(makeFiles);

describe('one bit', () => {
  it.each(['snapshots/', 'runs/', 'index/'])(
    'in any byte of %s is noticed',
    async (folder) => {
      for (const name of named(folder)) {
        for (let at = 0; at < (files.get(name)?.length ?? 0); at++) {
          const { noticed, check } = await look(damaged(name, flipped(at)));
          expect(noticed, `${name} byte ${at}`).toBe(true);
          // An index segment is a convenience: the packs' own footers stand in for it.
          if (folder === 'index/') expect(check.damaged).toEqual([]);
        }
      }
    },
    120_000,
  );

  it('in a pack is noticed, and costs at most what is in that pack', async () => {
    for (const name of named('packs/')) {
      for (let at = 0; at < (files.get(name)?.length ?? 0); at += 5) {
        const { noticed, reading } = await look(damaged(name, flipped(at)));
        expect(noticed, `${name} byte ${at}`).toBe(true);
        const readable = [...reading.whole.values()].flat();
        expect(readable.length, `${name} byte ${at}`).toBeGreaterThan(0);
      }
    }
  }, 120_000);

  it('in any byte of a keyring keeps that copy from opening, and the other opens', async () => {
    const [first = '', second = ''] = named('keyrings/');
    for (let at = 0; at < (files.get(first)?.length ?? 0); at++) {
      const store = damaged(first, flipped(at));
      expect((await unlockWith(memory(store), recoveryWords)).ok, `byte ${at}`).toBe(true);
      store.delete(second);
      const alone = await unlockWith(memory(store), recoveryWords);
      expect(alone.ok ? 'opened' : alone.error.code, `byte ${at}`).toMatch(
        /^(vault\/(tampered|wrong-passphrase)|repository\/(corrupt|not-a-repository|newer-format|limit))$/,
      );
    }
  }, 120_000);
});

describe('a file', () => {
  it('cut short anywhere is noticed', async () => {
    for (const name of [...named('snapshots/'), ...named('packs/'), ...named('index/')]) {
      const length = files.get(name)?.length ?? 0;
      for (const end of [1, 43, 44, 45, 60, length >> 1, length - 5, length - 1]) {
        const { noticed } = await look(damaged(name, (bytes) => bytes.slice(0, end)));
        expect(noticed, `${name} cut at ${end}`).toBe(true);
      }
    }
  });

  it('with something behind its end is noticed', async () => {
    for (const name of [...named('snapshots/'), ...named('packs/'), ...named('index/')]) {
      const { noticed } = await look(damaged(name, (bytes) => new Uint8Array([...bytes, 0])));
      expect(noticed, name).toBe(true);
    }
  });

  it('put in the place of another of its kind is noticed', async () => {
    for (const folder of ['snapshots/', 'packs/']) {
      const [one = '', two = ''] = named(folder);
      const { noticed } = await look(damaged(one, () => files.get(two)?.slice() ?? new Uint8Array(1)));
      expect(noticed, folder).toBe(true);
    }
  });

  it('that is a pack and lost takes its items with it and no others', async () => {
    for (const name of named('packs/')) {
      const store = copyOf(files);
      store.delete(name);
      const { noticed, reading } = await look(store);
      expect(noticed).toBe(true);
      expect([...reading.whole.values()].flat().length).toBeGreaterThan(0);
    }
  });

  it('that is the index, all of it lost, is made up for by the packs', async () => {
    const store = copyOf(files);
    for (const name of named('index/')) store.delete(name);
    const { noticed, reading } = await look(store);
    expect(noticed).toBe(false);
    expect([...reading.whole.values()].flat().sort()).toEqual(['one', 'three', 'two']);
    const repository = value(await unlockWith(memory(store), recoveryWords));
    value(await backUp(repository, alice, 'run-2', ['four']));
    expect([...store.keys()].filter((name) => name.startsWith('index/'))).toHaveLength(1);
  });
});

describe('a damaged blob', () => {
  it('is stored anew by the next backup that has it, and then reads back', async () => {
    const pack = named('packs/').find((name) => files.get(name)?.[10] === 2) ?? '';
    const store = damaged(pack, flipped(80));
    const repository = value(await unlockWith(memory(store), recoveryWords));
    const found = value(await repository.check(() => undefined));
    expect(found.damaged.map(({ item }) => item)).toEqual(['one']);
    value(await backUp(repository, alice, 'run-2', ['one', 'two']));
    expect(value(await repository.check(() => undefined)).damaged).toEqual([]);
    const again = value(await unlockWith(memory(store), recoveryWords));
    expect((await readAll(again)).failures).toEqual([]);
  });
});

describe('a pack that is gone', () => {
  it('is relied on by no later backup, and its items are fetched again', async () => {
    const pack = named('packs/').find((name) => files.get(name)?.[10] === 2) ?? '';
    const store = copyOf(files);
    store.delete(pack);
    const repository = value(await unlockWith(memory(store), recoveryWords));
    const writer = value(await repository.begin(beginOptions(alice, 'run-2')));
    expect(writer.lost().map(({ item }) => item)).toEqual(['one', 'two']);
    await writer.abandon();
    value(await backUp(repository, alice, 'run-2', ['one', 'two']));
    const again = value(await unlockWith(memory(store), recoveryWords));
    expect((await readAll(again)).failures).toEqual([]);
  });

  it('is missed too where no index segment names it any more', async () => {
    const pack = named('packs/').find((name) => files.get(name)?.[10] === 2) ?? '';
    const store = copyOf(files);
    for (const name of [pack, ...named('index/')]) store.delete(name);
    const repository = value(await unlockWith(memory(store), recoveryWords));
    const writer = value(await repository.begin(beginOptions(alice, 'run-2')));
    expect(writer.lost().map(({ item }) => item)).toEqual(['one', 'two']);
  });

  it('counts again once it is back, as after a folder was synchronised', async () => {
    const pack = named('packs/').find((name) => files.get(name)?.[10] === 2) ?? '';
    const store = copyOf(files);
    store.delete(pack);
    const repository = value(await unlockWith(memory(store), recoveryWords));
    expect((await readAll(repository)).failures).not.toEqual([]);
    store.set(pack, files.get(pack)?.slice() ?? new Uint8Array(1));
    const writer = value(await repository.begin(beginOptions(alice, 'run-2')));
    expect(writer.lost()).toEqual([]);
    expect((await readAll(repository)).failures).toEqual([]);
  });
});

describe('a snapshot that is gone', () => {
  it('is missed by a check where a run says that it was there', async () => {
    const store = copyOf(files);
    const repository = value(await unlockWith(memory(store), recoveryWords));
    const [newest] = value(await repository.snapshots());
    if (!newest) throw new Error('no snapshot');
    const run = { id: 'run-9', startedAt: newest.startedAt, endedAt: newest.committedAt } as const;
    const drawers = { failed: [], skipped: [], alerts: [] };
    value(await repository.saveRun({ ...run, ...drawers, outcome: 'complete', snapshots: [newest.id] }));
    expect(value(await repository.check(() => undefined)).files).toEqual([]);
    store.delete(`snapshots/${newest.id}`);
    expect(value(await repository.check(() => undefined)).files).toMatchObject([
      { name: `snapshots/${newest.id}`, failure: { code: 'repository/missing-snapshot' } },
    ]);
  });
});

describe('a file that says it is of another format', () => {
  /** Of the header: version (two bytes) and suite. */
  const claims = [8, 9, 11];

  it('is named as damaged, whatever it is, and keeps nobody from backing up', async () => {
    for (const folder of ['snapshots/', 'index/', 'packs/', 'runs/']) {
      for (const at of claims) {
        const [name = ''] = named(folder);
        const repository = value(await unlockWith(memory(damaged(name, flipped(at))), recoveryWords));
        const outcome = value(await repository.check(() => undefined));
        expect(outcome.files).toContainEqual({
          name,
          failure: expect.objectContaining({ code: 'repository/corrupt' }),
        });
        for (const account of [alice, bob]) value(await backUp(repository, account, 'run-2', ['more']));
      }
    }
  });
});

describe('a pack that cannot be read just now', () => {
  it('makes its items unreadable, not missing', async () => {
    const pack = named('packs/').find((name) => files.get(name)?.[10] === 2) ?? '';
    const store = copyOf(files);
    for (const name of named('index/')) store.delete(name);
    const inner = memory(store);
    const denied = err(failure('storage/permission-lost', pack, { retry: 'after-user' }));
    const barred = (name: FileName) => name === pack;
    const repository = value(
      await unlockWith(
        {
          ...inner,
          size: async (name) => (barred(name) ? denied : inner.size(name)),
          get: async (name) => (barred(name) ? denied : inner.get(name)),
          read: async (name, offset, length) => (barred(name) ? denied : inner.read(name, offset, length)),
        },
        recoveryWords,
      ),
    );
    const found = value(await repository.check(() => undefined));
    expect(found.damaged.map(({ item, verdict }) => [item, verdict.kind])).toEqual([
      ['one', 'unreadable'],
      ['two', 'unreadable'],
    ]);
    expect((await readAll(repository)).failures).toContain('storage/permission-lost');
    expect((await readAll(repository)).failures).not.toContain('repository/missing-blob');
  });
});
