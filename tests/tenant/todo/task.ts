/** What Microsoft To Do keeps: lists, tasks in them, and what hangs on a task. */
import type { Entity } from '../graph/odata.ts';
import type { Changes } from './changes.ts';

/** Always in UTC, as To Do answers. */
export interface ZonedTime {
  readonly dateTime: string;
  readonly timeZone: string;
}

export const importances = ['low', 'normal', 'high'] as const;
export const statuses = ['notStarted', 'inProgress', 'completed', 'waitingOnOthers', 'deferred'] as const;

/** What a client writes of a task. */
export interface TaskFields {
  title: string;
  body: { readonly content: string; readonly contentType: 'text' | 'html' };
  categories: readonly string[];
  importance: (typeof importances)[number];
  status: (typeof statuses)[number];
  isReminderOn: boolean;
  dueDateTime: ZonedTime | null;
  startDateTime: ZonedTime | null;
  reminderDateTime: ZonedTime | null;
  completedDateTime: ZonedTime | null;
  /** As Graph words it, every property there. */
  recurrence: Entity | null;
}

export interface ChecklistItem {
  readonly id: string;
  displayName: string;
  isChecked: boolean;
  checkedDateTime: string | null;
  createdDateTime: string;
}

export interface LinkedResource {
  readonly id: string;
  applicationName: string | null;
  displayName: string | null;
  externalId: string | null;
  webUrl: string | null;
}

export interface TaskAttachment {
  readonly id: string;
  readonly name: string;
  readonly contentType: string | null;
  readonly bytes: Uint8Array;
  readonly lastModifiedDateTime: string;
}

export interface Task extends TaskFields {
  readonly id: string;
  readonly createdDateTime: string;
  lastModifiedDateTime: string;
  bodyLastModifiedDateTime: string;
  /** Grows with every change. */
  version: number;
  readonly checklistItems: ChecklistItem[];
  readonly linkedResources: LinkedResource[];
  readonly attachments: TaskAttachment[];
  /** The flagged mail it stands for. */
  readonly messageKey: number | undefined;
}

export type WellKnown = 'none' | 'defaultList' | 'flaggedEmails';

export interface TaskList {
  readonly id: string;
  displayName: string;
  readonly wellknownListName: WellKnown;
  version: number;
  readonly tasks: Map<string, Task>;
  readonly changes: Changes;
}

export const emptyTask = (): TaskFields => ({
  title: '',
  body: { content: '', contentType: 'text' },
  categories: [],
  importance: 'normal',
  status: 'notStarted',
  isReminderOn: false,
  dueDateTime: null,
  startDateTime: null,
  reminderDateTime: null,
  completedDateTime: null,
  recurrence: null,
});
