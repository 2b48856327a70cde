/** A task as Graph tells it, and the JSON in which a backup keeps it. */
import * as v from 'valibot';
import { utf8, type Bytes } from '../../kernel/bytes.ts';

const zonedTime = v.looseObject({ dateTime: v.string(), timeZone: v.string() });

export const stepSchema = v.looseObject({
  id: v.optional(v.string()),
  displayName: v.nullish(v.string()),
  isChecked: v.nullish(v.boolean()),
  checkedDateTime: v.nullish(v.string()),
  createdDateTime: v.nullish(v.string()),
});

export const linkSchema = v.looseObject({
  id: v.optional(v.string()),
  applicationName: v.nullish(v.string()),
  displayName: v.nullish(v.string()),
  externalId: v.nullish(v.string()),
  webUrl: v.nullish(v.string()),
});

export const attachmentSchema = v.looseObject({
  id: v.string(),
  name: v.nullish(v.string()),
  contentType: v.nullish(v.string()),
  size: v.nullish(v.number()),
  lastModifiedDateTime: v.nullish(v.string()),
});

/** Loose: what Microsoft adds to tasks is kept as well. */
export const taskSchema = v.looseObject({
  id: v.string(),
  '@removed': v.optional(v.object({ reason: v.nullish(v.string()) })),
  '@odata.etag': v.optional(v.string()),
  title: v.nullish(v.string()),
  body: v.nullish(v.looseObject({ content: v.nullish(v.string()), contentType: v.nullish(v.string()) })),
  categories: v.nullish(v.array(v.string())),
  importance: v.nullish(v.string()),
  status: v.nullish(v.string()),
  isReminderOn: v.nullish(v.boolean()),
  dueDateTime: v.nullish(zonedTime),
  startDateTime: v.nullish(zonedTime),
  reminderDateTime: v.nullish(zonedTime),
  completedDateTime: v.nullish(zonedTime),
  recurrence: v.nullish(v.record(v.string(), v.unknown())),
  hasAttachments: v.nullish(v.boolean()),
  createdDateTime: v.nullish(v.string()),
  lastModifiedDateTime: v.nullish(v.string()),
  checklistItems: v.nullish(v.array(stepSchema)),
  linkedResources: v.nullish(v.array(linkSchema)),
});

/** With the attachments of the stored one: their bytes are parts of their own, in this order. */
export const storedTaskSchema = v.looseObject({
  ...taskSchema.entries,
  attachments: v.nullish(v.array(attachmentSchema)),
});

export type GraphTask = v.InferOutput<typeof taskSchema>;
export type Step = v.InferOutput<typeof stepSchema>;
export type Link = v.InferOutput<typeof linkSchema>;
export type Attachment = v.InferOutput<typeof attachmentSchema>;
export type StoredTask = v.InferOutput<typeof storedTaskSchema>;

export const expandChildren = '$expand=checklistItems,linkedResources';

/** Change with every look at a task; what they tell is in the row. */
const ofTheMoment = ['lastModifiedDateTime', 'bodyLastModifiedDateTime', 'hasAttachments'];

/** Keys in order, annotations and the times of the last change left out: equal for equal tasks. */
export function taskBytes(task: GraphTask, attachments: readonly Attachment[]): Bytes {
  const whole = attachments.length > 0 ? { ...task, attachments } : task;
  const text = JSON.stringify(
    whole,
    (_, value: unknown) => {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
      const kept = Object.entries(value).filter(
        ([name]) => !name.includes('@odata.') && (value !== whole || !ofTheMoment.includes(name)),
      );
      return Object.fromEntries(kept.toSorted(([a], [b]) => (a < b ? -1 : 1)));
    },
    2,
  );
  return utf8(`${text}\n`);
}
