/** Rows as lists show them. Texts stay as the tenant had them: hostile until the page makes them text nodes. */
import { taskRowView } from './task-view.ts';
import type { FolderView, RowView, SnapshotView } from '../contract/views.ts';
import type { Folder, Row, Snapshot } from '../repository/model.ts';

export const snapshotView = (snapshot: Snapshot): SnapshotView => ({
  id: snapshot.id,
  account: snapshot.account,
  workload: snapshot.workload,
  kind: snapshot.kind,
  committedAt: snapshot.committedAt,
  items: snapshot.counts.items,
  bytes: snapshot.counts.bytes,
  pending: snapshot.counts.pending,
  skipped: snapshot.counts.skipped,
  failed: snapshot.counts.failed,
});

export const folderView = (folder: Folder, items: number): FolderView => ({
  id: folder.id,
  parent: folder.parent ?? null,
  name: folder.name,
  role: folder.role ?? null,
  items,
});

export function rowView(row: Row): RowView {
  const from = textOf(row, 'from');
  const preview = textOf(row, 'preview');
  const isRead = flagOf(row, 'isRead');
  const hasAttachments = flagOf(row, 'hasAttachments');
  const task = taskRowView(row);
  return {
    item: row.item,
    folder: row.folder,
    name: row.name,
    date: row.date,
    size: row.size,
    state: row.state,
    ...(row.reason === undefined ? {} : { reason: row.reason }),
    ...(from === undefined ? {} : { from }),
    ...(preview === undefined ? {} : { preview }),
    ...(isRead === undefined ? {} : { isRead }),
    ...(hasAttachments === undefined ? {} : { hasAttachments }),
    ...(task === undefined ? {} : { task }),
  };
}

export function textOf(row: Row, key: string): string | undefined {
  const value = row.meta[key];
  return typeof value === 'string' ? value : undefined;
}

function flagOf(row: Row, key: string): boolean | undefined {
  const value = row.meta[key];
  return typeof value === 'boolean' ? value : undefined;
}
