/**
 * The rows a writer knows: the tree it continues, changes that are being committed, and changes since. The tree's leaves
 * stay encoded and are decoded when asked for, so a million rows cost their bytes and not a million objects.
 */
import type { Row } from './model.ts';
import { rowRecords } from './records.ts';
import { decodeLeaf } from './tree-page.ts';
import type { Change, Leaf } from './tree-writer.ts';

const decodedLeaves = 32;

/** Seeded only by position: collisions cost a second look, no more. */
function hashOfItem(item: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < item.length; i++) hash = Math.imul(hash ^ item.charCodeAt(i), 0x01000193);
  return (hash ^ (hash >>> 15)) >>> 0;
}

/** Item → leaf by open addressing over hashes; an item may have several candidates. */
class ItemTable {
  readonly #leaves: Uint32Array;
  readonly #hashes: Uint32Array;
  readonly #mask: number;

  constructor(hashesByLeaf: readonly Uint32Array[]) {
    const count = hashesByLeaf.reduce((sum, hashes) => sum + hashes.length, 0);
    const size = 2 ** Math.ceil(Math.log2(Math.max(16, count * 2)));
    this.#mask = size - 1;
    this.#leaves = new Uint32Array(size);
    this.#hashes = new Uint32Array(size);
    for (const [leaf, hashes] of hashesByLeaf.entries()) for (const hash of hashes) this.#add(hash, leaf + 1);
  }

  *candidates(hash: number): Generator<number> {
    const seen = new Set<number>();
    for (let slot = hash & this.#mask; ; slot = (slot + 1) & this.#mask) {
      const leaf = this.#leaves[slot] ?? 0;
      if (leaf === 0) return;
      if (this.#hashes[slot] !== hash || seen.has(leaf)) continue;
      seen.add(leaf);
      yield leaf - 1;
    }
  }

  #add(hash: number, leaf: number): void {
    let slot = hash & this.#mask;
    while (this.#leaves[slot] !== 0) slot = (slot + 1) & this.#mask;
    this.#leaves[slot] = leaf;
    this.#hashes[slot] = hash;
  }
}

/** The rows of one tree, by item. */
export class TreeRows {
  readonly leaves: readonly Leaf[];
  readonly #hashes: readonly Uint32Array[];
  readonly #table: ItemTable;
  readonly #decoded = new Map<number, readonly Row[]>();

  /** `previous` spares the hashing of leaves that stayed. */
  constructor(leaves: readonly Leaf[], previous?: TreeRows) {
    this.leaves = leaves;
    const known = new Map(previous?.leaves.map((leaf, i) => [leaf, previous.#hashes[i]]));
    this.#hashes = leaves.map(
      (leaf) => known.get(leaf) ?? Uint32Array.from(decode(leaf), (row) => hashOfItem(row.item)),
    );
    this.#table = new ItemTable(this.#hashes);
  }

  row(item: string): Row | undefined {
    for (const leaf of this.#table.candidates(hashOfItem(item))) {
      const row = this.#rowsOf(leaf).find((candidate) => candidate.item === item);
      if (row) return row;
    }
    return undefined;
  }

  *rows(): Generator<Row> {
    for (const leaf of this.leaves) yield* decode(leaf);
  }

  #rowsOf(leaf: number): readonly Row[] {
    const known = this.#decoded.get(leaf);
    const found = this.leaves[leaf];
    const rows = known ?? (found ? decode(found) : []);
    // The map keeps the order of insertion: the first is the one longest unused.
    this.#decoded.delete(leaf);
    this.#decoded.set(leaf, rows);
    const [oldest] = this.#decoded.keys();
    if (this.#decoded.size > decodedLeaves && oldest !== undefined) this.#decoded.delete(oldest);
    return rows;
  }
}

function decode(leaf: Leaf): readonly Row[] {
  const rows = decodeLeaf(leaf.bytes, rowRecords, { after: undefined, last: undefined, count: undefined });
  if (!rows) throw new Error('a leaf that was read before does not decode');
  return rows;
}

/** A row, or undefined where the item was removed. */
type Overlay = Map<string, Row | undefined>;

export class KnownRows {
  #tree: TreeRows;
  #committing: Overlay = new Map();
  #changed: Overlay = new Map();

  constructor(tree: TreeRows) {
    this.#tree = tree;
  }

  row(item: string): Row | undefined {
    if (this.#changed.has(item)) return this.#changed.get(item);
    if (this.#committing.has(item)) return this.#committing.get(item);
    return this.#tree.row(item);
  }

  /** Each row once, in no promised order; changes made meanwhile may or may not show. */
  *rows(): Generator<Row> {
    for (const row of this.#tree.rows()) {
      if (!this.#changed.has(row.item) && !this.#committing.has(row.item)) yield row;
    }
    for (const [item, row] of this.#committing) if (row && !this.#changed.has(item)) yield row;
    for (const row of this.#changed.values()) if (row) yield row;
  }

  set(row: Row): void {
    this.#changed.set(row.item, row);
  }

  remove(item: string): void {
    this.#changed.set(item, undefined);
  }

  /** Takes what has changed so far for a commit: the leaves to change, and the changes in key order. */
  freeze(): { readonly leaves: readonly Leaf[]; readonly changes: readonly Change<Row>[] } {
    this.#committing = this.#changed;
    this.#changed = new Map();
    const byKey = new Map<string, Row | undefined>();
    for (const item of this.#committing.keys()) {
      const old = this.#tree.row(item);
      if (old) byKey.set(rowRecords.key(old), undefined);
    }
    for (const row of this.#committing.values()) if (row) byKey.set(rowRecords.key(row), row);
    const changes = [...byKey].map(([key, record]) => ({ key, record }));
    changes.sort((a, b) => (a.key < b.key ? -1 : 1));
    return { leaves: this.#tree.leaves, changes };
  }

  /** The commit succeeded and these are the tree's leaves now. */
  committed(leaves: readonly Leaf[]): void {
    this.#tree = new TreeRows(leaves, this.#tree);
    this.#committing = new Map();
  }

  /** The commit failed: its changes wait for the next one, under what has changed since. */
  failed(): void {
    this.#changed = new Map([...this.#committing, ...this.#changed]);
    this.#committing = new Map();
  }
}
