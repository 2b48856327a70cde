/** However seats are given, taken and limited: never more than the cap, and nothing changes twice. */
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { applySeat, emptyBook, ledgerOf, seatsFor, type SeatBook } from '../../workers/access/seats.ts';
import type { SeatChange } from '../../workers/contract/accounts.ts';

const account = fc.constantFrom('a', 'b', 'c', 'd', 'e');
const of = fc.constantFrom('account' as const, 'shared-mailbox' as const);
const cap = fc.option(fc.integer({ min: -1, max: 5 }), { nil: null });
const change: fc.Arbitrary<SeatChange> = fc.oneof(
  fc.record({ kind: fc.constant('mode' as const), mode: fc.constantFrom('automatic', 'manual') }),
  fc.record({ kind: fc.constant('cap' as const), cap }),
  fc.record({ kind: fc.constant('assign' as const), account, of }),
  fc.record({ kind: fc.constant('release' as const), account }),
);
const run = fc.record({
  kind: fc.constant('run' as const),
  claimants: fc.array(fc.record({ account, of }), { maxLength: 6 }),
});
const steps = fc.array(fc.oneof(change, run), { maxLength: 40 });
type Step = SeatChange | { kind: 'run'; claimants: { account: string; of: 'account' | 'shared-mailbox' }[] };

function after(book: SeatBook, step: Step, at: string): SeatBook {
  if (step.kind === 'run') return seatsFor(book, step.claimants, at).book;
  const changed = applySeat(book, step, at);
  return changed.ok ? changed.value : book;
}

it('assigns at most as many seats as the cap allows, one an account, and counts what is free', () => {
  fc.assert(
    fc.property(steps, (taken) => {
      let book = emptyBook;
      for (const [index, step] of taken.entries()) {
        book = after(book, step, `t${index}`);
        const { assigned, released, free, seats } = ledgerOf(book, 'tenant');
        if (book.cap !== null) expect(assigned).toBeLessThanOrEqual(book.cap);
        expect(free).toBe(book.cap === null ? null : book.cap - assigned);
        expect(assigned + released).toBe(seats.length);
        expect(new Set(seats.map((seat) => seat.account)).size).toBe(seats.length);
      }
    }),
  );
});

it('changes nothing when the same is done again', () => {
  fc.assert(
    fc.property(steps, fc.oneof(change, run), (taken, last) => {
      const book = taken.reduce((open, step, index) => after(open, step, `t${index}`), emptyBook);
      const once = after(book, last, 'now');
      expect(after(once, last, 'later')).toEqual(once);
    }),
  );
});

it('gives a run what is free, to those before others in the list, and tells who got none', () => {
  fc.assert(
    fc.property(steps, fc.uniqueArray(account), (taken, accounts) => {
      const book = taken.reduce((open, step, index) => after(open, step, `t${index}`), emptyBook);
      const claimants = accounts.map((name) => ({ account: name, of: 'account' as const }));
      const { book: next, refused } = seatsFor(book, claimants, 'now');
      const assigned = new Set(
        next.seats.filter(({ state }) => state === 'assigned').map((seat) => seat.account),
      );
      for (const name of accounts) expect(assigned.has(name)).toBe(!refused.has(name));
      const had = new Set(book.seats.filter(({ state }) => state === 'assigned').map((seat) => seat.account));
      const wanting = accounts.filter((name) => !had.has(name));
      const free = book.mode === 'manual' ? 0 : (ledgerOf(book, '').free ?? Infinity);
      expect([...refused]).toEqual(wanting.slice(free));
    }),
  );
});
