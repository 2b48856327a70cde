/** Packs: header, frames, sealed footer, length of the footer. The index can be rebuilt from the footers alone. */
import { BinaryReader, BinaryWriter } from '../kernel/binary.ts';
import { concat, equalBytes, fromHex, type Bytes } from '../kernel/bytes.ts';
import { failure } from '../kernel/failure.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import type { BlobReader, FileName } from '../storage/blob-store.ts';
import { encodeHeader, fileName, headerLength, idLength, objectOfName, parseHeader } from './format.ts';
import type { BlobType, Header, PackKind } from './format.ts';
import { frameOverhead, openBlob, openObjectFrame, sealObjectFrame, type Sealing } from './frame.ts';
import { mostBlobsPerPack, mostPackFileBytes, packBytes } from './limits.ts';
import { encodeEntries, entryLength, parseEntries, type PackContents, type PackEntry } from './pack-entry.ts';

const lengthField = 4;
/** One read gets the footer of most packs. */
const tailBytes = 64 * 1024;

export interface SealedPack extends PackContents {
  readonly name: string;
  readonly bytes: Bytes;
}

/** A pack being filled, in memory. */
export class OpenPack {
  readonly #header: Header & { readonly kind: PackKind };
  readonly #frames: Bytes[] = [];
  readonly #entries: PackEntry[] = [];
  #length = headerLength;

  constructor(kind: PackKind, sealing: Sealing) {
    this.#header = { kind, repository: sealing.keys.repository, object: sealing.random.bytes(idLength) };
  }

  get empty(): boolean {
    return this.#entries.length === 0;
  }

  /** False where the frame would take the pack past its size; an empty pack takes any. */
  hasRoomFor(frame: Bytes): boolean {
    return (
      this.empty || (this.#length + frame.length <= packBytes && this.#entries.length < mostBlobsPerPack)
    );
  }

  add(type: BlobType, id: Bytes, frame: Bytes): void {
    this.#entries.push({ id, type, offset: this.#length, length: frame.length });
    this.#frames.push(frame);
    this.#length += frame.length;
  }

  async seal(sealing: Sealing): Promise<SealedPack> {
    const header = this.#header;
    const footer = await sealObjectFrame(sealing, header, encodeEntries(this.#entries));
    const length = new BinaryWriter(lengthField).u32(footer.length).bytes;
    return {
      pack: header.object,
      kind: header.kind,
      entries: this.#entries,
      name: fileName(header.kind, header.object),
      bytes: concat(encodeHeader(header), ...this.#frames, footer, length),
    };
  }
}

const corrupt = (name: string, what: string) => err(failure('repository/corrupt', `${name}: ${what}`));

function parsePackHeader(
  name: string,
  bytes: Uint8Array,
  repository: Bytes,
): Result<Header & { kind: PackKind }> {
  const header = parseHeader(bytes);
  if (!header.ok) return corrupt(name, header.error.detail);
  const { kind, object } = header.value;
  const claimed = fromHex(objectOfName(name) ?? '');
  if (kind !== 'data-pack' && kind !== 'tree-pack') return corrupt(name, 'not a pack');
  if (!equalBytes(header.value.repository, repository)) return corrupt(name, 'of another repository');
  if (!claimed || !equalBytes(claimed, object)) return corrupt(name, 'under another name');
  return ok({ ...header.value, kind });
}

interface Tail {
  readonly header: Bytes;
  /** The end of the file, with the whole footer in it. */
  readonly bytes: Bytes;
  readonly footerLength: number;
  /** Of the file. */
  readonly size: number;
}

async function readTail(store: BlobReader, name: FileName): Promise<Result<Tail>> {
  const found = await store.size(name);
  if (!found.ok) return found;
  const size = found.value;
  if (size > mostPackFileBytes) return corrupt(name, `${size} bytes`);
  const least = headerLength + frameOverhead + lengthField;
  if (size < least) return corrupt(name, 'too short');
  const header = await store.read(name, 0, headerLength);
  if (!header.ok) return header;
  let length = Math.min(size, tailBytes);
  for (;;) {
    const bytes = await store.read(name, size - length, length);
    if (!bytes.ok) return bytes;
    if (bytes.value.length !== length) return corrupt(name, 'shorter than listed');
    const footerLength = new BinaryReader(bytes.value.subarray(length - lengthField)).u32();
    const needed = footerLength + lengthField;
    if (needed > size - headerLength) return corrupt(name, 'footer length');
    if (needed <= length) return ok({ header: header.value, bytes: bytes.value, footerLength, size });
    length = needed;
  }
}

async function openFooter(sealing: Sealing, name: string, tail: Tail): Promise<Result<PackContents>> {
  const header = parsePackHeader(name, tail.header, sealing.keys.repository);
  if (!header.ok) return header;
  const end = tail.bytes.length - lengthField;
  const frame = tail.bytes.subarray(end - tail.footerLength, end);
  const footer = await openObjectFrame(sealing, header.value, frame);
  if (!footer) return corrupt(name, 'footer');
  const { kind, object } = header.value;
  const reader = new BinaryReader(footer);
  const entries = parseEntries(reader, kind, Math.floor(footer.length / entryLength));
  const last = entries?.at(-1);
  const framesEnd = last ? last.offset + last.length : headerLength;
  if (!entries || !reader.complete || framesEnd + tail.footerLength + lengthField !== tail.size) {
    return corrupt(name, 'footer layout');
  }
  return ok({ pack: object, kind, entries });
}

/** The contents of a pack from its footer. Failures: repository/corrupt, and the store's. */
export async function readPackContents(
  sealing: Sealing,
  store: BlobReader,
  name: FileName,
): Promise<Result<PackContents>> {
  const tail = await readTail(store, name);
  return tail.ok ? openFooter(sealing, name, tail.value) : tail;
}

export interface PackVerdict {
  readonly contents: PackContents;
  /** Entries that do not open or are not what their id says. */
  readonly damaged: readonly PackEntry[];
}

/** Opens everything in a whole pack file, the way readers do, and recomputes every id. */
export async function verifyPack(sealing: Sealing, name: string, bytes: Bytes): Promise<Result<PackVerdict>> {
  const footerLength = new BinaryReader(bytes.subarray(-lengthField)).u32();
  if (bytes.length < headerLength + lengthField || footerLength > bytes.length - headerLength - lengthField) {
    return corrupt(name, 'footer length');
  }
  const header = bytes.subarray(0, headerLength);
  const contents = await openFooter(sealing, name, { header, bytes, footerLength, size: bytes.length });
  if (!contents.ok) return contents;
  const damaged: PackEntry[] = [];
  // Eight at a time: enough to keep WebCrypto busy, few enough to bound memory.
  const queue = contents.value.entries.values();
  const drain = async () => {
    for (const entry of queue) {
      const frame = bytes.subarray(entry.offset, entry.offset + entry.length);
      const plaintext = await openBlob(sealing, entry.type, entry.id, frame);
      const id = plaintext && (await sealing.keys.blobId(entry.type, plaintext));
      if (!id || !equalBytes(id, entry.id)) damaged.push(entry);
    }
  };
  await Promise.all(Array.from({ length: 8 }, drain));
  return ok({ contents: contents.value, damaged });
}
