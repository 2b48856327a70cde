/** Lists, tasks and what hangs on them as Graph writes them; what a task does not have is left out. */
import type { Entity } from '../graph/odata.ts';
import type { ChecklistItem, LinkedResource, Task, TaskAttachment, TaskList } from './task.ts';

const etag = ({ id, version }: { id: string; version: number }) =>
  `W/"${Buffer.from(`${id.slice(5, 17)}:${version}`).toString('base64')}"`;

export const listJson = (list: TaskList): Entity => ({
  '@odata.etag': etag(list),
  displayName: list.displayName,
  isOwner: true,
  isShared: false,
  wellknownListName: list.wellknownListName,
  id: list.id,
});

const optional = [
  'dueDateTime',
  'startDateTime',
  'reminderDateTime',
  'completedDateTime',
  'recurrence',
] as const;

export function taskJson(task: Task): Entity {
  const given = optional.filter((name) => task[name] !== null).map((name) => [name, task[name]] as const);
  return {
    '@odata.etag': etag(task),
    importance: task.importance,
    isReminderOn: task.isReminderOn,
    status: task.status,
    title: task.title,
    createdDateTime: task.createdDateTime,
    lastModifiedDateTime: task.lastModifiedDateTime,
    bodyLastModifiedDateTime: task.bodyLastModifiedDateTime,
    hasAttachments: task.attachments.length > 0,
    categories: task.categories,
    id: task.id,
    body: task.body,
    ...Object.fromEntries(given),
  };
}

export const checklistItemJson = (item: ChecklistItem): Entity => ({
  displayName: item.displayName,
  createdDateTime: item.createdDateTime,
  ...(item.checkedDateTime === null ? {} : { checkedDateTime: item.checkedDateTime }),
  isChecked: item.isChecked,
  id: item.id,
});

export const linkedResourceJson = ({
  webUrl,
  applicationName,
  displayName,
  externalId,
  id,
}: LinkedResource): Entity => ({ webUrl, applicationName, displayName, externalId, id });

/** Bytes stand in an attachment that was asked for by its id, not in a list. */
export const attachmentJson = (attachment: TaskAttachment, withBytes: boolean): Entity => ({
  '@odata.type': '#microsoft.graph.taskFileAttachment',
  id: attachment.id,
  lastModifiedDateTime: attachment.lastModifiedDateTime,
  name: attachment.name,
  contentType: attachment.contentType,
  size: attachment.bytes.length,
  ...(withBytes ? { contentBytes: Buffer.from(attachment.bytes).toString('base64') } : {}),
});
