/** Big-endian reading and writing of the repository's own layouts. */
import type { Bytes } from './bytes.ts';

/**
 * Reads fields in order and never past the end: a read that does not fit gives zeros and sets `overrun`, so a parser
 * reads everything and asks once, with `complete`, whether the bytes were exactly what the layout says.
 */
export class BinaryReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #offset = 0;
  #overrun = false;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get offset(): number {
    return this.#offset;
  }

  get overrun(): boolean {
    return this.#overrun;
  }

  /** Everything was there and nothing is left over. */
  get complete(): boolean {
    return !this.#overrun && this.#offset === this.#bytes.length;
  }

  u8(): number {
    const at = this.#advance(1);
    return at < 0 ? 0 : this.#view.getUint8(at);
  }

  u16(): number {
    const at = this.#advance(2);
    return at < 0 ? 0 : this.#view.getUint16(at);
  }

  u32(): number {
    const at = this.#advance(4);
    return at < 0 ? 0 : this.#view.getUint32(at);
  }

  /** A whole number up to 2^53 − 1; larger ones count as an overrun. */
  u64(): number {
    const at = this.#advance(8);
    if (at < 0) return 0;
    const value = this.#view.getBigUint64(at);
    if (value <= BigInt(Number.MAX_SAFE_INTEGER)) return Number(value);
    this.#overrun = true;
    return 0;
  }

  /** A copy. */
  take(length: number): Bytes {
    const at = this.#advance(length);
    return at < 0 ? new Uint8Array(0) : new Uint8Array(this.#bytes.subarray(at, at + length));
  }

  #advance(length: number): number {
    const at = this.#offset;
    if (this.#overrun || length > this.#bytes.length - at) {
      this.#overrun = true;
      return -1;
    }
    this.#offset += length;
    return at;
  }
}

/** Writes fields in order into a buffer of exactly the given size. */
export class BinaryWriter {
  readonly bytes: Bytes;
  readonly #view: DataView;
  #offset = 0;

  constructor(size: number) {
    this.bytes = new Uint8Array(size);
    this.#view = new DataView(this.bytes.buffer);
  }

  u8(value: number): this {
    this.#view.setUint8(this.#offset, value);
    this.#offset += 1;
    return this;
  }

  u16(value: number): this {
    this.#view.setUint16(this.#offset, value);
    this.#offset += 2;
    return this;
  }

  u32(value: number): this {
    this.#view.setUint32(this.#offset, value);
    this.#offset += 4;
    return this;
  }

  u64(value: number): this {
    this.#view.setBigUint64(this.#offset, BigInt(value));
    this.#offset += 8;
    return this;
  }

  put(bytes: Uint8Array): this {
    this.bytes.set(bytes, this.#offset);
    this.#offset += bytes.length;
    return this;
  }
}
