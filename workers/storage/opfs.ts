/**
 * The origin private file system, through synchronous handles: the fastest and sturdiest store a browser has. Only in
 * dedicated workers.
 */
import type { Bytes } from '../kernel/bytes.ts';
import { asBytes } from '../kernel/bytes.ts';
import { failure } from '../kernel/failure.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import { isFileName, type BlobStore, type FileName } from './blob-store.ts';
import { fileExists, refusedFile, storageFailure } from './failures.ts';
import { isThere, listNames, locate } from './file-tree.ts';

/** What is used of FileSystemSyncAccessHandle; WHATWG File System, and `mode` of Chromium 121. */
interface SyncHandle {
  read(buffer: Bytes, options: { readonly at: number }): number;
  write(buffer: Bytes, options: { readonly at: number }): number;
  truncate(size: number): void;
  getSize(): number;
  flush(): void;
  close(): void;
}
type SyncFile = FileSystemFileHandle & {
  createSyncAccessHandle?(options?: { readonly mode: 'read-only' | 'readwrite' }): Promise<SyncHandle>;
  move?(folder: FileSystemDirectoryHandle, name: string): Promise<void>;
};

const stagingFolder = 'staging';
const probeName = 'probe';
/** Files kept open for reading. */
const mostReaders = 16;

/** Bytes into a file, or a throw: a short write, which a full disk can cause without one, is turned into it. */
async function writeWhole(file: SyncFile, bytes: Bytes): Promise<void> {
  const handle = await file.createSyncAccessHandle?.();
  if (!handle) throw new DOMException('no synchronous access', 'NotSupportedError');
  try {
    handle.truncate(0);
    const written = handle.write(bytes, { at: 0 });
    if (written !== bytes.length || handle.getSize() !== bytes.length) {
      throw new DOMException(`${written} of ${bytes.length} bytes written`, 'QuotaExceededError');
    }
    // Closing promises nothing about the disk.
    handle.flush();
  } finally {
    handle.close();
  }
}

/** Files that are being read, open; the one unused for longest is closed first. */
class Readers {
  readonly #open = new Map<FileName, SyncHandle>();

  /** Undefined where the file cannot be opened this way, as when another tab has it open exclusively. */
  async handle(name: FileName, file: SyncFile): Promise<SyncHandle | undefined> {
    const known = this.#open.get(name);
    const handle =
      known ?? (await file.createSyncAccessHandle?.({ mode: 'read-only' }).catch(() => undefined));
    if (!handle) return undefined;
    const other = this.#open.get(name);
    if (other && other !== handle) {
      handle.close();
      return other;
    }
    this.#open.delete(name);
    this.#open.set(name, handle);
    const [oldest] = this.#open.keys();
    if (this.#open.size > mostReaders && oldest !== undefined) this.close(oldest);
    return handle;
  }

  known(name: FileName): SyncHandle | undefined {
    return this.#open.get(name);
  }

  close(name: FileName): void {
    this.#open.get(name)?.close();
    this.#open.delete(name);
  }

  closeAll(): void {
    for (const handle of this.#open.values()) handle.close();
    this.#open.clear();
  }
}

function readFrom(handle: SyncHandle, offset: number, length: number): Bytes {
  const bytes = new Uint8Array(Math.max(0, Math.min(length, handle.getSize() - offset)));
  const count = handle.read(bytes, { at: offset });
  return count === bytes.length ? bytes : bytes.slice(0, count);
}

/** Removes what writes that were cut off have left. A file that another tab is writing is locked and stays. */
async function sweep(staging: FileSystemDirectoryHandle): Promise<void> {
  const names: string[] = [];
  for await (const name of staging.keys()) names.push(name);
  for (const name of names) await staging.removeEntry(name).catch(() => undefined);
}

class OpfsFiles {
  readonly #root: FileSystemDirectoryHandle;
  readonly #staging: FileSystemDirectoryHandle;
  readonly #readers = new Readers();

  constructor(root: FileSystemDirectoryHandle, staging: FileSystemDirectoryHandle) {
    this.#root = root;
    this.#staging = staging;
  }

  async file(name: FileName): Promise<SyncFile> {
    const { folder, file } = await locate(this.#root, name, false);
    return folder.getFileHandle(file);
  }

  async read(name: FileName, offset: number, length: number): Promise<Bytes> {
    const known = this.#readers.known(name);
    if (known) return readFrom(known, offset, length);
    const file = await this.file(name);
    const handle = await this.#readers.handle(name, file);
    if (handle) return readFrom(handle, offset, length);
    const slice = (await file.getFile()).slice(offset, offset + length);
    return new Uint8Array(await slice.arrayBuffer());
  }

  /** Whole under a temporary name first, then moved: the name appears with everything behind it. */
  async put(name: FileName, bytes: Bytes): Promise<void> {
    const { folder, file } = await locate(this.#root, name, true);
    const staged: SyncFile = await this.#staging.getFileHandle(file, { create: true });
    try {
      await writeWhole(staged, bytes);
      if (!staged.move) throw new DOMException('files cannot be moved', 'NotSupportedError');
      await staged.move(folder, file);
    } catch (thrown) {
      await this.#staging.removeEntry(file).catch(() => undefined);
      throw thrown;
    }
  }

  async delete(name: FileName): Promise<void> {
    this.#readers.close(name);
    const { folder, file } = await locate(this.#root, name, false);
    await folder.removeEntry(file);
  }

  close(): void {
    this.#readers.closeAll();
  }
}

function storeOf(root: FileSystemDirectoryHandle, files: OpfsFiles): BlobStore {
  const guarded = async <T>(name: string, work: () => Promise<T>): Promise<Result<T>> => {
    try {
      return ok(await work());
    } catch (thrown) {
      const failed = storageFailure(thrown, name);
      if (failed.code !== 'storage/missing' || (await isThere(root))) return err(failed);
      return err(failure('storage/evicted', 'this browser has cleared its storage', { retry: 'after-user' }));
    }
  };
  const size = (name: FileName) => guarded(name, async () => (await (await files.file(name)).getFile()).size);
  return {
    place: { kind: 'opfs', label: 'this browser' },
    size,
    get: (name) =>
      guarded(
        name,
        async () => new Uint8Array(await (await (await files.file(name)).getFile()).arrayBuffer()),
      ),
    read: (name, offset, length) => guarded(name, () => files.read(name, offset, length)),
    list: (prefix) => guarded(prefix, () => listNames(root, prefix)),
    async put(name, bytes) {
      if (!isFileName(name) || bytes.length === 0) return err(refusedFile(name));
      const before = await size(name);
      if (before.ok) return err(fileExists(name));
      return before.error.code === 'storage/missing'
        ? guarded(name, () => files.put(name, asBytes(bytes)))
        : before;
    },
    async delete(name) {
      const deleted = await guarded(name, () => files.delete(name));
      return deleted.ok || deleted.error.code === 'storage/missing' ? ok() : deleted;
    },
    close() {
      files.close();
      return Promise.resolve();
    },
  };
}

/** All stores of this origin lie in one folder, each under the name it was given. */
const storesFolder = 'holdfast';

async function folderOfStores(): Promise<FileSystemDirectoryHandle> {
  const origin = await navigator.storage.getDirectory();
  return origin.getDirectoryHandle(storesFolder, { create: true });
}

/** Whether this realm can write synchronously, flush and rename: tried, because browsers differ in what they promise. */
export async function isOpfsUsable(): Promise<boolean> {
  try {
    const folder = await folderOfStores();
    // A name of its own: two tabs may ask at once.
    const name = `${probeName}-${crypto.randomUUID()}`;
    const file: SyncFile = await folder.getFileHandle(name, { create: true });
    try {
      await writeWhole(file, new Uint8Array(1));
      if (!file.move) return false;
      await file.move(folder, `${name}-moved`);
      return true;
    } finally {
      await folder
        .removeEntry(`${name}-moved`)
        .catch(() => folder.removeEntry(name))
        .catch(() => undefined);
    }
  } catch {
    return false;
  }
}

/** Fails where there is a place for stores that cannot be looked into now: a store must not seem new then. */
export async function hasOpfsStore(name: string): Promise<Result<boolean>> {
  const stores = await folderOfStores().catch(() => undefined);
  if (!stores) return ok(false);
  try {
    await stores.getDirectoryHandle(name);
    return ok(true);
  } catch (thrown) {
    const failed = storageFailure(thrown, name);
    return failed.code === 'storage/missing' ? ok(false) : err(failed);
  }
}

/** Opens or makes the store of this name. */
export async function openOpfsStore(name: string): Promise<Result<BlobStore>> {
  try {
    const root = await (await folderOfStores()).getDirectoryHandle(name, { create: true });
    const staging = await root.getDirectoryHandle(stagingFolder, { create: true });
    await sweep(staging);
    return ok(storeOf(root, new OpfsFiles(root, staging)));
  } catch (thrown) {
    return err(storageFailure(thrown, name));
  }
}

/** Deletes a closed store with everything in it; ok where there is none. */
export async function destroyOpfsStore(name: string): Promise<Result<void>> {
  try {
    await (await folderOfStores()).removeEntry(name, { recursive: true });
    return ok();
  } catch (thrown) {
    const failed = storageFailure(thrown, name);
    return failed.code === 'storage/missing' ? ok() : err(failed);
  }
}
