/** Long-running copies, as `Location` of a copy names them. https://learn.microsoft.com/graph/long-running-actions-overview */
import type { GraphError } from '../graph/context.ts';
import type { Ids } from '../world/ids.ts';

export interface CopyJob {
  readonly id: string;
  readonly outcome: { readonly resourceId: string } | { readonly error: GraphError };
  /** How often it still answers that it is running: big copies take a while. */
  runningFor: number;
}

export interface CopyJobs {
  add(outcome: CopyJob['outcome'], runningFor: number): CopyJob;
  get(id: string): CopyJob | undefined;
}

export function createCopyJobs(ids: Ids): CopyJobs {
  const jobs = new Map<string, CopyJob>();
  return {
    add(outcome, runningFor) {
      const job = { id: ids.guid(), outcome, runningFor };
      jobs.set(job.id, job);
      return job;
    },
    get: (id) => jobs.get(id),
  };
}
