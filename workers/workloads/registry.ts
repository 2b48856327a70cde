/** Every workload by its name: what a repository may hold, and in which order an account is backed up. */
import type { Clock } from '../kernel/clock.ts';
import type { WorkloadName } from '../repository/model.ts';
import { createDirectoryWorkload } from './directory/index.ts';
import { createDriveWorkload } from './drive/index.ts';
import { driveSkips } from './drive/skip.ts';
import { createMailWorkload } from './mail/index.ts';
import { mailSkips } from './mail/skip.ts';
import { createTasksWorkload } from './tasks/index.ts';
import { taskSkips } from './tasks/skip.ts';
import type { Workload } from './workload.ts';

export const createWorkloads = (clock: Clock): readonly Workload[] => [
  createMailWorkload(),
  createDriveWorkload(clock),
  createTasksWorkload(),
  createDirectoryWorkload(),
];

/** Permissions, of which one is needed, for what not every connection may read. */
const needs: Readonly<Partial<Record<WorkloadName, readonly string[]>>> = {
  tasks: ['Tasks.Read.All', 'Tasks.ReadWrite.All', 'Tasks.Read', 'Tasks.ReadWrite'],
};

/** Without those that a token with these permissions cannot read at all: `notInThisBackup` says which they may be. */
export const readableWith = (
  workloads: readonly Workload[],
  permissions: ReadonlySet<string>,
): readonly Workload[] =>
  workloads.filter(({ name }) => needs[name]?.some((permission) => permissions.has(permission)) ?? true);

/** Why an item is left out for good, in words, and Microsoft's page that says so. */
export interface SkipStory {
  readonly why: string;
  readonly link: string;
}

const skips: Readonly<Record<WorkloadName, Readonly<Record<string, SkipStory>>>> = {
  mail: mailSkips,
  drive: driveSkips,
  tasks: taskSkips,
  directory: {},
};

/** The story behind `Row.reason` of a skipped row; undefined where another version of Holdfast wrote the row. */
export const explainSkip = (workload: WorkloadName, cause: string): SkipStory | undefined =>
  skips[workload][cause];
