/** Looking into one snapshot. */
import { failure } from '../kernel/failure.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import { TreeRows } from './known-rows.ts';
import type { Folder, Row, Snapshot } from './model.ts';
import type { OpenRepository } from './open-repository.ts';
import { folderRecords, rowRecords, type RecordKind } from './records.ts';
import { readLeaves } from './tree-reader.ts';
import type { Leaf } from './tree-writer.ts';

export interface RowQuery {
  /** A row's key: rows behind it only. */
  readonly after?: string;
  readonly folder?: string;
  readonly limit?: number;
}

export interface SnapshotReader {
  readonly snapshot: Snapshot;
  folders(): Promise<Result<readonly Folder[]>>;
  /** In key order. A damaged page is one failure among the rows; those of the other pages still come. */
  rows(options?: RowQuery): AsyncIterable<Result<Row>>;
  row(item: string): Promise<Result<Row | undefined>>;
}

export interface LoadedTree<T> {
  readonly leaves: readonly Leaf[];
  readonly records: readonly T[];
}

/** A whole tree; fails with the first page that cannot be read. */
export async function loadTree<T>(
  open: OpenRepository,
  root: Snapshot['tree'],
  kind: RecordKind<T>,
): Promise<Result<LoadedTree<T>>> {
  const leaves: Leaf[] = [];
  const records: T[] = [];
  for await (const leaf of readLeaves(open, root, kind)) {
    if (!leaf.ok) return leaf;
    leaves.push({ ref: leaf.value.ref, bytes: leaf.value.bytes });
    for (const record of leaf.value.records) records.push(record);
  }
  return ok({ leaves, records });
}

async function* readRows(
  open: OpenRepository,
  snapshot: Snapshot,
  query: RowQuery,
): AsyncGenerator<Result<Row>> {
  const { after, folder } = query;
  const isWanted = (row: Row) =>
    (after === undefined || row.key > after) && (folder === undefined || row.folder === folder);
  const pages = {
    ...(after === undefined ? {} : { after }),
    ...(folder === undefined ? {} : { tag: folder }),
  };
  let left = query.limit ?? Infinity;
  for await (const leaf of readLeaves(open, snapshot.tree, rowRecords, pages)) {
    if (left <= 0) return;
    if (!leaf.ok) yield leaf;
    for (const row of leaf.ok ? leaf.value.records.filter(isWanted) : []) if (left-- > 0) yield ok(row);
  }
}

export function createSnapshotReader(open: OpenRepository, snapshot: Snapshot): SnapshotReader {
  let folders: Promise<Result<LoadedTree<Folder>>> | undefined;
  let byItem: Promise<{ readonly rows: TreeRows; readonly whole: boolean }> | undefined;

  const indexItems = async () => {
    const leaves: Leaf[] = [];
    let whole = true;
    for await (const leaf of readLeaves(open, snapshot.tree, rowRecords)) {
      if (leaf.ok) leaves.push({ ref: leaf.value.ref, bytes: leaf.value.bytes });
      else whole = false;
    }
    return { rows: new TreeRows(leaves), whole };
  };

  return {
    snapshot,
    async folders() {
      const loaded = await (folders ??= loadTree(open, snapshot.folders, folderRecords));
      if (loaded.ok) return ok(loaded.value.records);
      folders = undefined;
      return loaded;
    },
    rows: (query = {}) => readRows(open, snapshot, query),
    async row(item) {
      const { rows, whole } = await (byItem ??= indexItems());
      const row = rows.row(item);
      if (row || whole) return ok(row);
      byItem = undefined;
      return err(failure('repository/corrupt', 'pages of this snapshot cannot be read'));
    },
  };
}
