/** Sealed bytes: compression, length, nonce, ciphertext. The unit of encryption in packs and object files. */
import { nonceLength, open, seal, tagLength } from '../crypto/aead.ts';
import { BinaryReader, BinaryWriter } from '../kernel/binary.ts';
import { concat, type Bytes } from '../kernel/bytes.ts';
import type { Random } from '../kernel/clock.ts';
import { compression, type Codec } from './codec.ts';
import {
  blobIdLength,
  blobTypeNumber,
  encodeHeader,
  formatVersion,
  idLength,
  type BlobType,
  type Header,
} from './format.ts';
import type { RepositoryKeys } from './keys.ts';
import { mostBlobBytes, mostObjectBytes } from './limits.ts';

const fixedLength = 1 + 4;
/** What a frame adds to its payload. */
export const frameOverhead = fixedLength + nonceLength + tagLength;

export interface Sealing {
  readonly keys: RepositoryKeys;
  readonly codec: Codec;
  readonly random: Random;
}

interface Binding {
  readonly key: CryptoKey;
  /** What the frame is, as associated data before compression and length. */
  readonly subject: Bytes;
}

const associated = (subject: Bytes, method: number, size: number) =>
  new BinaryWriter(subject.length + fixedLength).put(subject).u8(method).u32(size).bytes;

async function sealFrame({ codec, random }: Sealing, binding: Binding, bytes: Bytes): Promise<Bytes> {
  const packed = await codec.pack(bytes);
  const nonce = random.bytes(nonceLength);
  const bound = associated(binding.subject, packed.compression, bytes.length);
  const sealed = await seal(binding.key, nonce, bound, packed.payload);
  return new BinaryWriter(fixedLength + nonceLength + sealed.length)
    .u8(packed.compression)
    .u32(bytes.length)
    .put(nonce)
    .put(sealed).bytes;
}

async function openFrame(
  codec: Codec,
  { key, subject }: Binding,
  frame: Uint8Array,
  most: number,
): Promise<Bytes | undefined> {
  if (frame.length < frameOverhead) return undefined;
  const reader = new BinaryReader(frame);
  const method = reader.u8();
  const size = reader.u32();
  const nonce = reader.take(nonceLength);
  const sealed = reader.take(frame.length - reader.offset);
  const known = method === compression.none || method === compression.zstd;
  if (!known || size > most || sealed.length > size + tagLength) return undefined;
  const payload = await open(key, nonce, associated(subject, method, size), sealed);
  return payload && codec.unpack({ compression: method, payload }, size);
}

/** D6: a blob's associated data are repository, format, type and id; the frame adds compression and length. */
const blobBinding = async (keys: RepositoryKeys, type: BlobType, id: Bytes): Promise<Binding> => ({
  key: await keys.blobKey(type, id),
  subject: new BinaryWriter(idLength + 2 + 1 + blobIdLength)
    .put(keys.repository)
    .u16(formatVersion)
    .u8(blobTypeNumber(type))
    .put(id).bytes,
});

const objectBinding = async (
  keys: RepositoryKeys,
  header: Header,
  subject = encodeHeader(header),
): Promise<Binding> => ({ key: await keys.objectKey(header.kind, header.object), subject });

export async function sealBlob(
  sealing: Sealing,
  type: BlobType,
  id: Bytes,
  plaintext: Bytes,
): Promise<Bytes> {
  return sealFrame(sealing, await blobBinding(sealing.keys, type, id), plaintext);
}

/** Undefined where the frame is not this blob, whole and unaltered. The id is not recomputed: see `isBlob`. */
export async function openBlob(
  { keys, codec }: Sealing,
  type: BlobType,
  id: Bytes,
  frame: Uint8Array,
): Promise<Bytes | undefined> {
  return openFrame(codec, await blobBinding(keys, type, id), frame, mostBlobBytes);
}

/** A file of one frame behind its header: index segment, snapshot, run. */
export async function sealObject(sealing: Sealing, header: Header, bytes: Bytes): Promise<Bytes> {
  return concat(encodeHeader(header), await sealObjectFrame(sealing, header, bytes));
}

/**
 * The frame alone, for files with more in them than header and frame. `subject`: what it vouches for, where that is
 * more than the header.
 */
export async function sealObjectFrame(
  sealing: Sealing,
  header: Header,
  bytes: Bytes,
  subject?: Bytes,
): Promise<Bytes> {
  return sealFrame(sealing, await objectBinding(sealing.keys, header, subject), bytes);
}

export async function openObjectFrame(
  { keys, codec }: Sealing,
  header: Header,
  frame: Uint8Array,
  subject?: Bytes,
): Promise<Bytes | undefined> {
  return openFrame(codec, await objectBinding(keys, header, subject), frame, mostObjectBytes);
}
