/** Files that were changed behind Holdfast's back: always noticed, never believed, and no worse than they must be. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { Bytes } from '../../../../workers/kernel/bytes.ts';
import { failure } from '../../../../workers/kernel/failure.ts';
import { err, ok } from '../../../../workers/kernel/result.ts';
import { readKeyring, unlockRepository } from '../../../../workers/repository/repository.ts';
import type { FileName } from '../../../../workers/storage/blob-store.ts';
import {
  alice,
  backUp,
  beginOptions,
  bob,
  copyOf,
  depsOn,
  makeRepository,
  memory,
  passphrase,
  readAll,
  unlockWith,
  value,
} from '../../../faults/scene.ts';

let files: Map<FileName, Bytes>;
let recoveryWords: string;

beforeAll(async () => {
  files = new Map();
  const made = await makeRepository(memory(files));
  recoveryWords = made.recoveryWords;
  value(await backUp(made.repository, alice, 'run-1', ['one', 'two']));
  value(await backUp(made.repository, bob, 'run-1', ['three']));
  value(
    await made.repository.saveRun({
      id: 'run-1',
      startedAt: '2026-01-01T00:00:00.000Z',
      endedAt: '2026-01-01T00:00:01.000Z',
      outcome: 'complete',
      snapshots: [],
      failed: [],
      skipped: [],
      alerts: [],
    }),
  );
});

const named = (prefix: string) => [...files.keys()].filter((name) => name.startsWith(prefix));

function damaged(name: FileName, change: (bytes: Bytes) => Bytes): Map<FileName, Bytes> {
  const copy = copyOf(files);
  const bytes = copy.get(name);
  if (bytes) copy.set(name, change(bytes));
  return copy;
}

const flipped = (at: number) => (bytes: Bytes) => {
  bytes[at] = (bytes[at] ?? 0) ^ (1 << (at % 8));
  return bytes;
};

/** Opens, reads all, checks all; throws where wrong content comes out. */
async function look(store: Map<FileName, Bytes>) {
  const repository = value(await unlockWith(memory(store), recoveryWords));
  const reading = await readAll(repository);
  const check = value(await repository.check(() => undefined));
  value(await repository.runs());
  return { reading, check, noticed: check.damaged.length + check.files.length + reading.failures.length > 0 };
}

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

describe('a copy of the keyring', () => {
  const [folder, other] = ['keyrings/', 'ff'.repeat(16)];

  it('that is damaged is named by a check, whichever byte it is', async () => {
    const [name = ''] = named(folder);
    for (let at = 0; at < (files.get(name)?.length ?? 0); at += 3) {
      const repository = value(await unlockWith(memory(damaged(name, flipped(at))), recoveryWords));
      const found = value(await repository.check(() => undefined, { sample: 0 }));
      expect(
        found.files.map((file) => file.name),
        `byte ${at}`,
      ).toContain(name);
    }
  }, 120_000);

  it('that is gone is missed by a check, and made anew when a backup begins', async () => {
    const [first = '', second = ''] = named(folder);
    const store = copyOf(files);
    store.delete(first);
    const repository = value(await unlockWith(memory(store), recoveryWords));
    const found = value(await repository.check(() => undefined, { sample: 0 }));
    expect(found.files).toMatchObject([{ name: folder, failure: { code: 'repository/corrupt' } }]);
    value(await backUp(repository, alice, 'run-2', ['four']));
    expect(value(await repository.check(() => undefined, { sample: 0 })).files).toEqual([]);
    store.delete(second);
    expect((await unlockWith(memory(store), recoveryWords)).ok).toBe(true);
    expect((await unlockRepository(await depsOn(memory(store)), { passphrase })).ok).toBe(true);
  });

  it('under the name of another opens all the same, is named by a check, and made anew', async () => {
    const [first = '', second = ''] = named(folder);
    const store = copyOf(files);
    store.set(first, files.get(second)?.slice() ?? new Uint8Array(1));
    store.set(second, files.get(first)?.slice() ?? new Uint8Array(1));
    const repository = value(await unlockWith(memory(store), recoveryWords));
    const found = value(await repository.check(() => undefined, { sample: 0 }));
    expect(found.files.map(({ name }) => name).sort()).toEqual([first, second].sort());
    value(await repository.begin(beginOptions(alice, 'run-2')));
    for (const name of [first, second]) store.delete(name);
    expect(value(await repository.check(() => undefined, { sample: 0 })).files).toEqual([]);
  });

  it('whose writing was cut off counts as not there', async () => {
    const inner = memory(new Map());
    const traces = {
      ...inner,
      list: async (prefix: string) => {
        const names = value(await inner.list(prefix));
        return ok(prefix === folder ? [...names, `${folder}00000001-${other}`] : names);
      },
    };
    expect(await readKeyring(traces)).toMatchObject({ error: { code: 'repository/not-a-repository' } });
    const made = await makeRepository(traces);
    expect((await unlockWith(traces, made.recoveryWords)).ok).toBe(true);
    expect(value(await made.repository.check(() => undefined)).files).toEqual([]);
  });
});

describe('opening', () => {
  it('refuses a wrong passphrase, wrong words, and words of another repository', async () => {
    const deps = await depsOn(memory(files));
    const other = await makeRepository(memory(new Map()));
    for (const secret of [{ passphrase: `${passphrase}!` }, { recoveryWords: other.recoveryWords }]) {
      expect(await unlockRepository(deps, secret)).toMatchObject({
        ok: false,
        error: { code: 'vault/wrong-passphrase', retry: 'after-user' },
      });
    }
    expect(await unlockRepository(deps, { recoveryWords: 'abandon ability able' })).toMatchObject({
      error: { code: 'vault/recovery-words', facts: { problem: 'count', words: 3 } },
    });
    expect((await unlockRepository(deps, { passphrase })).ok).toBe(true);
  });

  it('refuses a slot that was brought from another repository', async () => {
    const others = new Map<FileName, Bytes>();
    const other = await makeRepository(memory(others));
    const store = copyOf(files);
    for (const [i, name] of named('keyrings/').entries()) {
      const foreign = [...others.values()][i];
      const own = store.get(name);
      if (!foreign || !own) continue;
      // Everything behind the header is the other repository's: its slots and its head.
      store.set(name, new Uint8Array([...own.subarray(0, 44), ...foreign.subarray(44)]));
    }
    const outcome = await unlockWith(memory(store), other.recoveryWords);
    expect(outcome).toMatchObject({ ok: false, error: { code: 'vault/wrong-passphrase' } });
  });

  it('tells a place without a repository, and one of a newer format, from a damaged one', async () => {
    expect(await readKeyring(memory(new Map()))).toMatchObject({
      error: { code: 'repository/not-a-repository' },
    });
    const [name = '', second = ''] = named('keyrings/');
    const newer = damaged(name, (bytes) => {
      bytes[9] = 255;
      return bytes;
    });
    newer.delete(second);
    expect(await readKeyring(memory(newer))).toMatchObject({ error: { code: 'repository/newer-format' } });
    const strange = damaged(name, () =>
      new TextEncoder().encode('%PDF-1.7 and so on, long enough to be anything'),
    );
    strange.delete(second);
    expect(await readKeyring(memory(strange))).toMatchObject({
      error: { code: 'repository/not-a-repository' },
    });
    const huge = damaged(name, () => new Uint8Array(70_000));
    huge.delete(second);
    expect(await readKeyring(memory(huge))).toMatchObject({ error: { code: 'repository/limit' } });
  });

  it('refuses costs that no honest writer chose before it does any work', async () => {
    const [name = '', second = ''] = named('keyrings/');
    // Header 44, created 8, count 1, length 2, slot id 16, kind 1: then the memory in KiB.
    const memoryAt = 44 + 8 + 1 + 2 + 16 + 1;
    for (const [kib, passes] of [
      [4 * 1024 * 1024, 1],
      [8, 3],
      [65_536, 2 ** 31],
      [1_048_576, 16],
    ] as const) {
      const store = damaged(name, (bytes) => {
        const view = new DataView(bytes.buffer);
        view.setUint32(memoryAt, kib);
        view.setUint32(memoryAt + 4, passes);
        return bytes;
      });
      store.delete(second);
      const outcome = await unlockRepository(await depsOn(memory(store)), { passphrase });
      expect(outcome).toMatchObject({ ok: false, error: { code: 'vault/kdf-limits' } });
    }
  });

  it('will not make a second repository in one place', async () => {
    await expect(makeRepository(memory(copyOf(files)))).rejects.toThrow('input/invalid');
    const keyless = copyOf(files);
    for (const name of named('keyrings/')) keyless.delete(name);
    await expect(makeRepository(memory(keyless))).rejects.toThrow('input/invalid');
  });
});
