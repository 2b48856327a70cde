/** The list of accounts as a person uses it: found by name, chosen as a whole, decided against the rule; and very long. */
import { flushSync, mount, unmount } from 'svelte';
import { afterEach, describe, expect, test } from 'vitest';
import { userEvent } from 'vitest/browser';
import { AccountList } from '../../web/lib/features/accounts/account-list.svelte.ts';
import AccountTable from '../../web/lib/features/accounts/AccountTable.svelte';
import type { AccountView, Eligibility, SeatLedger } from '../../workers/contract/accounts.ts';

const many = 20_000;
const inOnePage = 100;

function account(index: number, kind: Eligibility['kind'] = 'eligible'): AccountView {
  const id = String(index).padStart(5, '0');
  return {
    id,
    userPrincipalName: `joiner${id}@contoso.example`,
    displayName: `Joiner ${id}`,
    kind: 'user',
    enabled: true,
    mail: { ok: true },
    drive: { ok: true },
    licence: {
      state: kind === 'eligible' ? 'licensed' : 'unlicensed',
      why: '',
      evidence: 'proved',
      proof: '',
    },
    eligibility: { kind, why: 'no licence with a mailbox' },
    adminCenter: 'https://admin.microsoft.com/',
  };
}

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

let mounted: Record<string, unknown> | undefined;
afterEach(async () => {
  if (mounted) await unmount(mounted);
  mounted = undefined;
});

function show(accounts: readonly AccountView[], seats: SeatLedger | null = null) {
  const list = new AccountList();
  const asked: string[] = [];
  list.seats = seats;
  mounted = mount(AccountTable, {
    target: document.body,
    props: {
      list,
      onanyway: ({ id }: AccountView, yes: boolean) => asked.push(`${yes ? 'anyway' : 'by the rule'} ${id}`),
      onseat: ({ id }: AccountView) => asked.push(`seat ${id}`),
    },
  });
  for (let at = 0; at < accounts.length; at += inOnePage)
    list.add(accounts.slice(at, at + inOnePage), new Set());
  flushSync();
  return { list, asked };
}

function one<T extends Element>(selector: string, within: ParentNode = document): T {
  const found = within.querySelector<T>(selector);
  if (!found) throw new Error(`nothing is ${selector}`);
  return found;
}

const rows = () => [...document.querySelectorAll('[aria-label="Accounts"] li')];
const names = () => rows().map((row) => row.querySelector('.name')?.textContent);
const button = (words: string) =>
  [...document.querySelectorAll('button')].find((each) => each.textContent?.includes(words));

function press(element: HTMLElement | undefined): void {
  if (!element) throw new Error('it is not there');
  element.click();
  flushSync();
}

function choose(filter: string): void {
  const select = one<HTMLSelectElement>('select[aria-label="Show"]');
  select.value = filter;
  select.dispatchEvent(new Event('change', { bubbles: true }));
  flushSync();
}

describe('twenty thousand accounts', () => {
  const all = Array.from({ length: many }, (_, index) => account(index));

  test('a part of them is drawn, in order of names, and more only when asked for', () => {
    show(all.toReversed());
    expect(rows()).toHaveLength(200);
    expect(names()[0]).toBe('Joiner 00000');
    expect(document.body.textContent).toContain('19,800 more');
    press(button('Show 200 more'));
    expect(rows()).toHaveLength(400);
    expect(names()[399]).toBe('Joiner 00399');
  });

  test('the last one is found by its address, and with a search typed select all means the matches', async () => {
    const { list } = show(all);
    await userEvent.fill(one('input[type="search"]'), ' JOINER1999 ');
    flushSync();
    expect(names()).toEqual(Array.from({ length: 10 }, (_, index) => `Joiner 1999${index}`));
    press(one('.all input'));
    expect(list.chosen.size).toBe(10);
    await userEvent.fill(one('input[type="search"]'), '');
    flushSync();
    expect(one<HTMLInputElement>('.all input').indeterminate).toBe(true);
    press(one('.all input'));
    expect(list.chosen.size).toBe(many);
    choose('chosen');
    expect(rows()).toHaveLength(200);
  });
});

describe('who needs a decision', () => {
  test('stands against the rule, says why, and is backed up anyway with one key', async () => {
    const { list, asked } = show([account(1), account(2, 'needs-licence')]);
    choose('attention');
    expect(names()).toEqual(['Joiner 00002']);
    expect(one('.verdict').textContent).toContain('no licence with a mailbox');
    expect(one<HTMLInputElement>('li input').disabled).toBe(true);
    button('Back it up anyway')?.focus();
    await userEvent.keyboard('{Enter}');
    expect(asked).toEqual(['anyway 00002']);
    list.replace(account(2, 'anyway'));
    flushSync();
    expect(names()).toEqual([]);
    press(button('Show all accounts'));
    expect(one<HTMLInputElement>('li:last-child input').disabled).toBe(false);
    press(button('Follow the rule again'));
    expect(asked.at(-1)).toBe('by the rule 00002');
  });

  test('without a seat nobody can be chosen, and where they are given by hand one is offered', () => {
    const full = {
      account: '00001',
      kind: 'account',
      state: 'assigned',
      since: '2026-11-01T00:00:00Z',
    } as const;
    const { list, asked } = show(
      [account(1), account(2)],
      ledger({ mode: 'manual', cap: 2, seats: [full], assigned: 1, free: 1 }),
    );
    press(one('.all input'));
    expect([...list.chosen]).toEqual(['00001']);
    press(button('Give a seat'));
    expect(asked).toEqual(['seat 00002']);
    list.seats = ledger({ cap: 1, seats: [full], assigned: 1, free: 0 });
    flushSync();
    expect(one('.verdict').textContent).toContain('No seat is free: 1 of 1 assigned');
    expect(button('Give a seat')).toBeUndefined();
  });
});

test('a directory without accounts says so and leads on', () => {
  show([]);
  expect(document.body.textContent).toContain('The directory names no account');
  expect(one<HTMLAnchorElement>('a').pathname).toBe('/sign-in');
});
