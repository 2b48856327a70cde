/**
 * Where a download is put together: small ones in memory, large ones in a file of this browser's private file system,
 * so that an export of any size needs little memory. Nothing is handed out before it is whole.
 */
import { toHex } from '../kernel/bytes.ts';
import type { Clock, Random } from '../kernel/clock.ts';
import { failure } from '../kernel/failure.ts';
import { err, ok, type Result } from '../kernel/result.ts';

export interface TemporaryFile {
  write(bytes: Uint8Array): Promise<Result<void>>;
  /** The whole content; nothing may be written after it. */
  finish(type: string): Promise<Result<Blob>>;
  discard(): Promise<void>;
}

export interface TemporaryFiles {
  create(): Promise<Result<TemporaryFile>>;
}

export const memoryFiles = (): TemporaryFiles => ({
  create: async () => {
    let pieces: Uint8Array<ArrayBuffer>[] = [];
    return ok({
      write: async (bytes) => {
        pieces.push(new Uint8Array(bytes));
        return ok();
      },
      finish: async (type) => ok(new Blob(pieces, { type })),
      discard: async () => {
        pieces = [];
      },
    });
  },
});

/** Beyond this a download goes to disk, where there is one. */
const MOST_IN_MEMORY = 32 * 1024 * 1024;

/** In memory at first; what grows large moves to `large`, and stays in memory where that has no place for it. */
export const spillingFiles = (large: TemporaryFiles, mostInMemory = MOST_IN_MEMORY): TemporaryFiles => ({
  create: async () => ok(new SpillingFile(large, mostInMemory)),
});

class SpillingFile implements TemporaryFile {
  readonly #large: TemporaryFiles;
  readonly #mostInMemory: number;
  #pieces: Uint8Array<ArrayBuffer>[] = [];
  #size = 0;
  #spilled: TemporaryFile | undefined;
  #tried = false;

  constructor(large: TemporaryFiles, mostInMemory: number) {
    this.#large = large;
    this.#mostInMemory = mostInMemory;
  }

  async write(bytes: Uint8Array): Promise<Result<void>> {
    this.#size += bytes.length;
    if (this.#size > this.#mostInMemory && !this.#tried) {
      const moved = await this.#spill();
      if (!moved.ok) return moved;
    }
    if (this.#spilled) return this.#spilled.write(bytes);
    this.#pieces.push(new Uint8Array(bytes));
    return ok();
  }

  async finish(type: string): Promise<Result<Blob>> {
    return this.#spilled ? this.#spilled.finish(type) : ok(new Blob(this.#pieces, { type }));
  }

  async discard(): Promise<void> {
    this.#pieces = [];
    await this.#spilled?.discard();
  }

  async #spill(): Promise<Result<void>> {
    this.#tried = true;
    const file = await this.#large.create();
    if (!file.ok) return ok();
    this.#spilled = file.value;
    for (const piece of this.#pieces) {
      const written = await file.value.write(piece);
      if (!written.ok) return written;
    }
    this.#pieces = [];
    return ok();
  }
}

const DIRECTORY = 'holdfast-downloads';
/** Long enough for a slow disk to take a download; exported content should not lie about for longer. */
const KEPT_MS = 60 * 60 * 1000;

/** Removes what downloads of an hour ago and more have left: it is readable, unlike everything else that is kept. */
export async function clearOldDownloads(
  root: () => Promise<FileSystemDirectoryHandle>,
  clock: Clock,
): Promise<void> {
  try {
    await sweep(await (await root()).getDirectoryHandle(DIRECTORY), clock.now());
  } catch {
    // No private file system here, or nothing in it.
  }
}

/** Files that earlier downloads left behind are removed after an hour. */
export const opfsFiles = (
  root: () => Promise<FileSystemDirectoryHandle>,
  deps: { readonly clock: Clock; readonly random: Random },
): TemporaryFiles => ({
  create: async () => {
    try {
      const directory = await (await root()).getDirectoryHandle(DIRECTORY, { create: true });
      await sweep(directory, deps.clock.now());
      const name = `${deps.clock.now()}-${toHex(deps.random.bytes(8))}`;
      const handle = await directory.getFileHandle(name, { create: true });
      return ok(opfsFile(handle, await handle.createSyncAccessHandle(), () => directory.removeEntry(name)));
    } catch (thrown) {
      return storageFailure(thrown);
    }
  },
});

function opfsFile(
  handle: FileSystemFileHandle,
  access: FileSystemSyncAccessHandle,
  remove: () => Promise<void>,
): TemporaryFile {
  let size = 0;
  return {
    write: async (bytes) => {
      try {
        const written = access.write(bytes as Uint8Array<ArrayBuffer>, { at: size });
        size += written;
        return written === bytes.length ? ok() : err(full);
      } catch (thrown) {
        return storageFailure(thrown);
      }
    },
    finish: async (type) => {
      try {
        access.flush();
        access.close();
        const file = await handle.getFile();
        return ok(file.slice(0, file.size, type));
      } catch (thrown) {
        return storageFailure(thrown);
      }
    },
    discard: async () => {
      access.close();
      await remove().catch(() => {});
    },
  };
}

async function sweep(directory: FileSystemDirectoryHandle, now: number): Promise<void> {
  for await (const name of directory.keys()) {
    const made = Number(name.split('-', 1)[0]);
    if (now - made > KEPT_MS) await directory.removeEntry(name).catch(() => {});
  }
}

const full = failure('storage/full', 'this browser has no room to put the download together', {
  retry: 'after-user',
});

const storageFailure = (thrown: unknown) =>
  err(
    thrown instanceof DOMException && thrown.name === 'QuotaExceededError'
      ? full
      : failure('storage/io', `download file: ${thrown instanceof Error ? thrown.name : 'unknown error'}`),
  );
