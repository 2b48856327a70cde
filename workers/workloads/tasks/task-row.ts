/** A task of a listing as a row, joined with what is already known of it. */
import type { JsonValue, Row } from '../../repository/model.ts';
import { rowKey } from '../row-key.ts';
import { taskBytes, type Attachment, type GraphTask } from './task.ts';

/** Parts of a task: its JSON, then the bytes of its attachments. */
export const roles = { task: 'task', attachment: 'attachment' } as const;

const longestPreview = 255;

/**
 * The row that the listing makes of `task`; the known row itself where its version is the same. A changed task is fetched
 * anew; its attachments come along, so that those which are still the same need not be.
 */
export function rowOfTask(task: GraphTask, list: string, known: Row | undefined): Row {
  const listed = listedOf(task, list);
  if (known?.version === listed.version && known.folder === list && known.version !== '') return known;
  const kept = known?.state === 'stored' ? known : undefined;
  const attachments = kept?.meta['attachments'];
  return {
    ...listed,
    meta: { ...listed.meta, ...(attachments === undefined ? {} : { attachments }) },
    state: 'pending',
    parts: kept?.parts.filter(({ role }) => role === roles.attachment) ?? [],
  };
}

/** A task that stands for a flagged mail. */
export const skippedRow = (task: GraphTask, list: string, cause: string): Row => ({
  ...listedOf(task, list),
  state: 'skipped',
  reason: cause,
  parts: [],
});

function listedOf(task: GraphTask, list: string): Omit<Row, 'state' | 'parts' | 'reason'> {
  const date = isoDate(task.lastModifiedDateTime ?? task.createdDateTime);
  return {
    key: rowKey(list, date, task.id),
    item: task.id,
    folder: list,
    name: task.title ?? '',
    date,
    size: taskBytes(task, []).length,
    version: task['@odata.etag'] ?? '',
    meta: metaOf(task),
  };
}

/** What a list shows: `due` and `completed` are days; `steps` are done and all, once the task has been fetched. */
export function metaOf(task: GraphTask): Record<string, JsonValue> {
  const meta: Record<string, JsonValue> = { status: task.status ?? 'notStarted' };
  const preview = plain(task);
  if (preview !== '') meta['preview'] = preview;
  if (task.importance === 'high' || task.importance === 'low') meta['importance'] = task.importance;
  if (task.hasAttachments === true) meta['hasAttachments'] = true;
  if (task.dueDateTime) meta['due'] = task.dueDateTime.dateTime.slice(0, 10);
  if (task.completedDateTime) meta['completed'] = task.completedDateTime.dateTime.slice(0, 10);
  const steps = task.checklistItems ?? [];
  if (steps.length > 0)
    meta['steps'] = [steps.filter(({ isChecked }) => isChecked === true).length, steps.length];
  return meta;
}

/** Enough to tell whether an attachment is the one that was fetched before. */
export const attachmentFacts = (attachments: readonly Attachment[]): JsonValue =>
  attachments.map(({ id, size, lastModifiedDateTime }) => [id, size ?? 0, lastModifiedDateTime ?? '']);

function plain({ body }: GraphTask): string {
  const text = body?.content ?? '';
  const bare = body?.contentType === 'html' ? text.replace(/<[^<>]*>/g, ' ') : text;
  return bare.replace(/\s+/g, ' ').trim().slice(0, longestPreview);
}

function isoDate(text: string | null | undefined): string {
  const time = Date.parse(text ?? '');
  return new Date(Number.isNaN(time) ? 0 : time).toISOString();
}
