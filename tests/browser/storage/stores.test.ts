import { afterAll } from 'vitest';
import { createDirectoryStore } from '../../../workers/storage/directory.ts';
import { destroyIndexedDbStore, openIndexedDbStore } from '../../../workers/storage/indexeddb.ts';
import { describeBlobStore } from '../../contract/blob-store.suite.ts';
import { remoteStore, startStoreWorker } from './store-worker.ts';

const worker = startStoreWorker();
afterAll(() => worker.stop());

const newName = () => crypto.randomUUID().replaceAll('-', '');

describeBlobStore('indexeddb', async () => {
  const name = newName();
  const open = async () => {
    const store = await openIndexedDbStore(name);
    if (!store.ok) throw new Error(store.error.code);
    return store.value;
  };
  const store = await open();
  return {
    store,
    reopen: open,
    async destroy() {
      await store.close();
      await destroyIndexedDbStore(name);
    },
  };
});

describeBlobStore('opfs, in a worker', async () => {
  const name = newName();
  const open = async () => remoteStore(await worker.api.openOpfs(name));
  const store = await open();
  return {
    store,
    reopen: open,
    async destroy() {
      await store.close();
      await worker.api.destroyOpfs(name);
    },
  };
});

describeBlobStore('directory', async () => {
  const origin = await navigator.storage.getDirectory();
  const name = newName();
  const handle = await origin.getDirectoryHandle(name, { create: true });
  return {
    store: createDirectoryStore(handle),
    reopen: () => Promise.resolve(createDirectoryStore(handle)),
    destroy: () => origin.removeEntry(name, { recursive: true }),
  };
});
