/** Everybody's task lists. A person has the two that nobody creates, and those they made. */
import { createIds } from '../world/ids.ts';
import type { Clock } from '../world/clock.ts';
import { createChanges, type Changes } from './changes.ts';
import {
  emptyTask,
  type Task,
  type TaskAttachment,
  type TaskFields,
  type TaskList,
  type WellKnown,
} from './task.ts';

/** ISO with seven decimals, as To Do prints times. */
export const stamp = (time: number): string => new Date(time).toISOString().replace('Z', '0000Z');

/** A file that comes in parts. */
export interface UploadSession {
  readonly id: string;
  readonly taskId: string;
  readonly name: string;
  readonly contentType: string | null;
  readonly size: number;
  /** Milliseconds since the epoch. */
  readonly expires: number;
  received: number;
  readonly chunks: Uint8Array[];
}

export interface TaskBox {
  readonly userId: string;
  readonly lists: Map<string, TaskList>;
  readonly changes: Changes;
  readonly sessions: Map<string, UploadSession>;
  /** Delta tokens of older generations are not known any more. */
  generation: number;
  newId(): string;
  addList(displayName: string, wellknownListName?: WellKnown): TaskList;
  touchList(list: TaskList): void;
  removeList(list: TaskList): void;
  /** `createdAt` in milliseconds since the epoch; now without it. */
  addTask(
    list: TaskList,
    fields: Partial<TaskFields>,
    more?: { createdAt?: number; messageKey?: number },
  ): Task;
  touchTask(list: TaskList, task: Task): void;
  removeTask(list: TaskList, task: Task): void;
  attach(task: Task, file: Pick<TaskAttachment, 'name' | 'contentType' | 'bytes'>): TaskAttachment;
}

export interface TodoStore {
  /** The same for the same person; with its two lists from the start. */
  box(userId: string): TaskBox;
}

function createBox(userId: string, clock: Clock): TaskBox {
  const ids = createIds(`${userId}:todo`);
  const newId = () => `AAMkA${ids.opaque(84)}AAA=`;
  const lists = new Map<string, TaskList>();
  const changes = createChanges();
  const box: TaskBox = {
    userId,
    lists,
    changes,
    sessions: new Map(),
    generation: 0,
    newId,
    addList: (displayName, wellknownListName = 'none') => {
      const list: TaskList = {
        id: newId(),
        displayName,
        wellknownListName,
        version: 0,
        tasks: new Map(),
        changes: createChanges(),
      };
      lists.set(list.id, list);
      list.version = changes.note(list.id);
      return list;
    },
    touchList: (list) => {
      list.version = changes.note(list.id);
    },
    removeList: (list) => {
      lists.delete(list.id);
      changes.note(list.id);
    },
    addTask: (list, fields, { createdAt = clock.now(), messageKey } = {}) => {
      const created = stamp(createdAt);
      const task: Task = {
        ...emptyTask(),
        ...fields,
        id: newId(),
        createdDateTime: created,
        lastModifiedDateTime: created,
        bodyLastModifiedDateTime: created,
        version: 0,
        checklistItems: [],
        linkedResources: [],
        attachments: [],
        messageKey,
      };
      list.tasks.set(task.id, task);
      task.version = list.changes.note(task.id);
      return task;
    },
    touchTask: (list, task) => {
      task.lastModifiedDateTime = stamp(clock.now());
      task.version = list.changes.note(task.id);
    },
    removeTask: (list, task) => {
      list.tasks.delete(task.id);
      list.changes.note(task.id);
    },
    attach: (task, file) => {
      const attachment = { ...file, id: newId(), lastModifiedDateTime: task.lastModifiedDateTime };
      task.attachments.push(attachment);
      return attachment;
    },
  };
  box.addList('Tasks', 'defaultList');
  box.addList('Flagged Emails', 'flaggedEmails');
  return box;
}

export function createTodoStore({ clock }: { clock: Clock }): TodoStore {
  const boxes = new Map<string, TaskBox>();
  return {
    box: (userId) => {
      const known = boxes.get(userId);
      if (known) return known;
      const box = createBox(userId, clock);
      boxes.set(userId, box);
      return box;
    },
  };
}
