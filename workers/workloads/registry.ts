/** Every workload by its name: what a repository may hold, and in which order an account is backed up. */
import type { Clock } from '../kernel/clock.ts';
import type { WorkloadName } from '../repository/model.ts';
import { createDriveWorkload } from './drive/index.ts';
import { driveSkips } from './drive/skip.ts';
import { createMailWorkload } from './mail/index.ts';
import { mailSkips } from './mail/skip.ts';
import type { Workload } from './workload.ts';

export const createWorkloads = (clock: Clock): readonly Workload[] => [
  createMailWorkload(),
  createDriveWorkload(clock),
];

/** Why an item is left out for good, in words, and Microsoft's page that says so. */
export interface SkipStory {
  readonly why: string;
  readonly link: string;
}

const skips: Readonly<Record<WorkloadName, Readonly<Record<string, SkipStory>>>> = {
  mail: mailSkips,
  drive: driveSkips,
};

/** The story behind `Row.reason` of a skipped row; undefined where another version of Holdfast wrote the row. */
export const explainSkip = (workload: WorkloadName, cause: string): SkipStory | undefined =>
  skips[workload][cause];
