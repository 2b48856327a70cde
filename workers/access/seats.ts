/**
 * Who has a seat: one for each protected account and each shared mailbox, as the reference page counts. Pure; kept by
 * jobs/seat-ledger.ts. However it is changed, never more are assigned than the cap allows.
 */
import type { AccountKind, Seat, SeatChange, SeatLedger } from '../contract/accounts.ts';
import { failure } from '../kernel/failure.ts';
import { err, ok, type Result } from '../kernel/result.ts';

export type SeatBook = Pick<SeatLedger, 'mode' | 'cap' | 'seats'>;
export interface Claimant {
  readonly account: string;
  readonly of: Seat['kind'];
}

export const emptyBook: SeatBook = { mode: 'automatic', cap: null, seats: [] };

export const seatKindOf = (kind: AccountKind): Seat['kind'] =>
  kind === 'shared' || kind === 'room' || kind === 'equipment' ? 'shared-mailbox' : 'account';

const assignedOf = ({ seats }: SeatBook): number => seats.filter(({ state }) => state === 'assigned').length;
const freeOf = (book: SeatBook): number | null => (book.cap === null ? null : book.cap - assignedOf(book));

export function ledgerOf(book: SeatBook, tenantId: string): SeatLedger {
  const assigned = assignedOf(book);
  return {
    ...book,
    tenantId,
    assigned,
    released: book.seats.length - assigned,
    free: freeOf(book),
    workers: 'assigned automatically',
  };
}

/** `at`: ISO 8601 UTC. What changes nothing gives the same book. */
export function applySeat(book: SeatBook, change: SeatChange, at: string): Result<SeatBook> {
  switch (change.kind) {
    case 'mode':
      return ok({ ...book, mode: change.mode });
    case 'cap':
      return setCap(book, change.cap);
    case 'release':
      return ok(release(book, change.account, at));
    case 'assign':
      return assign(book, change, at);
  }
}

function setCap(book: SeatBook, cap: number | null): Result<SeatBook> {
  const assigned = assignedOf(book);
  if (cap !== null && (!Number.isSafeInteger(cap) || cap < assigned)) {
    return err(failure('input/invalid', `${assigned} seats are assigned: release some, or allow so many`));
  }
  return ok({ ...book, cap });
}

const hasSeat = ({ seats }: SeatBook, account: string): boolean =>
  seats.some((seat) => seat.account === account && seat.state === 'assigned');

function assign(book: SeatBook, { account, of }: Claimant, at: string): Result<SeatBook> {
  if (hasSeat(book, account)) return ok(book);
  if (freeOf(book) === 0) {
    return err(failure('input/no-seat', `all ${book.cap} seats are assigned`, { retry: 'after-user' }));
  }
  const others = book.seats.filter((seat) => seat.account !== account);
  return ok({ ...book, seats: [...others, { account, kind: of, state: 'assigned', since: at }] });
}

function release(book: SeatBook, account: string, at: string): SeatBook {
  if (!hasSeat(book, account)) return book;
  const seats = book.seats.map((seat): Seat =>
    seat.account === account ? { ...seat, state: 'released', since: at } : seat,
  );
  return { ...book, seats };
}

/** Seats for a run: those who have one keep it; in the automatic mode the others get what is free, in order. */
export function seatsFor(
  book: SeatBook,
  claimants: readonly Claimant[],
  at: string,
): { readonly book: SeatBook; readonly refused: ReadonlySet<string> } {
  const known = new Set(book.seats.flatMap(({ account, state }) => (state === 'assigned' ? account : [])));
  const without = new Map(
    claimants.flatMap(({ account, of }) => (known.has(account) ? [] : [[account, of] as const])),
  );
  const wanting = [...without];
  const given = new Map(wanting.slice(0, book.mode === 'manual' ? 0 : (freeOf(book) ?? Infinity)));
  const refused = new Set(wanting.flatMap(([account]) => (given.has(account) ? [] : account)));
  if (given.size === 0) return { book, refused };
  const kept = book.seats.filter(({ account }) => !given.has(account));
  const made = [...given].map(([account, kind]): Seat => ({ account, kind, state: 'assigned', since: at }));
  return { book: { ...book, seats: [...kept, ...made] }, refused };
}
