/** A folder that the person chose: files that they can see, copy and keep (File System Access). */
import type { Bytes } from '../kernel/bytes.ts';
import { asBytes } from '../kernel/bytes.ts';
import { failure } from '../kernel/failure.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import { isFileName, type BlobStore, type FileName } from './blob-store.ts';
import { fileExists, missingFile, refusedFile, storageFailure } from './failures.ts';
import { isThere, listNames, locate } from './file-tree.ts';

/** Chromium's addition to handles; asked before writing, because writes to a handle that lost it fail half-way. */
interface Permitted {
  queryPermission?(descriptor: { readonly mode: 'readwrite' }): Promise<PermissionState>;
}

/** A name that `put` left without content when it was cut off counts as missing: files are never empty. */
async function fileAt(root: FileSystemDirectoryHandle, name: FileName): Promise<File> {
  const { folder, file } = await locate(root, name, false);
  const found = await (await folder.getFileHandle(file)).getFile();
  if (found.size === 0) throw new DOMException('no content', 'NotFoundError');
  return found;
}

const bytesOf = async (blob: Blob): Promise<Bytes> => new Uint8Array(await blob.arrayBuffer());

/** Atomic at `close`: until then the bytes are in a swap file that is dropped when the page goes away. */
async function write(folder: FileSystemDirectoryHandle, file: string, bytes: Uint8Array): Promise<void> {
  const handle = await folder.getFileHandle(file, { create: true });
  const stream = await handle.createWritable();
  try {
    await stream.write(asBytes(bytes));
    await stream.close();
  } catch (thrown) {
    await stream.abort().catch(() => undefined);
    // Over quota, Chromium says AbortError on write and TypeError on close, and never QuotaExceededError.
    const overQuota =
      thrown instanceof Error && (thrown.name === 'AbortError' || thrown.name === 'TypeError');
    throw overQuota ? new DOMException('no room', 'QuotaExceededError') : thrown;
  }
}

export function createDirectoryStore(root: FileSystemDirectoryHandle): BlobStore {
  const guarded = async <T>(name: string, work: () => Promise<T>): Promise<Result<T>> => {
    try {
      return ok(await work());
    } catch (thrown) {
      const failed = storageFailure(thrown, name);
      if (failed.code !== 'storage/missing' || (await isThere(root))) return err(failed);
      return err(failure('storage/folder-gone', 'the folder is not there', { retry: 'after-user' }));
    }
  };

  const permission = async (): Promise<Result<void>> => {
    const state = await (root as Permitted).queryPermission?.({ mode: 'readwrite' });
    if (state === undefined || state === 'granted') return ok();
    return err(failure('storage/permission-lost', `permission is ${state}`, { retry: 'after-user' }));
  };

  const size = (name: FileName) => guarded(name, async () => (await fileAt(root, name)).size);

  return {
    place: { kind: 'directory', label: root.name },
    size,
    get: (name) => guarded(name, async () => bytesOf(await fileAt(root, name))),
    read: (name, offset, length) =>
      guarded(name, async () => bytesOf((await fileAt(root, name)).slice(offset, offset + length))),
    list: (prefix) => guarded(prefix, () => listNames(root, prefix)),
    async put(name, bytes) {
      if (!isFileName(name) || bytes.length === 0) return err(refusedFile(name));
      const permitted = await permission();
      if (!permitted.ok) return permitted;
      const before = await size(name);
      if (before.ok) return err(fileExists(name));
      if (before.error.code !== 'storage/missing') return before;
      const written = await guarded(name, async () => {
        const { folder, file } = await locate(root, name, true);
        await write(folder, file, bytes);
      });
      // NotFound while writing: the folder was there a moment ago, so it is the disk that went.
      return !written.ok && written.error.code === 'storage/missing'
        ? err({ ...missingFile(name), retry: 'later' })
        : written;
    },
    async delete(name) {
      const deleted = await guarded(name, async () => {
        const { folder, file } = await locate(root, name, false);
        await folder.removeEntry(file);
      });
      return deleted.ok || deleted.error.code === 'storage/missing' ? ok() : deleted;
    },
    close: () => Promise.resolve(),
  };
}
