/** A repository on each store of a real browser: written, closed, opened again, read and checked. */
import { afterAll, describe, expect, it } from 'vitest';
import type { BlobStore } from '../../../workers/storage/blob-store.ts';
import { createDirectoryStore } from '../../../workers/storage/directory.ts';
import { openIndexedDbStore } from '../../../workers/storage/indexeddb.ts';
import { alice, backUp, bob, makeRepository, readAll, unlockWith, value } from '../../faults/scene.ts';
import { remoteStore, startStoreWorker } from './store-worker.ts';

const worker = startStoreWorker();
afterAll(() => worker.stop());
const newName = () => crypto.randomUUID().replaceAll('-', '');

const places: Record<string, () => Promise<() => Promise<BlobStore>>> = {
  async indexeddb() {
    const name = newName();
    return Promise.resolve(async () => value(await openIndexedDbStore(name)));
  },
  async opfs() {
    const name = newName();
    return Promise.resolve(async () => remoteStore(await worker.api.openOpfs(name)));
  },
  async directory() {
    const origin = await navigator.storage.getDirectory();
    const handle = await origin.getDirectoryHandle(newName(), { create: true });
    return () => Promise.resolve(createDirectoryStore(handle));
  },
};

describe.each(Object.keys(places))('a repository on %s', (kind) => {
  it('is there again after it was closed, whole', async () => {
    const open = await (places[kind] as () => Promise<() => Promise<BlobStore>>)();
    const first = await open();
    const { repository, recoveryWords } = await makeRepository(first);
    value(await backUp(repository, alice, 'run-1', ['one', 'two', 'three']));
    value(await backUp(repository, bob, 'run-1', ['one']));
    await repository.close();
    await first.close();
    const again = value(await unlockWith(await open(), recoveryWords));
    value(await backUp(again, alice, 'run-2', ['four']));
    const { whole, failures } = await readAll(again);
    expect(failures).toEqual([]);
    expect([...whole.values()].map(({ length }) => length).sort()).toEqual([1, 3, 4]);
    expect(value(await again.check(() => undefined))).toMatchObject({ snapshots: 3, damaged: [], files: [] });
  });
});
