/** Compression as a port, so that it can move to workers of its own. Encryption needs none: WebCrypto leaves the thread by itself. */
import { compress, decompress, init } from '@bokuweb/zstd-wasm';
import { asBytes, type Bytes } from '../kernel/bytes.ts';

/** Numbers as they stand in a frame. */
export const compression = { none: 0, zstd: 1 } as const;

export interface Packed {
  readonly compression: number;
  readonly payload: Bytes;
}

export interface Codec {
  /** Compressed where that saves at least 3 %, else the bytes themselves. */
  pack(bytes: Bytes): Promise<Packed>;
  /** Exactly `size` bytes, or undefined; never allocates more than that for the result. */
  unpack(packed: Packed, size: number): Promise<Bytes | undefined>;
}

const level = 3;
const worthwhile = 0.97;
/** A zstd frame costs a dozen bytes; below this nothing is won. */
const leastBytes = 64;
/** Longer content is tried on a piece of its middle first: pictures, archives and Office files do not shrink. */
const probe = { above: 256 * 1024, length: 32 * 1024 };

const shrinks = (bytes: Bytes): boolean => compress(bytes, level).length < bytes.length * worthwhile;

function pack(bytes: Bytes): Packed {
  const raw = { compression: compression.none, payload: bytes };
  if (bytes.length < leastBytes) return raw;
  if (bytes.length > probe.above) {
    const middle = (bytes.length - probe.length) >>> 1;
    if (!shrinks(bytes.subarray(middle, middle + probe.length))) return raw;
  }
  const packed = asBytes(compress(bytes, level));
  return packed.length < bytes.length * worthwhile ? { compression: compression.zstd, payload: packed } : raw;
}

/**
 * The content size that a zstd frame header declares (RFC 8878 §3.1.1.1), or undefined where it declares none. The
 * library allocates what it says, so it is compared with what is expected before the library sees the frame.
 */
export function declaredSize(frame: Uint8Array): number | undefined {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  if (frame.length < 6 || view.getUint32(0, true) !== 0xfd2fb528) return undefined;
  const descriptor = view.getUint8(4);
  const single = (descriptor & 0x20) !== 0;
  const dictionaryLength = [0, 1, 2, 4][descriptor & 3] ?? 0;
  const sizeLength = [single ? 1 : 0, 2, 4, 8][descriptor >>> 6] ?? 0;
  const at = 5 + (single ? 0 : 1) + dictionaryLength;
  if (sizeLength === 0 || at + sizeLength > frame.length) return undefined;
  const bytes = frame.subarray(at, at + sizeLength);
  const size = bytes.reduceRight((higher, byte) => higher * 256 + byte, 0);
  return sizeLength === 2 ? size + 256 : size;
}

function unpack({ compression: method, payload }: Packed, size: number): Bytes | undefined {
  if (method === compression.none) return payload.length === size ? payload : undefined;
  if (method !== compression.zstd || declaredSize(payload) !== size) return undefined;
  try {
    const bytes = asBytes(decompress(payload));
    return bytes.length === size ? bytes : undefined;
  } catch {
    return undefined;
  }
}

/** The codec of this thread. Loads the zstd module once. */
export async function zstdCodec(): Promise<Codec> {
  await init();
  return {
    pack: (bytes) => Promise.resolve(pack(bytes)),
    unpack: (packed, size) => Promise.resolve(unpack(packed, size)),
  };
}
