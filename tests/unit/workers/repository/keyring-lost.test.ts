/** The copies of the keyring went, or the whole place, while the repository was unlocked: it must not stay without. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { Bytes } from '../../../../workers/kernel/bytes.ts';
import { failure } from '../../../../workers/kernel/failure.ts';
import { err } from '../../../../workers/kernel/result.ts';
import type { Snapshot } from '../../../../workers/repository/model.ts';
import { unlockRepository, type Repository } from '../../../../workers/repository/repository.ts';
import type { FileName } from '../../../../workers/storage/blob-store.ts';
import {
  alice,
  backUp,
  beginOptions,
  bob,
  depsOn,
  makeRepository,
  memory,
  passphrase,
  unlockWith,
  value,
} from '../../../faults/scene.ts';

const folder = 'keyrings/';
let store: Map<FileName, Bytes>;
let repository: Repository;
let recoveryWords: string;
let isFull: boolean;
const full = failure('storage/full', 'no room', { retry: 'after-user' });

beforeEach(async () => {
  store = new Map();
  isFull = false;
  const room = memory(store);
  const put: typeof room.put = async (name, bytes) => (isFull ? err(full) : room.put(name, bytes));
  ({ repository, recoveryWords } = await makeRepository({ ...room, put }));
  value(await backUp(repository, alice, 'run-1', ['one', 'two']));
});

const remove = (prefix: string) => {
  for (const name of store.keys()) if (name.startsWith(prefix)) store.delete(name);
};
const copies = () => [...store.keys()].filter((name) => name.startsWith(folder));

describe('a keyring', () => {
  it.each([
    ['all copies of the keyring', 'keyrings/'],
    ['everything', ''],
  ])('is written from memory where %s went under an unlocked repository', async (_, gone) => {
    remove(gone);
    value(await backUp(repository, alice, 'run-2', ['four']));
    expect(copies()).toHaveLength(2);
    const again = value(await unlockWith(memory(store), recoveryWords));
    expect((await unlockRepository(await depsOn(memory(store)), { passphrase })).ok).toBe(true);
    const found = value(await again.check(() => undefined));
    expect([found.damaged, found.files]).toEqual([[], []]);
  });

  it('is written from memory once, however many accounts begin at a time', async () => {
    remove(folder);
    for (const begun of await Promise.all(
      [alice, bob].map((each) => repository.begin(beginOptions(each, 'run-2'))),
    ))
      expect(begun.ok).toBe(true);
    expect(copies()).toHaveLength(2);
  });

  it('that went during a run is put back, and the run is not said to be stored', async () => {
    for (const gone of [folder, '']) {
      const writer = value(await repository.begin(beginOptions(alice, 'run-2')));
      remove(gone);
      expect(await writer.commit('complete')).toMatchObject({
        ok: false,
        error: { code: 'storage/missing' },
      });
      expect((await unlockWith(memory(store), recoveryWords)).ok).toBe(true);
    }
  });

  it('that went between two accounts does not let the run say that the first is stored', async () => {
    const first = value(await backUp(repository, alice, 'run-2', ['four'])) as Snapshot;
    store.clear();
    const second = value(await backUp(repository, bob, 'run-2', ['five'])) as Snapshot;
    const run = { id: 'run-2', startedAt: '2026-01-01T00:00:00.000Z', endedAt: '2026-01-01T00:00:01.000Z' };
    const none = { outcome: 'complete', failed: [], skipped: [], alerts: [] } as const;
    expect(await repository.saveRun({ ...run, ...none, snapshots: [first.id, second.id] })).toMatchObject({
      ok: false,
      error: { code: 'repository/missing-snapshot', detail: expect.stringContaining(first.id) },
    });
  });

  it('of another repository in its place stops a backup, and nothing is written beside it', async () => {
    const others = new Map<FileName, Bytes>();
    await makeRepository(memory(others));
    store.clear();
    for (const [name, bytes] of others) store.set(name, bytes);
    expect(await repository.begin(beginOptions(alice, 'run-2'))).toMatchObject({
      ok: false,
      error: { code: 'repository/replaced', retry: 'after-user' },
    });
    expect([...store.keys()]).toEqual([...others.keys()]);
  });

  it('that cannot be written anew stops a backup', async () => {
    remove(folder);
    isFull = true;
    expect(await repository.begin(beginOptions(alice, 'run-2'))).toEqual(err(full));
  });
});
