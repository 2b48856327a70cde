/** What follows from the engine's verdicts for the list: who may be chosen, and in which order they stand. */
import type { AccountView, SeatLedger } from '#workers/contract/accounts.ts';

/** By the tenant's rule, or against it because somebody has said so. */
export const isEligible = ({ eligibility }: AccountView): boolean =>
  eligibility.kind === 'eligible' || eligibility.kind === 'anyway';

/** Object ids of those who have a seat. */
export const seatedOf = (ledger: SeatLedger | null): ReadonlySet<string> =>
  new Set(ledger?.seats.flatMap(({ account, state }) => (state === 'assigned' ? account : [])));

/** Why whoever has no seat gets none; null where the next run gives one. */
export function seatProblemOf(ledger: SeatLedger | null): string | null {
  if (ledger?.free === 0) return `No seat is free: ${ledger.assigned} of ${ledger.cap} assigned`;
  return ledger?.mode === 'manual' ? 'No seat yet: they are given by hand' : null;
}

const names = new Intl.Collator('en');
const byName = (a: AccountView, b: AccountView): number => names.compare(a.displayName, b.displayName);

/** A page into a list that is sorted already: thousands are not sorted anew for each hundred. */
export function mergeByName(all: readonly AccountView[], page: readonly AccountView[]): AccountView[] {
  const merged: AccountView[] = [];
  let next = 0;
  for (const account of page.toSorted(byName)) {
    for (let one = all[next]; one && byName(one, account) <= 0; one = all[next]) {
      merged.push(one);
      next += 1;
    }
    merged.push(account);
  }
  return merged.concat(all.slice(next));
}
