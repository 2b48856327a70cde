/** What clients send of lists, tasks and what hangs on them, held to the schema before anything is changed. */
import { GraphError } from '../graph/context.ts';
import type { Entity } from '../graph/odata.ts';
import { parseRecurrence } from './recurrence.ts';
import {
  importances,
  statuses,
  type Task,
  type TaskAttachment,
  type TaskFields,
  type ZonedTime,
} from './task.ts';
import { parseZonedTime, utc } from './zoned-time.ts';

export const invalidRequest = (message = 'Invalid request'): GraphError =>
  new GraphError(400, 'invalidRequest', message);

type Parse = (value: unknown) => unknown;

const wrong = (): never => {
  throw invalidRequest();
};

const text: Parse = (value) => (typeof value === 'string' && value.trim() !== '' ? value : wrong());
const textOrNull: Parse = (value) => (value === null || typeof value === 'string' ? value : wrong());
const flag: Parse = (value) => (typeof value === 'boolean' ? value : wrong());
const oneOf =
  (list: readonly string[]): Parse =>
  (value) =>
    list.includes(String(value)) ? value : wrong();
const zoned: Parse = (value) => (value === null ? null : (parseZonedTime(value) ?? wrong()));
const instant: Parse = (value) => {
  const time = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isFinite(time) ? new Date(time).toISOString() : wrong();
};
const instantOrNull: Parse = (value) => (value === null ? null : instant(value));

function parseBody(value: unknown): TaskFields['body'] {
  if (value === null) return { content: '', contentType: 'text' };
  const { content, contentType = 'text' } = (typeof value === 'object' ? value : {}) as Entity;
  if (typeof content !== 'string') throw invalidRequest();
  if (contentType !== 'text' && contentType !== 'html') throw invalidRequest();
  return { content, contentType };
}

const taskRules: Readonly<Record<keyof TaskFields, Parse>> = {
  title: text,
  body: parseBody,
  categories: (value) =>
    Array.isArray(value) && value.every((one) => typeof one === 'string') ? [...value] : wrong(),
  importance: oneOf(importances),
  status: oneOf(statuses),
  isReminderOn: flag,
  dueDateTime: zoned,
  startDateTime: zoned,
  reminderDateTime: zoned,
  completedDateTime: zoned,
  recurrence: (value) => (value === null ? null : (parseRecurrence(value) ?? wrong())),
};

const checklistRules = {
  displayName: text,
  isChecked: flag,
  checkedDateTime: instantOrNull,
  createdDateTime: instant,
};

const linkedRules = {
  applicationName: textOrNull,
  displayName: textOrNull,
  externalId: textOrNull,
  webUrl: textOrNull,
};

const listRules = { displayName: text };

/** The service's own; what a client sends of them counts for nothing. */
const ownNames = new Set(
  'id createdDateTime lastModifiedDateTime bodyLastModifiedDateTime hasAttachments isOwner isShared wellknownListName'.split(
    ' ',
  ),
);

/** Throws 400 for a property that the type does not have, or a value it does not take. */
function read(
  json: Entity,
  rules: Readonly<Record<string, Parse>>,
  type: string,
  but: readonly string[] = [],
): Entity {
  const found: Entity = {};
  for (const [name, value] of Object.entries(json)) {
    if (Object.hasOwn(rules, name)) found[name] = rules[name]?.(value);
    else if (!ownNames.has(name) && !name.includes('@') && !but.includes(name))
      throw new GraphError(
        400,
        'RequestBodyRead',
        `The property '${name.slice(0, 80)}' does not exist on type 'microsoft.graph.${type}'. Make sure to only use property names that are defined by the type.`,
      );
  }
  return found;
}

export const readList = (json: Entity) => read(json, listRules, 'todoTaskList') as { displayName?: string };
export const readChecklistItem = (json: Entity) => read(json, checklistRules, 'checklistItem');
export const readLinkedResource = (json: Entity) => read(json, linkedRules, 'linkedResource');

/** Checklist items are put on a task of their own accord; linked resources may come with it. */
export const readTask = (json: Entity): Partial<TaskFields> =>
  read(json, taskRules, 'todoTask', ['linkedResources']) as Partial<TaskFields>;

/** The list in `linkedResources` of a new task. */
export function readLinkedResources(json: Entity): Entity[] {
  const given = json['linkedResources'] ?? [];
  if (!Array.isArray(given)) throw invalidRequest();
  return given.map((one: unknown) => readLinkedResource((one ?? {}) as Entity));
}

/** A task is completed on the day it says so; a task that is not has no such day. */
function completedOn(given: Partial<TaskFields>, before: TaskFields, now: number): ZonedTime | null {
  const isCompleted = (given.status ?? before.status) === 'completed';
  if (!isCompleted) return null;
  const today = utc(Math.floor(now / 86_400_000) * 86_400_000);
  return given.completedDateTime ?? before.completedDateTime ?? today;
}

/** What follows for a task as a whole; 400 where a task comes again without a date to come again from. */
export function settled(given: Partial<TaskFields>, before: TaskFields, now: number): Partial<TaskFields> {
  const after = { ...before, ...given };
  if (after.recurrence && !after.dueDateTime) throw invalidRequest('Recurrence requires a due date.');
  return { ...given, completedDateTime: completedOn(given, before, now) };
}

const base64 = /^[A-Za-z0-9+/_-]*={0,2}$/;
const mostAttached = 25 * 1024 * 1024;

/** 400 where the files of a task would grow beyond 25 MB. */
export function requireRoom(task: Task, bytes: number): void {
  const already = task.attachments.reduce((sum, one) => sum + one.bytes.length, 0);
  if (already + bytes > mostAttached)
    throw invalidRequest('The attachments of the task exceed the maximum supported size.');
}

export function readAttachment(
  json: Entity,
  task: Task,
): Pick<TaskAttachment, 'name' | 'contentType' | 'bytes'> {
  const { name, contentBytes, contentType } = json;
  const type = String(json['@odata.type']).replace(/^#/, '');
  if (type !== 'microsoft.graph.taskFileAttachment') throw invalidRequest();
  if (typeof contentBytes !== 'string' || !base64.test(contentBytes)) throw invalidRequest();
  if (typeof name !== 'string' || name === '') throw invalidRequest();
  const bytes = Buffer.from(contentBytes, 'base64');
  requireRoom(task, bytes.length);
  return { name, contentType: typeof contentType === 'string' ? contentType : null, bytes };
}
