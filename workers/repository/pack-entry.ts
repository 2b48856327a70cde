/** Where a blob lies in its pack: the record that pack footers and index segments share. */
import { BinaryReader, BinaryWriter } from '../kernel/binary.ts';
import type { Bytes } from '../kernel/bytes.ts';
import { blobIdLength, blobTypeNumber, blobTypeOf, headerLength, packKindOf } from './format.ts';
import type { BlobType, PackKind } from './format.ts';
import { frameOverhead } from './frame.ts';
import { mostBlobBytes, mostBlobsPerPack, mostPackFileBytes } from './limits.ts';

export interface PackEntry {
  readonly id: Bytes;
  readonly type: BlobType;
  readonly offset: number;
  /** Of the frame. */
  readonly length: number;
}

export interface PackContents {
  /** 16 bytes. */
  readonly pack: Bytes;
  readonly kind: PackKind;
  readonly entries: readonly PackEntry[];
}

export const entryLength = blobIdLength + 1 + 4 + 4;

export function encodeEntries(entries: readonly PackEntry[]): Bytes {
  const writer = new BinaryWriter(entries.length * entryLength);
  for (const { id, type, offset, length } of entries) {
    writer.put(id).u8(blobTypeNumber(type)).u32(offset).u32(length);
  }
  return writer.bytes;
}

/**
 * Frames lie one behind the other from the header on, so an entry's place is checked rather than believed. Undefined
 * for anything else.
 */
export function parseEntries(reader: BinaryReader, kind: PackKind, count: number): PackEntry[] | undefined {
  if (count > mostBlobsPerPack) return undefined;
  const entries: PackEntry[] = [];
  let end = headerLength;
  for (let i = 0; i < count; i++) {
    const id = reader.take(blobIdLength);
    const type = blobTypeOf(reader.u8());
    const offset = reader.u32();
    const length = reader.u32();
    const fits = length >= frameOverhead && length <= mostBlobBytes + frameOverhead;
    if (reader.overrun || type === undefined || packKindOf(type) !== kind || offset !== end || !fits) {
      return undefined;
    }
    end += length;
    if (end > mostPackFileBytes) return undefined;
    entries.push({ id, type, offset, length });
  }
  return entries;
}
