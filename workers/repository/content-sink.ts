/** Takes content in, chunk by chunk. */
import type { BlobId } from '../kernel/brand.ts';
import type { Bytes } from '../kernel/bytes.ts';
import { failure } from '../kernel/failure.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import type { BlobWriter, StoredBlob } from './blob-writer.ts';
import { chunk } from './chunker.ts';
import { mostBlobsPerPart } from './limits.ts';
import type { Part } from './model.ts';

/** Chunks of one part that are compressed and sealed at a time. */
const mostChunksAtOnce = 3;

export interface WriteStats {
  readonly bytesWritten: number;
  readonly blobsNew: number;
  readonly blobsKnown: number;
}

export class ContentWriter {
  readonly #blobs: BlobWriter;
  readonly #gear: Uint32Array;
  #stats: WriteStats = { bytesWritten: 0, blobsNew: 0, blobsKnown: 0 };

  constructor(blobs: BlobWriter, gear: Uint32Array) {
    this.#blobs = blobs;
    this.#gear = gear;
  }

  get stats(): WriteStats {
    return this.#stats;
  }

  /** Tree pages: bytes like all others, but no content. */
  readonly notePage = ({ written }: StoredBlob): void => {
    this.#stats = { ...this.#stats, bytesWritten: this.#stats.bytesWritten + written };
  };

  /** See `SnapshotWriter.sink`. */
  async store(role: string, content: AsyncIterable<Uint8Array> | Uint8Array): Promise<Result<Part>> {
    const storing: Promise<Result<BlobId>>[] = [];
    let size = 0;
    try {
      for await (const bytes of chunk(content, this.#gear)) {
        if (storing.length >= mostBlobsPerPart) {
          return err(failure('repository/limit', `a part of more than ${mostBlobsPerPart} blobs`));
        }
        size += bytes.length;
        storing.push(this.#put(bytes));
        const earlier = await storing.at(-mostChunksAtOnce);
        if (earlier?.ok === false) return earlier;
      }
    } finally {
      await Promise.allSettled(storing);
    }
    const blobs: BlobId[] = [];
    for (const blob of await Promise.all(storing)) {
      if (!blob.ok) return blob;
      blobs.push(blob.value);
    }
    return ok({ role, blobs, size });
  }

  async #put(bytes: Bytes): Promise<Result<BlobId>> {
    const stored = await this.#blobs.put('content', bytes);
    if (!stored.ok) return stored;
    const { bytesWritten, blobsNew, blobsKnown } = this.#stats;
    const { id, written } = stored.value;
    this.#stats = {
      bytesWritten: bytesWritten + written,
      blobsNew: blobsNew + (written > 0 ? 1 : 0),
      blobsKnown: blobsKnown + (written > 0 ? 0 : 1),
    };
    return ok(id);
  }
}
