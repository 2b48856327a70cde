/** Opens stores in a dedicated worker, where synchronous handles exist. */
import { expose, proxy } from 'comlink';
import type { BlobStore } from '../../../workers/storage/blob-store.ts';
import { destroyHome, openHome, type Home } from '../../../workers/storage/choose.ts';
import { destroyIndexedDbStore, openIndexedDbStore } from '../../../workers/storage/indexeddb.ts';
import { destroyOpfsStore, isOpfsUsable, openOpfsStore } from '../../../workers/storage/opfs.ts';
import type { Result } from '../../../workers/kernel/result.ts';

function opened(result: Result<BlobStore>) {
  if (!result.ok) throw new Error(result.error.code);
  return proxy(result.value);
}

const api = {
  isOpfsUsable,
  openOpfs: async (name: string) => opened(await openOpfsStore(name)),
  destroyOpfs: destroyOpfsStore,
  openIndexedDb: async (name: string) => opened(await openIndexedDbStore(name)),
  destroyIndexedDb: destroyIndexedDbStore,
  openHome: async (home: Home) => {
    const result = await openHome(home);
    return result.ok ? { evictable: result.value.evictable, place: result.value.store.place } : result.error;
  },
  destroyHome,
};

export type StoreWorkerApi = typeof api;
expose(api);
