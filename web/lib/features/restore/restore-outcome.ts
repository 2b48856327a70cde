/** What a restore makes, and how it ended: the words of its screens turn on these. */
import type { RestorePlan, RestoreReport } from '#workers/contract/jobs.ts';

/** A folder or task lists beside what is there, or what is there changed itself. */
export type RestoreTarget = 'folder' | 'lists' | 'in-place';

export function restoreTarget(plan: Pick<RestorePlan, 'changes' | 'workload'> | null): RestoreTarget {
  if (plan?.changes) return 'in-place';
  return plan?.workload === 'tasks' ? 'lists' : 'folder';
}

export interface RestoreOutcome {
  readonly title: string;
  readonly tone: 'ok' | 'warning';
}

/** Items that the snapshot had nothing of are a gap too, though none of them failed. */
export function restoreOutcome({
  cancelled,
  failed,
  failure,
  missing,
}: Pick<RestoreReport, 'cancelled' | 'failed' | 'failure' | 'missing'>): RestoreOutcome {
  if (failure) return { title: 'Cut short', tone: 'warning' };
  if (cancelled) return { title: 'Cancelled', tone: 'warning' };
  if (failed.length + missing.length > 0) return { title: 'Put back, with gaps', tone: 'warning' };
  return { title: 'Put back', tone: 'ok' };
}
