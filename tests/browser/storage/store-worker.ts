/** The worker's stores, as the suite wants them. */
import { wrap, type ProxyMarked, type Remote } from 'comlink';
import type { BlobStore } from '../../../workers/storage/blob-store.ts';
import type { StoreWorkerApi } from './store.worker.ts';

export function startStoreWorker(): { readonly api: Remote<StoreWorkerApi>; stop(): void } {
  const worker = new Worker(new URL('./store.worker.ts', import.meta.url), { type: 'module' });
  return { api: wrap<StoreWorkerApi>(worker), stop: () => worker.terminate() };
}

/** Methods across the wire; the place is asked for once. */
export async function remoteStore(store: Remote<BlobStore & ProxyMarked>): Promise<BlobStore> {
  return {
    place: await store.place,
    get: (name) => store.get(name),
    read: (name, offset, length) => store.read(name, offset, length),
    size: (name) => store.size(name),
    list: (prefix) => store.list(prefix),
    put: (name, bytes) => store.put(name, bytes),
    delete: (name) => store.delete(name),
    close: () => store.close(),
  };
}
