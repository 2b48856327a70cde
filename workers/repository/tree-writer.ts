/** Trees: ordered maps in content-defined pages. A change rewrites the pages it falls into and their parents, no more. */
import type { Bytes } from '../kernel/bytes.ts';
import type { BlobId } from '../kernel/brand.ts';
import { failure } from '../kernel/failure.ts';
import { all, err, ok, type Result } from '../kernel/result.ts';
import type { BlobWriter, StoredBlob } from './blob-writer.ts';
import { mostTreeDepth } from './limits.ts';
import type { RecordKind } from './records.ts';
import { decodeLeaf, encodeRef, PageFill, tagsOf, unionOfTags, type PageRef } from './tree-page.ts';

export interface Leaf {
  readonly ref: PageRef;
  readonly bytes: Bytes;
}

/** `record` undefined: the key is taken out, where it is. */
export interface Change<T> {
  readonly key: string;
  readonly record: T | undefined;
}

export interface TreeWriting<T> {
  readonly kind: RecordKind<T>;
  readonly seed: number;
  readonly blobs: BlobWriter;
  /** Told of every page that had to be stored. */
  readonly stored: (blob: StoredBlob) => void;
}

/** Pages in the making: several are compressed and sealed at a time, in order. */
class PageSink<T> {
  readonly #writing: TreeWriting<T>;
  readonly #pages: Promise<Result<Leaf>>[] = [];

  constructor(writing: TreeWriting<T>) {
    this.#writing = writing;
  }

  keep(leaf: Leaf): void {
    this.#pages.push(Promise.resolve(ok(leaf)));
  }

  async write(bytes: Bytes, about: Omit<PageRef, 'id'>): Promise<void> {
    const { blobs, kind, stored } = this.#writing;
    const page = blobs.put(kind.type, bytes).then((put) => {
      if (!put.ok) return put;
      stored(put.value);
      return ok({ ref: { id: put.value.id, ...about }, bytes });
    });
    this.#pages.push(page);
    await this.#pages.at(-8);
  }

  async finish(): Promise<Result<Leaf[]>> {
    return all(await Promise.all(this.#pages));
  }
}

/** Two ascending sequences into one; a change replaces or removes the record of its key. */
function* merge<T>(
  records: readonly T[],
  changes: readonly Change<T>[],
  key: (record: T) => string,
): Generator<T> {
  let next = 0;
  for (const record of records) {
    const at = key(record);
    for (let change = changes[next]; change && change.key < at; change = changes[++next]) {
      if (change.record !== undefined) yield change.record;
    }
    const same = changes[next]?.key === at ? changes[next++] : undefined;
    if (!same) yield record;
    else if (same.record !== undefined) yield same.record;
  }
  for (const change of changes.slice(next)) if (change.record !== undefined) yield change.record;
}

/** How many of the changes, from `start`, fall into a leaf: those up to its last key, and into the last leaf all. */
function endOfLeaf<T>(changes: readonly Change<T>[], start: number, leaf: Leaf, isLast: boolean): number {
  if (isLast) return changes.length;
  let end = start;
  while (end < changes.length && (changes[end]?.key ?? '') <= leaf.ref.lastKey) end++;
  return end;
}

/**
 * The leaves after `changes`, which ascend by key without repetition. Untouched leaves are kept as they are; the result
 * is the same as building the tree anew from all its records.
 */
export async function updateLeaves<T>(
  old: readonly Leaf[],
  changes: readonly Change<T>[],
  writing: TreeWriting<T>,
): Promise<Result<Leaf[]>> {
  const { kind, seed } = writing;
  const sink = new PageSink(writing);
  const fill = new PageFill(0, seed);
  let open: T[] = [];
  const flush = async () => {
    const last = open.at(-1);
    if (last === undefined) return;
    const about = { level: 0, lastKey: kind.key(last), count: open.length, tags: tagsOf(kind, open) };
    open = [];
    await sink.write(fill.take(), about);
  };
  const feed = async (records: Iterable<T>) => {
    for (const record of records) {
      open.push(record);
      if (fill.add(kind.key(record), JSON.stringify(kind.encode(record)))) await flush();
    }
  };
  let next = 0;
  for (const [number, leaf] of old.entries()) {
    const end = endOfLeaf(changes, next, leaf, number === old.length - 1);
    const mine = changes.slice(next, end);
    next = end;
    if (mine.length === 0 && open.length === 0) {
      sink.keep(leaf);
      continue;
    }
    const records = decodeLeaf(leaf.bytes, kind, { after: undefined, last: undefined, count: undefined });
    if (!records) throw new Error('a leaf that was read before does not decode');
    await feed(merge(records, mine, kind.key));
  }
  if (old.length === 0) await feed(merge([], changes, kind.key));
  await flush();
  return sink.finish();
}

async function writeParents<T>(
  refs: readonly PageRef[],
  level: number,
  writing: TreeWriting<T>,
): Promise<Result<PageRef[]>> {
  const sink = new PageSink(writing);
  const fill = new PageFill(level, writing.seed);
  let open: PageRef[] = [];
  for (const [number, ref] of refs.entries()) {
    open.push(ref);
    if (!fill.add(ref.lastKey, encodeRef(ref)) && number < refs.length - 1) continue;
    const count = open.reduce((sum, child) => sum + child.count, 0);
    const tags = unionOfTags(open.map((child) => child.tags));
    open = [];
    await sink.write(fill.take(), { level, lastKey: ref.lastKey, count, tags });
  }
  const pages = await sink.finish();
  return pages.ok ? ok(pages.value.map((page) => page.ref)) : pages;
}

/** The root above the leaves; null for an empty tree. Parents that did not change are found stored already. */
export async function writeRoot<T>(
  leaves: readonly Leaf[],
  writing: TreeWriting<T>,
): Promise<Result<BlobId | null>> {
  let refs: readonly PageRef[] = leaves.map((leaf) => leaf.ref);
  for (let level = 1; refs.length > 1; level++) {
    if (level >= mostTreeDepth)
      return err(failure('repository/limit', 'a tree deeper than the format allows'));
    const parents = await writeParents(refs, level, writing);
    if (!parents.ok) return parents;
    refs = parents.value;
  }
  return ok(refs[0]?.id ?? null);
}
