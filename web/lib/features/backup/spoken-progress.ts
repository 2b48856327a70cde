/** Where a run is, in a sentence for the ear: it says nothing that is not known yet. */
import type { BackupPhase, BackupProgress } from '#workers/contract/jobs.ts';
import { formatCount, formatEstimate } from '#lib/text/format.ts';

export const phaseWords: Record<BackupPhase, string> = {
  listing: 'Listing what there is',
  fetching: 'Fetching, newest first',
  paused: 'Paused',
  waiting: 'Waiting',
  asking: 'Waiting for you to sign in',
  committing: 'Making it durable',
  finished: 'Finished',
};

export function spokenProgress({
  phase,
  itemsDone,
  itemsKnown,
  etaMs,
}: Pick<BackupProgress, 'phase' | 'itemsDone' | 'itemsKnown' | 'etaMs'>): string {
  const known = formatCount(itemsKnown);
  if (phase === 'listing') return `${phaseWords.listing}: ${known} items so far`;
  const left = phase === 'paused' || etaMs === null ? '' : `, ${formatEstimate(etaMs)} left`;
  return `${phaseWords[phase]}: ${formatCount(itemsDone)} of ${known} items${left}`;
}
