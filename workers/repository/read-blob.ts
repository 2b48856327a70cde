/** One blob out of its pack: located, opened, and its id recomputed. */
import { equalBytes, fromHex, type Bytes } from '../kernel/bytes.ts';
import type { BlobId } from '../kernel/brand.ts';
import { failure, type Failure } from '../kernel/failure.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import { blobIdLength, fileName, type BlobType } from './format.ts';
import { openBlob } from './frame.ts';
import type { OpenRepository } from './open-repository.ts';
import type { Place } from './pack-index.ts';

export const bytesOfBlobId = (id: string): Bytes | undefined => {
  const bytes = fromHex(id);
  return bytes?.length === blobIdLength ? bytes : undefined;
};

async function readAt(
  { store, sealing }: OpenRepository,
  type: BlobType,
  id: Bytes,
  place: Place,
): Promise<Result<Bytes>> {
  const name = fileName(place.kind, fromHex(place.pack) ?? new Uint8Array(0));
  const frame = await store.read(name, place.offset, place.length);
  if (!frame.ok) {
    const { error } = frame;
    return err(
      error.code === 'storage/missing' ? failure('repository/missing-blob', name, { cause: error }) : error,
    );
  }
  const plaintext = await openBlob(sealing, type, id, frame.value);
  if (plaintext && equalBytes(await sealing.keys.blobId(type, plaintext), id)) return ok(plaintext);
  return err(failure('repository/corrupt', `${name} at ${place.offset}`));
}

/**
 * The plaintext of a blob. Where it is stored several times, a damaged copy is passed over. Failures:
 * repository/missing-blob, repository/corrupt, and the store's own where it could not be read just now.
 */
export async function readBlob(open: OpenRepository, type: BlobType, blob: BlobId): Promise<Result<Bytes>> {
  const id = bytesOfBlobId(blob);
  if (!id) return err(failure('repository/corrupt', 'a malformed blob id'));
  let worst: Failure = open.trouble ?? failure('repository/missing-blob', blob);
  for (const place of open.index.find(id)) {
    const bytes = await readAt(open, type, id, place);
    if (bytes.ok) return bytes;
    worst = bytes.error;
  }
  return err(worst);
}
