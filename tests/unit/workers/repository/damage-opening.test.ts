/** Keyrings that were changed behind Holdfast's back, and what opening says of them. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { Bytes } from '../../../../workers/kernel/bytes.ts';
import { ok } from '../../../../workers/kernel/result.ts';
import { readKeyring, unlockRepository } from '../../../../workers/repository/repository.ts';
import type { FileName } from '../../../../workers/storage/blob-store.ts';
import {
  alice,
  backUp,
  beginOptions,
  copyOf,
  depsOn,
  makeRepository,
  memory,
  passphrase,
  unlockWith,
  value,
} from '../../../faults/scene.ts';
import { damaged, files, flipped, makeFiles, named, recoveryWords } from './damage-world.ts';

beforeAll(makeFiles);

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
