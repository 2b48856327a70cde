/** The counts of a snapshot, kept up to date row by row. */
import type { Counts, Row } from './model.ts';

export const noCounts: Counts = { items: 0, bytes: 0, stored: 0, pending: 0, skipped: 0, failed: 0 };

/** Partly stored items count as stored: there is something to restore. */
const fieldOf = {
  stored: 'stored',
  partial: 'stored',
  pending: 'pending',
  skipped: 'skipped',
  failed: 'failed',
} as const;

function plus(counts: Counts, row: Row, sign: 1 | -1): Counts {
  const field = fieldOf[row.state];
  return {
    ...counts,
    items: counts.items + sign,
    bytes: counts.bytes + sign * row.size,
    [field]: counts[field] + sign,
  };
}

export function recount(counts: Counts, before: Row | undefined, after: Row | undefined): Counts {
  const without = before ? plus(counts, before, -1) : counts;
  return after ? plus(without, after, 1) : without;
}
