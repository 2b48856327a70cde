/** Which store a home gets: a chosen folder, or the best that this browser has. */
import { failure } from '../kernel/failure.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import type { BlobStore } from './blob-store.ts';
import { createDirectoryStore } from './directory.ts';
import { destroyIndexedDbStore, hasIndexedDbStore, openIndexedDbStore } from './indexeddb.ts';
import { destroyOpfsStore, hasOpfsStore, isOpfsUsable, openOpfsStore } from './opfs.ts';

/** The browser's own storage is divided by names of hex digits. */
export type Home =
  | { readonly kind: 'browser'; readonly name: string }
  | { readonly kind: 'folder'; readonly handle: FileSystemDirectoryHandle };

export interface OpenedHome {
  readonly store: BlobStore;
  /** The browser may delete it when the disk runs low. A page, not a worker, can ask it not to (`storage.persist`). */
  readonly evictable: boolean;
}

const isName = (name: string) => /^[0-9a-f-]{1,64}$/.test(name);

async function isEvictable(): Promise<boolean> {
  try {
    return !(await navigator.storage.persisted());
  } catch {
    return true;
  }
}

/** Where a store was made, there it stays; a new one gets OPFS unless this browser cannot write to it. */
async function openBrowserStore(name: string): Promise<Result<BlobStore>> {
  // Looked for before anything is written: a full disk must not make a store look new.
  const opfs = await hasOpfsStore(name);
  if (!opfs.ok) return opfs;
  if (opfs.value) return openOpfsStore(name);
  if (await hasIndexedDbStore(name)) return openIndexedDbStore(name);
  return (await isOpfsUsable()) ? openOpfsStore(name) : openIndexedDbStore(name);
}

/** Failures: those of the stores; storage/unavailable for a name that is none. */
export async function openHome(home: Home): Promise<Result<OpenedHome>> {
  if (home.kind === 'folder') return ok({ store: createDirectoryStore(home.handle), evictable: false });
  if (!isName(home.name)) return err(failure('storage/unavailable', 'not the name of a store'));
  const store = await openBrowserStore(home.name);
  return store.ok ? ok({ store: store.value, evictable: await isEvictable() }) : store;
}

/** Deletes what is in this browser; a folder is left as it is. */
export async function destroyHome(home: Home): Promise<Result<void>> {
  if (home.kind === 'folder') return ok();
  const opfs = await destroyOpfsStore(home.name);
  if (!opfs.ok && opfs.error.code !== 'storage/permission-lost') return opfs;
  return (await hasIndexedDbStore(home.name)) ? destroyIndexedDbStore(home.name) : ok();
}
