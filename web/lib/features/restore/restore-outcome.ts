/** How a restore ended, as the heading of its notice. */
import type { RestoreReport } from '#workers/contract/jobs.ts';

export interface RestoreOutcome {
  readonly title: string;
  readonly tone: 'ok' | 'warning';
}

/** `missing`: how many items of the plan the snapshot had nothing of. They are a gap too, though none of them failed. */
export function restoreOutcome(
  { cancelled, failed }: Pick<RestoreReport, 'cancelled' | 'failed'>,
  missing: number,
): RestoreOutcome {
  if (cancelled) return { title: 'Cancelled', tone: 'warning' };
  if (failed.length + missing > 0) return { title: 'Put back, with gaps', tone: 'warning' };
  return { title: 'Put back', tone: 'ok' };
}
