/**
 * Where every blob is, in memory: typed arrays and open addressing, 28 bytes an entry and 8 a slot pair, because a
 * `Map` of a million ids takes eight times the memory and time. Ids are kept as their first 128 bits; they are HMACs,
 * so nobody without the key can make two that agree, and every read recomputes the whole id.
 */
import { toHex, type Bytes } from '../kernel/bytes.ts';
import type { BlobId } from '../kernel/brand.ts';
import type { PackKind } from './format.ts';
import { mostIndexedBlobs } from './limits.ts';
import type { PackContents } from './pack-entry.ts';

export interface Place {
  /** Hex. */
  readonly pack: string;
  readonly kind: PackKind;
  readonly offset: number;
  readonly length: number;
  /** Number of the entry: stable for the life of the index. */
  readonly ordinal: number;
  /** False where the pack is known by its footer only: it was never read back by its writer, as far as we know. */
  readonly trusted: boolean;
}

interface KnownPack {
  readonly hex: string;
  readonly kind: PackKind;
  trusted: boolean;
  /** An index segment names it, and its file is not there. */
  gone: boolean;
}

const prefixWords = 4;
function words(id: Bytes): Uint32Array {
  const view = new DataView(id.buffer, id.byteOffset, id.byteLength);
  const prefix = new Uint32Array(prefixWords);
  for (let i = 0; i < prefixWords; i++) prefix[i] = view.getUint32(i * 4);
  return prefix;
}

/** The same from hex, without the bytes between: every blob of a tree is asked for in this way. */
function wordsOfHex(blob: BlobId): Uint32Array {
  const prefix = new Uint32Array(prefixWords);
  for (let i = 0; i < prefixWords; i++) prefix[i] = Number.parseInt(blob.slice(i * 8, i * 8 + 8), 16);
  return prefix;
}

export class PackIndex {
  readonly #packs: KnownPack[] = [];
  readonly #packNumbers = new Map<string, number>();
  readonly #damaged = new Set<number>();
  #ids = new Uint32Array(1024 * prefixWords);
  #packOf = new Uint32Array(1024);
  #offsets = new Uint32Array(1024);
  #lengths = new Uint32Array(1024);
  /** Entry number + 1; 0 is free. */
  #slots = new Uint32Array(2048);
  #count = 0;

  get size(): number {
    return this.#count;
  }

  hasPack(hex: string): boolean {
    return this.#packNumbers.has(hex);
  }

  get packCount(): number {
    return this.#packs.length;
  }

  /** Of the first `count` packs, those whose files are `there`: blobs of the others are absent until they are back. */
  notePresence(there: ReadonlySet<string>, count: number): void {
    for (const pack of this.#packs.slice(0, count)) pack.gone = !there.has(pack.hex);
  }

  /**
   * Adds a pack once; a second time only lets it become trusted. Blobs that lie in several packs keep all their places.
   * False where the index would pass its limit: nothing was added then.
   */
  add({ pack, kind, entries }: PackContents, trusted: boolean): boolean {
    const hex = toHex(pack);
    const known = this.#packs[this.#packNumbers.get(hex) ?? -1];
    if (known) {
      known.trusted ||= trusted;
      return true;
    }
    if (this.#count + entries.length > mostIndexedBlobs) return false;
    const number = this.#packs.push({ hex, kind, trusted, gone: false }) - 1;
    this.#packNumbers.set(hex, number);
    for (const { id, offset, length } of entries) this.#append(words(id), number, offset, length);
    return true;
  }

  /** Every place of a blob that was not found damaged and whose pack is there, trusted ones first. */
  find(id: Bytes): readonly Place[] {
    const places = this.#entries(words(id))
      .filter((entry) => this.#isUsable(entry))
      .map((entry) => this.#place(entry));
    return places.sort((a, b) => Number(b.trusted) - Number(a.trusted));
  }

  /** Whether `find` would find anything. */
  holds(blob: BlobId): boolean {
    return this.#entries(wordsOfHex(blob)).some((entry) => this.#isUsable(entry));
  }

  /** Whether a place of the blob was found damaged. */
  isDamaged(id: Bytes): boolean {
    return this.#entries(words(id)).some((entry) => this.#damaged.has(entry));
  }

  /** From now on the blob at this place counts as absent, so that the next backup stores it anew. */
  markDamaged(place: Place): void {
    this.#damaged.add(place.ordinal);
  }

  #isUsable(entry: number): boolean {
    return !this.#damaged.has(entry) && this.#packs[this.#packOf[entry] ?? 0]?.gone === false;
  }

  #entries(wanted: Uint32Array): number[] {
    const mask = this.#slots.length - 1;
    const entries: number[] = [];
    for (let slot = (wanted[0] ?? 0) & mask; ; slot = (slot + 1) & mask) {
      const entry = (this.#slots[slot] ?? 0) - 1;
      if (entry < 0) return entries;
      if (this.#matches(entry, wanted)) entries.push(entry);
    }
  }

  #place(entry: number): Place {
    const pack = this.#packs[this.#packOf[entry] ?? 0];
    if (!pack) throw new Error('index entry without a pack');
    return {
      pack: pack.hex,
      kind: pack.kind,
      trusted: pack.trusted,
      offset: this.#offsets[entry] ?? 0,
      length: this.#lengths[entry] ?? 0,
      ordinal: entry,
    };
  }

  #matches(entry: number, wanted: Uint32Array): boolean {
    const at = entry * prefixWords;
    for (let i = 0; i < prefixWords; i++) if (this.#ids[at + i] !== wanted[i]) return false;
    return true;
  }

  #append(id: Uint32Array, pack: number, offset: number, length: number): void {
    if (this.#count === this.#packOf.length) this.#grow();
    const entry = this.#count++;
    this.#ids.set(id, entry * prefixWords);
    this.#packOf[entry] = pack;
    this.#offsets[entry] = offset;
    this.#lengths[entry] = length;
    this.#link(entry);
  }

  #link(entry: number): void {
    const mask = this.#slots.length - 1;
    let slot = (this.#ids[entry * prefixWords] ?? 0) & mask;
    while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
    this.#slots[slot] = entry + 1;
  }

  #grow(): void {
    const larger = (old: Uint32Array<ArrayBuffer>) => {
      const grown = new Uint32Array(old.length * 2);
      grown.set(old);
      return grown;
    };
    this.#ids = larger(this.#ids);
    this.#packOf = larger(this.#packOf);
    this.#offsets = larger(this.#offsets);
    this.#lengths = larger(this.#lengths);
    this.#slots = new Uint32Array(this.#slots.length * 2);
    for (let entry = 0; entry < this.#count; entry++) this.#link(entry);
  }
}
