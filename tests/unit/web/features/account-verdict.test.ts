import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  isEligible,
  mergeByName,
  seatedOf,
  seatProblemOf,
} from '../../../../web/lib/features/accounts/account-verdict.ts';
import type { AccountView, Eligibility, SeatLedger } from '../../../../workers/contract/accounts.ts';

const account = (displayName: string, kind: Eligibility['kind'] = 'eligible'): AccountView => ({
  id: displayName,
  userPrincipalName: `${displayName}@contoso.test`,
  displayName,
  kind: 'user',
  enabled: true,
  mail: { ok: true },
  drive: { ok: true },
  licence: { state: 'licensed', why: '', evidence: 'proved', proof: '' },
  eligibility: { kind, why: '' },
  adminCenter: '',
});

const ledger = (more: Partial<SeatLedger>): SeatLedger => ({
  tenantId: 't',
  mode: 'automatic',
  cap: null,
  seats: [],
  assigned: 0,
  released: 0,
  free: null,
  workers: 'assigned automatically',
  ...more,
});

describe('a list of accounts', () => {
  it('is in order of names however its pages come', () => {
    const names = fc.array(fc.string({ minLength: 1, maxLength: 6 }), { maxLength: 30 });
    const collator = new Intl.Collator('en');
    fc.assert(
      fc.property(fc.array(names, { maxLength: 5 }), (pages) => {
        let all: AccountView[] = [];
        for (const page of pages)
          all = mergeByName(
            all,
            page.map((name) => account(name)),
          );
        expect(all.map(({ displayName }) => displayName)).toEqual(pages.flat().toSorted(collator.compare));
      }),
    );
  });

  it('offers whom the rule or a decision allows', () => {
    const kinds = ['eligible', 'anyway', 'needs-licence', 'unreachable'] as const;
    expect(kinds.map((kind) => isEligible(account('a', kind)))).toEqual([true, true, false, false]);
  });

  it('says why somebody gets no seat', () => {
    expect(seatProblemOf(null)).toBeNull();
    expect(seatProblemOf(ledger({}))).toBeNull();
    expect(seatProblemOf(ledger({ cap: 3, assigned: 2, free: 1 }))).toBeNull();
    expect(seatProblemOf(ledger({ cap: 3, assigned: 3, free: 0 }))).toBe('No seat is free: 3 of 3 assigned');
    expect(seatProblemOf(ledger({ mode: 'manual' }))).toMatch(/given by hand/);
    const seats = [
      { account: 'a', kind: 'account', state: 'assigned', since: '' },
      { account: 'b', kind: 'account', state: 'released', since: '' },
    ] as const;
    expect([...seatedOf(ledger({ seats }))]).toEqual(['a']);
  });
});
