/** Keeps the seats of a tenant on this device: object ids and states, nothing else. One change at a time over all tabs. */
import * as v from 'valibot';
import { applySeat, emptyBook, ledgerOf, seatsFor, type Claimant, type SeatBook } from '../access/seats.ts';
import type { SeatChange, SeatLedger } from '../contract/accounts.ts';
import type { Clock } from '../kernel/clock.ts';
import { ok, type Result } from '../kernel/result.ts';
import type { Locks } from './locks.ts';
import type { Records } from './records.ts';

export interface LedgerDeps {
  readonly records: Records;
  readonly locks: Locks;
  readonly clock: Clock;
}

const keyOf = (tenantId: string) => `seats:${tenantId}`;

const bookSchema = v.object({
  mode: v.picklist(['automatic', 'manual']),
  cap: v.nullable(v.pipe(v.number(), v.safeInteger(), v.minValue(0))),
  seats: v.array(
    v.object({
      account: v.string(),
      kind: v.picklist(['account', 'shared-mailbox']),
      state: v.picklist(['assigned', 'released']),
      since: v.string(),
    }),
  ),
});

async function readBook(records: Records, tenantId: string): Promise<Result<SeatBook>> {
  const found = await records.get(keyOf(tenantId));
  if (!found.ok) return found;
  const parsed = v.safeParse(bookSchema, found.value);
  return ok(parsed.success ? parsed.output : emptyBook);
}

export async function readLedger({ records }: LedgerDeps, tenantId: string): Promise<Result<SeatLedger>> {
  const book = await readBook(records, tenantId);
  return book.ok ? ok(ledgerOf(book.value, tenantId)) : book;
}

export const changeSeats = (
  deps: LedgerDeps,
  tenantId: string,
  change: SeatChange,
): Promise<Result<SeatLedger>> =>
  alone(deps, tenantId, async () => {
    const book = await readBook(deps.records, tenantId);
    if (!book.ok) return book;
    const changed = applySeat(book.value, change, now(deps));
    if (!changed.ok) return changed;
    const kept = await deps.records.put(keyOf(tenantId), changed.value);
    return kept.ok ? ok(ledgerOf(changed.value, tenantId)) : kept;
  });

/** Gives seats before a run begins; whom it names gets none. */
export const takeSeats = (
  deps: LedgerDeps,
  tenantId: string,
  claimants: readonly Claimant[],
): Promise<Result<ReadonlySet<string>>> =>
  alone(deps, tenantId, async () => {
    const book = await readBook(deps.records, tenantId);
    if (!book.ok) return book;
    const { book: taken, refused } = seatsFor(book.value, claimants, now(deps));
    const kept = taken === book.value ? ok() : await deps.records.put(keyOf(tenantId), taken);
    return kept.ok ? ok(refused) : kept;
  });

/** Who would get none, were a run to begin now. */
export async function seatlessOf(
  deps: LedgerDeps,
  tenantId: string,
  claimants: readonly Claimant[],
): Promise<Result<ReadonlySet<string>>> {
  const book = await readBook(deps.records, tenantId);
  return book.ok ? ok(seatsFor(book.value, claimants, now(deps)).refused) : book;
}

export const forgetSeats = ({ records }: LedgerDeps, tenantId: string): Promise<Result<void>> =>
  records.delete(keyOf(tenantId));

const now = ({ clock }: LedgerDeps): string => new Date(clock.now()).toISOString();

/** Another tab is done in a moment. */
const tries = 40;
const between = 50;

async function alone<T>(
  { locks, clock }: LedgerDeps,
  tenantId: string,
  work: () => Promise<Result<T>>,
): Promise<Result<T>> {
  for (let tried = 1; ; tried += 1) {
    const result = await locks.hold(`holdfast:seats:${tenantId}`, work);
    if (result.ok || result.error.code !== 'job/already-running' || tried === tries) return result;
    await clock.sleep(between);
  }
}
