/**
 * Where repository files live: a flat set of write-once files with names that Holdfast chooses.
 *
 * What every store promises (tests/contract/blob-store.suite.ts):
 * - `put` is atomic: `get`, `read` and `size` see a file whole or not at all, also after a crash at any instant. When it
 *   returns ok the bytes are as durable as the place can make them, and `get` returns exactly them.
 * - Names are written once. Putting an existing name fails with `storage/busy`; nothing is overwritten. Files are never
 *   empty: putting no bytes fails with `storage/io`, as does a name that is not ours.
 * - `list` shows every file whose `put` has returned, in ascending name order. A name may show although its file is
 *   missing: the trace of a `put` that was cut off. Such a name can be put again.
 * - `get`, `read` and `size` of an absent file fail with `storage/missing`. Bytes are not authenticated here: whoever
 *   reads must verify them.
 * - Failures: storage/full, permission-lost, missing, busy, io, evicted, unavailable. No method throws or retries.
 */
import type { Bytes } from '../kernel/bytes.ts';
import type { Result } from '../kernel/result.ts';

/** `packs/ab/ab12…`, lower-case hex segments behind a fixed first one: see `isFileName`. Never derived from tenant data. */
export type FileName = string;

export interface BlobReader {
  get(name: FileName): Promise<Result<Bytes>>;
  /** `length` bytes from `offset`; fewer only at the end of the file. */
  read(name: FileName, offset: number, length: number): Promise<Result<Bytes>>;
  size(name: FileName): Promise<Result<number>>;
  /** Names that start with `prefix`. Cheap: no file is opened for it. */
  list(prefix: string): Promise<Result<FileName[]>>;
}

export interface BlobStore extends BlobReader {
  /** For messages and reports: 'this browser', or the folder's own name. */
  readonly place: { readonly kind: 'memory' | 'indexeddb' | 'opfs' | 'directory'; readonly label: string };
  put(name: FileName, bytes: Uint8Array): Promise<Result<void>>;
  /** Succeeds where the file is already absent. Only for what other files have taken the place of, and for forgetting. */
  delete(name: FileName): Promise<Result<void>>;
  close(): Promise<void>;
}

/** Names are ours alone; anything else in a folder is ignored by `list` and refused by `put`. */
export const isFileName = (name: string): boolean =>
  /^[a-z]{3,12}(\/[0-9a-f]{2})?\/[0-9a-f-]{1,64}$|^[a-z]{3,12}$/.test(name);
