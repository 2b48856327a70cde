/** Pages of a tree as bytes. Level 0 holds records, higher levels name the pages below them. */
import { utf8, type Bytes } from '../kernel/bytes.ts';
import type { BlobId } from '../kernel/brand.ts';
import { hasPlaces, isCount, isText, parseJson } from './json.ts';
import { mostPageEntries, mostTreeDepth, pageTextLength } from './limits.ts';
import { bytesOfBlobId } from './read-blob.ts';
import type { RecordKind } from './records.ts';

/** One page as its parent names it. */
export interface PageRef {
  readonly id: BlobId;
  readonly level: number;
  readonly lastKey: string;
  /** Records at the bottom of it. */
  readonly count: number;
  /** The distinct tags of its records, or undefined where they are many. */
  readonly tags: readonly string[] | undefined;
}

const mostTags = 8;

export function unionOfTags(all: Iterable<readonly string[] | undefined>): readonly string[] | undefined {
  const union = new Set<string>();
  for (const tags of all) {
    if (!tags) return undefined;
    for (const tag of tags) union.add(tag);
    if (union.size > mostTags) return undefined;
  }
  return [...union].sort();
}

export const tagsOf = <T>(kind: RecordKind<T>, records: readonly T[]): readonly string[] | undefined =>
  unionOfTags(records.map((record) => [kind.tag(record)].filter((tag) => tag !== undefined)));

/**
 * Whether a page ends after this key: one in 256 does. Content alone decides, so that a tree that was changed and one
 * that was built anew have the same pages. FNV-1a with a keyed start and MurmurHash3's finish.
 */
function endsPage(key: string, level: number, seed: number): boolean {
  let hash = seed ^ Math.imul(level + 1, 0x9e3779b1);
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) & 0xff) === 0;
}

/** Gathers texts until a page is due. */
export class PageFill {
  readonly #level: number;
  readonly #seed: number;
  #length = 0;
  texts: string[] = [];

  constructor(level: number, seed: number) {
    this.#level = level;
    this.#seed = seed;
  }

  /** True where the page ends with this entry. */
  add(key: string, text: string): boolean {
    this.texts.push(text);
    this.#length += text.length;
    return (
      this.texts.length >= mostPageEntries ||
      this.#length > pageTextLength ||
      endsPage(key, this.#level, this.#seed)
    );
  }

  /** The page, and room for the next one. */
  take(): Bytes {
    const bytes = utf8(`[${this.#level},[${this.texts.join(',')}]]`);
    this.texts = [];
    this.#length = 0;
    return bytes;
  }
}

export const encodeRef = ({ id, lastKey, count, tags }: PageRef): string =>
  JSON.stringify([id, lastKey, count, tags ?? null]);

function parsePage(bytes: Bytes, level: number): readonly unknown[] | undefined {
  const page = parseJson(bytes);
  if (!Array.isArray(page) || page.length !== 2 || page[0] !== level) return undefined;
  const entries: unknown = page[1];
  if (!Array.isArray(entries) || entries.length === 0 || entries.length > mostPageEntries) return undefined;
  return entries;
}

/** Keys ascend strictly and end with the one the parent names: pages can neither overlap nor go round in circles. */
function inOrder(keys: readonly string[], after: string | undefined, last: string | undefined): boolean {
  let previous = after;
  for (const key of keys) {
    if (previous !== undefined && key <= previous) return false;
    previous = key;
  }
  return last === undefined || previous === last;
}

/** What a parent says of a page; of a root nothing is known but that it exists. */
export interface Expected {
  readonly after: string | undefined;
  readonly last: string | undefined;
  readonly count: number | undefined;
}

/** The level that a page claims: for roots, whose level no parent names. */
export function levelOf(bytes: Bytes): number | undefined {
  const digit = (bytes[1] ?? 0) - 0x30;
  return bytes[2] === 0x2c && digit >= 0 && digit < mostTreeDepth ? digit : undefined;
}

export function decodeLeaf<T>(bytes: Bytes, kind: RecordKind<T>, expected: Expected): T[] | undefined {
  const records: T[] = [];
  for (const value of parsePage(bytes, 0) ?? []) {
    const record = kind.decode(value);
    if (record === undefined) return undefined;
    records.push(record);
  }
  if (records.length === 0 || (expected.count ?? records.length) !== records.length) return undefined;
  return inOrder(records.map(kind.key), expected.after, expected.last) ? records : undefined;
}

const refPlaces = [
  (id: unknown) => isText(id) && bytesOfBlobId(id) !== undefined,
  isText,
  (count: unknown) => isCount(count) && count > 0,
  (tags: unknown) => tags === null || (Array.isArray(tags) && tags.length <= mostTags && tags.every(isText)),
];
type RefPlaces = [id: BlobId, lastKey: string, count: number, tags: string[] | null];

function decodeRef(value: unknown, level: number): PageRef | undefined {
  if (!hasPlaces(value, refPlaces)) return undefined;
  const [id, lastKey, count, tags] = value as RefPlaces;
  return { id, level, lastKey, count, tags: tags ?? undefined };
}

export function decodeNode(bytes: Bytes, level: number, expected: Expected): PageRef[] | undefined {
  const refs: PageRef[] = [];
  let count = 0;
  for (const value of parsePage(bytes, level) ?? []) {
    const ref = decodeRef(value, level - 1);
    if (!ref) return undefined;
    refs.push(ref);
    count += ref.count;
  }
  if (refs.length === 0 || (expected.count ?? count) !== count) return undefined;
  return inOrder(
    refs.map(({ lastKey }) => lastKey),
    expected.after,
    expected.last,
  )
    ? refs
    : undefined;
}
