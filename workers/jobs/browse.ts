/** Looks into snapshots without a network: lists, folders, rows a page at a time, one item's facts. */
import type { FolderView, ItemView, RowView, SnapshotView } from '../contract/views.ts';
import { failure } from '../kernel/failure.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import type { Row } from '../repository/model.ts';
import { isDamage } from '../repository/open-repository.ts';
import type { Repository, SnapshotReader } from '../repository/repository.ts';
import { pathOf } from './folder-tree.ts';
import { folderView, rowView, snapshotView, textOf } from './row-view.ts';

const MOST_ROWS = 500;
export interface RowQuery {
  readonly folder?: string;
  readonly text?: string;
  /** Key of the last row of the page before. */
  readonly after?: string;
  readonly limit: number;
}

/** Newest first. */
export async function listSnapshots(repository: Repository): Promise<Result<SnapshotView[]>> {
  const snapshots = await repository.snapshots();
  if (!snapshots.ok) return snapshots;
  return ok(snapshots.value.map(snapshotView));
}

/** Every folder with the number of items directly in it, but for those of damaged pages: `listRows` meets these. */
export async function listFolders(reader: SnapshotReader): Promise<Result<FolderView[]>> {
  const folders = await reader.folders();
  if (!folders.ok) return folders;
  const items = new Map<string, number>();
  for await (const row of reader.rows()) {
    if (!row.ok && isDamage(row.error)) continue;
    if (!row.ok) return row;
    items.set(row.value.folder, (items.get(row.value.folder) ?? 0) + 1);
  }
  return ok(folders.value.map((folder) => folderView(folder, items.get(folder.id) ?? 0)));
}

/** Rows in the order of the tree: by folder, newest first. `next` continues where more may follow. */
export async function listRows(
  reader: SnapshotReader,
  query: RowQuery,
): Promise<Result<{ rows: RowView[]; next?: string }>> {
  const limit = Math.min(MOST_ROWS, Math.max(1, Math.trunc(query.limit) || 1));
  const wanted = query.text?.trim().normalize('NFC').toLowerCase() ?? '';
  const rows: RowView[] = [];
  let last = '';
  const range = {
    ...(query.folder === undefined ? {} : { folder: query.folder }),
    ...(query.after === undefined ? {} : { after: query.after }),
  };
  for await (const row of reader.rows(range)) {
    if (!row.ok) return row;
    if (rows.length === limit) return ok({ rows, next: last });
    last = row.value.key;
    if (wanted === '' || mentions(row.value, wanted)) rows.push(rowView(row.value));
  }
  return ok({ rows });
}

/** A literal search: no pattern of the searcher's is ever run. */
function mentions(row: Row, wanted: string): boolean {
  return [row.name, textOf(row, 'from'), textOf(row, 'preview')].some((text) =>
    text?.normalize('NFC').toLowerCase().includes(wanted),
  );
}

export async function findRow(reader: SnapshotReader, item: string): Promise<Result<Row>> {
  const row = await reader.row(item);
  if (!row.ok) return row;
  return row.value === undefined
    ? err(failure('storage/missing', 'this snapshot has no such item'))
    : ok(row.value);
}

export async function describeItem(reader: SnapshotReader, item: string): Promise<Result<ItemView>> {
  const row = await findRow(reader, item);
  if (!row.ok) return row;
  const folders = await reader.folders();
  if (!folders.ok) return folders;
  const path = pathOf(row.value.folder, folders.value);
  return ok({ ...rowView(row.value), path, facts: factsOf(row.value, path) });
}

function factsOf(row: Row, path: readonly string[]): [string, string][] {
  const facts: [string, string | undefined][] = [
    ['From', textOf(row, 'from')],
    ['Date', row.date],
    ['Folder', path.join(' / ')],
    ['Type', textOf(row, 'type')],
    ['Size', `${row.size} bytes`],
    ['In this backup', row.state],
    ['Reason', row.reason],
    ['Version', row.version],
    ['Id', row.item],
  ];
  return facts.flatMap(([label, value]): [string, string][] => (value ? [[label, value]] : []));
}
