/**
 * Content-defined chunks: FastCDC (Xia et al., USENIX ATC 2016) with normalised chunking and a keyed gear table, so
 * that an edit moves few boundaries and boundaries tell nothing to those without the key.
 */
import { asBytes, type Bytes } from '../kernel/bytes.ts';
import { chunkSizes } from './limits.ts';

export interface ChunkSizes {
  readonly least: number;
  /** A power of two. */
  readonly average: number;
  readonly most: number;
}

/** The gear hash shifts left, so its top bits have seen the most bytes; normalisation is two bits each way. */
const topBits = (count: number): number => -1 << (32 - count);

/** Length of the first chunk of `bytes`; all of them where no boundary comes earlier. */
export function cut(bytes: Uint8Array, gear: Uint32Array, sizes: ChunkSizes): number {
  const end = Math.min(bytes.length, sizes.most);
  if (end <= sizes.least) return end;
  const bits = Math.log2(sizes.average);
  const [before, after] = [topBits(bits + 2), topBits(bits - 2)];
  const middle = Math.min(end, sizes.average);
  let hash = 0;
  let at = sizes.least;
  for (; at < middle; at++) {
    hash = ((hash << 1) + (gear[bytes[at] ?? 0] ?? 0)) | 0;
    if ((hash & before) === 0) return at + 1;
  }
  for (; at < end; at++) {
    hash = ((hash << 1) + (gear[bytes[at] ?? 0] ?? 0)) | 0;
    if ((hash & after) === 0) return at + 1;
  }
  return end;
}

/** Collects pieces until the longest chunk is certain to be in view. */
class Window {
  #buffer: Bytes = new Uint8Array(64 * 1024);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  view(): Bytes {
    return this.#buffer.subarray(0, this.#length);
  }

  append(piece: Uint8Array): void {
    const needed = this.#length + piece.length;
    if (needed > this.#buffer.length) {
      const larger = new Uint8Array(Math.max(needed, this.#buffer.length * 2));
      larger.set(this.view());
      this.#buffer = larger;
    }
    this.#buffer.set(piece, this.#length);
    this.#length = needed;
  }

  /** The first bytes, as a copy of their own. */
  take(length: number): Bytes {
    const taken = this.#buffer.slice(0, length);
    this.#buffer.copyWithin(0, length, this.#length);
    this.#length -= length;
    return taken;
  }
}

/**
 * The chunks of content that arrives in any pieces: the same content gives the same chunks. Empty content has none.
 * Holds one longest chunk and one piece in memory.
 */
export async function* chunk(
  content: AsyncIterable<Uint8Array> | Uint8Array,
  gear: Uint32Array,
  sizes: ChunkSizes = chunkSizes,
): AsyncGenerator<Bytes> {
  if (content instanceof Uint8Array) {
    for (let at = 0; at < content.length;) {
      const rest = asBytes(content).subarray(at);
      const length = cut(rest, gear, sizes);
      yield rest.subarray(0, length);
      at += length;
    }
    return;
  }
  const window = new Window();
  for await (const piece of content) {
    for (let at = 0; at < piece.length; at += sizes.most) {
      window.append(piece.subarray(at, at + sizes.most));
      while (window.length >= sizes.most) yield window.take(cut(window.view(), gear, sizes));
    }
  }
  while (window.length > 0) yield window.take(cut(window.view(), gear, sizes));
}
