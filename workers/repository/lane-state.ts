/** What a writer's next snapshot will say: rows, folders, cursors and counts, as changes are applied. */
import { utf8 } from '../kernel/bytes.ts';
import { noCounts, recount } from './counts.ts';
import { isTooDeep } from './json.ts';
import { KnownRows, TreeRows } from './known-rows.ts';
import { mostJsonDepth, mostRowBytes } from './limits.ts';
import type { Counts, Cursors, Folder, Row, Snapshot } from './model.ts';
import { folderRecords, rowRecords, type RecordKind } from './records.ts';
import type { Change, Leaf } from './tree-writer.ts';

/** What a snapshot continues. */
export interface Base {
  readonly snapshot: Snapshot | undefined;
  readonly leaves: readonly Leaf[];
  /** Rows with content that is no longer there. */
  readonly lost: readonly Row[];
  readonly folders: readonly Folder[];
}

export interface AppliedChange {
  readonly folders?: readonly Folder[];
  readonly removedFolders?: readonly string[];
  readonly rows?: readonly Row[];
  /** Item ids; unknown ones are passed over. */
  readonly removed?: readonly string[];
  /** All cursors as they are from now on. */
  readonly cursors?: Cursors;
}

/** The state at one instant, for a commit. */
export interface Frozen {
  readonly leaves: readonly Leaf[];
  readonly changes: readonly Change<Row>[];
  readonly folders: readonly Change<Folder>[];
  readonly cursors: Cursors;
  readonly counts: Counts;
}

/** A page puts two brackets around each record. */
const mostRecordDepth = mostJsonDepth - 2;

/** The record as the page will have it, or undefined where it would not read back. */
function readableText<T>(kind: RecordKind<T>, record: T): string | undefined {
  const text = JSON.stringify(kind.encode(record));
  return !isTooDeep(text, mostRecordDepth) && kind.decode(JSON.parse(text)) !== undefined ? text : undefined;
}

/** No character takes more than three bytes of UTF-8 for each of its code units. */
const exceeds = (text: string, bytes: number) => text.length * 3 > bytes && utf8(text).length > bytes;

/** One item must not keep a snapshot from being written or read: a row beyond the format becomes a failed one. */
function fitting(row: Row): Row {
  const failed = (reason: string): Row => ({
    ...row,
    name: row.name.slice(0, 1024),
    size: Number.isSafeInteger(row.size) && row.size >= 0 ? row.size : 0,
    state: 'failed',
    reason,
    parts: [],
    meta: {},
  });
  const text = readableText(rowRecords, row);
  if (text === undefined) return failed('defect/unexpected');
  return exceeds(text, mostRowBytes) ? failed('repository/limit') : row;
}

export class LaneState {
  readonly rows: KnownRows;
  readonly #folders: Map<string, Folder>;
  #cursors: Cursors;
  #counts: Counts;

  constructor({ snapshot, leaves, folders }: Base) {
    this.rows = new KnownRows(new TreeRows(leaves));
    this.#folders = new Map(folders.map((folder) => [folder.id, folder]));
    this.#cursors = snapshot?.cursors ?? {};
    this.#counts = snapshot?.counts ?? noCounts;
  }

  get cursors(): Cursors {
    return this.#cursors;
  }

  folder(id: string): Folder | undefined {
    return this.#folders.get(id);
  }

  folders(): Iterable<Folder> {
    return this.#folders.values();
  }

  apply(change: AppliedChange): void {
    for (const folder of change.folders ?? []) {
      if (!readableText(folderRecords, folder)) throw new TypeError('a folder that the format cannot hold');
      this.#folders.set(folder.id, folder);
    }
    for (const id of change.removedFolders ?? []) this.#folders.delete(id);
    for (const row of change.rows ?? []) this.#set(fitting(row));
    for (const item of change.removed ?? []) this.#remove(item);
    if (change.cursors) this.#cursors = change.cursors;
  }

  /** Everything applied so far; `rows.committed` or `rows.failed` has to follow. */
  freeze(): Frozen {
    const folders = [...this.#folders.values()].map((record) => ({ key: record.id, record }));
    folders.sort((a, b) => (a.key < b.key ? -1 : 1));
    return { ...this.rows.freeze(), folders, cursors: this.#cursors, counts: this.#counts };
  }

  #set(row: Row): void {
    this.#counts = recount(this.#counts, this.rows.row(row.item), row);
    this.rows.set(row);
  }

  #remove(item: string): void {
    const before = this.rows.row(item);
    if (!before) return;
    this.#counts = recount(this.#counts, before, undefined);
    this.rows.remove(item);
  }
}
