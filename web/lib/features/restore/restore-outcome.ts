/** How a restore ended, as the heading of its notice. */
import type { RestoreReport } from '#workers/contract/jobs.ts';

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
