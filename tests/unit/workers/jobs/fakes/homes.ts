/** A browser's places for repositories, in memory. */
import type { Argon2Cost } from '../../../../../workers/crypto/passphrase.ts';
import type { Homes } from '../../../../../workers/jobs/vault.ts';
import type { Bytes } from '../../../../../workers/kernel/bytes.ts';
import { ok } from '../../../../../workers/kernel/result.ts';
import { zstdCodec, type Codec } from '../../../../../workers/repository/codec.ts';
import type { BlobStore } from '../../../../../workers/storage/blob-store.ts';
import { createMemoryStore } from '../../../../../workers/storage/memory.ts';

/** The least that readers accept. */
export const cheapKdf: Argon2Cost = { memoryKiB: 19_456, passes: 1, lanes: 1 };

let codec: Promise<Codec> | undefined;
/** One for the whole process: loading the module again would pull it from under the first. */
export const theCodec = (): Promise<Codec> => (codec ??= zstdCodec());

export interface MemoryHomes extends Homes {
  /** Repositories in this browser by the name of their home. */
  readonly files: Map<string, Map<string, Bytes>>;
  /** Folders of the computer by name. */
  readonly folders: Map<string, Map<string, Bytes>>;
  /** Put between the engine and the store: tests break things here. */
  wrap: (store: BlobStore) => BlobStore;
}

export function memoryHomes(): MemoryHomes {
  const homes: MemoryHomes = {
    files: new Map(),
    folders: new Map(),
    wrap: (store) => store,
    open: async (home) => {
      const [all, name] =
        home.kind === 'folder' ? [homes.folders, home.handle.name] : [homes.files, home.name];
      const files = all.get(name) ?? new Map<string, Bytes>();
      all.set(name, files);
      const label = home.kind === 'folder' ? name : 'this browser';
      const store = { ...createMemoryStore(files), place: { kind: 'memory', label } as const };
      return ok({ store: homes.wrap(store), evictable: home.kind === 'browser' });
    },
    destroy: async (home) => {
      if (home.kind === 'browser') homes.files.delete(home.name);
      return ok();
    },
  };
  return homes;
}
