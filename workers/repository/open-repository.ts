/** What the parts of an unlocked repository share. */
import type { Clock } from '../kernel/clock.ts';
import type { Failure } from '../kernel/failure.ts';
import type { BlobStore } from '../storage/blob-store.ts';
import type { Sealing } from './frame.ts';
import type { PackContents } from './pack-entry.ts';
import type { PackIndex } from './pack-index.ts';

/** A file of the repository that is damaged or could not be read. */
export interface DamagedFile {
  readonly name: string;
  readonly failure: Failure;
}

/** A pack that no index segment names yet. */
export interface UnindexedPack {
  readonly contents: PackContents;
  /** Read back and opened by its writer. */
  readonly verified: boolean;
}

export interface OpenRepository {
  readonly store: BlobStore;
  readonly sealing: Sealing;
  readonly clock: Clock;
  readonly index: PackIndex;
  /** Entries of the index segments that were read or written, by file name. */
  readonly segments: Map<string, number>;
  /** By file name. */
  readonly unindexed: Map<string, UnindexedPack>;
}
