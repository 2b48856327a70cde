/** What the parts of an unlocked repository share. */
import type { Clock } from '../kernel/clock.ts';
import type { Failure } from '../kernel/failure.ts';
import type { BlobStore } from '../storage/blob-store.ts';
import type { Sealing } from './frame.ts';
import type { KnownKeyring } from './keyring.ts';
import type { PackContents } from './pack-entry.ts';
import type { PackIndex } from './pack-index.ts';

/** A file of the repository that is damaged or could not be read. */
export interface DamagedFile {
  readonly name: string;
  readonly failure: Failure;
}

export const isDamage = ({ code }: Failure): boolean =>
  code === 'repository/corrupt' || code === 'repository/missing-blob';

/** The first of the files that are not damaged but could not be read just now. */
export const unreadableOf = (files: readonly DamagedFile[]): Failure | undefined =>
  files.find((file) => !isDamage(file.failure))?.failure;

/** A pack that no index segment names yet. */
export interface UnindexedPack {
  readonly contents: PackContents;
  /** Read back and opened by its writer. */
  readonly verified: boolean;
}

export interface OpenRepository {
  readonly store: BlobStore;
  readonly sealing: Sealing;
  /** As it was opened. */
  readonly keyring: KnownKeyring;
  readonly clock: Clock;
  readonly index: PackIndex;
  /** Entries of the index segments that were read or written, by file name. */
  readonly segments: Map<string, number>;
  /** By file name. */
  readonly unindexed: Map<string, UnindexedPack>;
  /** Why part of the index could not be read the last time: a blob that is not in it may be there all the same. */
  trouble?: Failure | undefined;
}
