/** Somebody's tasks for the oracle: what a restore is compared against. */
import { createHash } from 'node:crypto';
import type { World } from '../world/world.ts';
import { followFlags } from './flagged.ts';
import type { ChecklistItem, LinkedResource, Task, TaskFields, WellKnown } from './task.ts';

export interface TaskState extends TaskFields {
  readonly id: string;
  readonly createdDateTime: string;
  readonly checklistItems: readonly Omit<ChecklistItem, 'id'>[];
  readonly linkedResources: readonly Omit<LinkedResource, 'id'>[];
  readonly attachments: readonly {
    readonly name: string;
    readonly contentType: string | null;
    readonly size: number;
    readonly sha256: string;
  }[];
}

export interface TaskListState {
  readonly id: string;
  readonly displayName: string;
  readonly wellknownListName: WellKnown;
  readonly tasks: readonly TaskState[];
}

function taskState(task: Task): TaskState {
  return {
    id: task.id,
    createdDateTime: task.createdDateTime,
    title: task.title,
    body: task.body,
    categories: task.categories,
    importance: task.importance,
    status: task.status,
    isReminderOn: task.isReminderOn,
    dueDateTime: task.dueDateTime,
    startDateTime: task.startDateTime,
    reminderDateTime: task.reminderDateTime,
    completedDateTime: task.completedDateTime,
    recurrence: task.recurrence,
    checklistItems: task.checklistItems.map(
      ({ displayName, isChecked, checkedDateTime, createdDateTime }) => ({
        displayName,
        isChecked,
        checkedDateTime,
        createdDateTime,
      }),
    ),
    linkedResources: task.linkedResources.map(({ applicationName, displayName, externalId, webUrl }) => ({
      applicationName,
      displayName,
      externalId,
      webUrl,
    })),
    attachments: task.attachments.map(({ name, contentType, bytes }) => ({
      name,
      contentType,
      size: bytes.length,
      sha256: createHash('sha256').update(bytes).digest('hex'),
    })),
  };
}

/** Null where there is no mailbox to keep tasks in. */
export function todoState(world: World, userId: string): TaskListState[] | null {
  if (!world.mail.hasMailbox(userId)) return null;
  const box = world.todo.box(userId);
  followFlags(world, box);
  return [...box.lists.values()].map(({ id, displayName, wellknownListName, tasks }) => ({
    id,
    displayName,
    wellknownListName,
    tasks: [...tasks.values()].map(taskState),
  }));
}

/** Gone for good; false where there is no such task. */
export function removeTask(world: World, userId: string, taskId: string): boolean {
  const box = world.todo.box(userId);
  for (const list of box.lists.values()) {
    const task = list.tasks.get(taskId);
    if (!task) continue;
    box.removeTask(list, task);
    return true;
  }
  return false;
}
