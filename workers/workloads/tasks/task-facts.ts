/** A stored task as the request that makes it again, and what tells two of the same kind apart. */
import type { Attachment, Link, Step, StoredTask } from './task.ts';

const linkName = 'Holdfast';

/** Made with the task itself, so that no task is ever there without it. */
const sourceLink = (item: string) => ({
  applicationName: linkName,
  displayName: 'Restored from a backup',
  externalId: item,
});

const isSourceLink = ({ applicationName, externalId }: Link): boolean =>
  applicationName === linkName && typeof externalId === 'string' && externalId !== '';

/** The id that a restored task had; undefined for any other task. */
export const sourceOf = (links: readonly Link[]): string | undefined =>
  links.find(isSourceLink)?.externalId ?? undefined;

/** Without what marks a restored task: one that is backed up and restored again gets a mark of its own. */
export const ownLinks = (links: readonly Link[] | null | undefined): readonly Link[] =>
  (links ?? []).filter((link) => !isSourceLink(link));

/** Fields that Graph takes at creation and so must come back equal. */
export const restoredFields = [
  'title',
  'body',
  'categories',
  'importance',
  'status',
  'isReminderOn',
  'dueDateTime',
  'startDateTime',
  'reminderDateTime',
  'completedDateTime',
  'recurrence',
] as const;

export function taskBody(task: StoredTask, item: string): Record<string, unknown> {
  const body: Record<string, unknown> = {};
  for (const name of restoredFields) if (task[name] != null) body[name] = task[name];
  return { ...body, title: task.title || '(no title)', linkedResources: [sourceLink(item)] };
}

/** Equal for equal values, whatever the order of keys. */
export const canonical = (value: unknown): string =>
  JSON.stringify(value ?? null, (_, inner: unknown) =>
    typeof inner !== 'object' || inner === null || Array.isArray(inner)
      ? inner
      : Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1))),
  );

/** No ids, which are new each time. */
export const stepFacts = ({ displayName, isChecked }: Step) => [displayName ?? '', isChecked === true];
export const linkFacts = ({ applicationName, displayName, externalId, webUrl }: Link) => [
  applicationName ?? '',
  displayName ?? '',
  externalId ?? '',
  webUrl ?? '',
];
export const fileFacts = ({ name, size }: Attachment) => [name ?? '', size ?? 0];
