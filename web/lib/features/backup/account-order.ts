/** Accounts of a run as one wants to see them: what goes on, then what went wrong, then what waits, then what is done. */
import type { AccountProgress } from '#workers/contract/jobs.ts';

const rank: Record<AccountProgress['state'], number> = {
  fetching: 0,
  listing: 1,
  incomplete: 2,
  unreachable: 2,
  queued: 3,
  done: 4,
};

/** Keeps the given order among equals, so that rows do not dance. */
export const orderAccounts = (accounts: readonly AccountProgress[]): readonly AccountProgress[] =>
  [...accounts].sort((a, b) => rank[a.state] - rank[b.state]);
