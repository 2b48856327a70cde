import { expect, test } from 'vitest';
import { orderAccounts } from '../../../../web/lib/features/backup/account-order.ts';
import type { AccountProgress } from '../../../../workers/contract/jobs.ts';

const row = (account: string, state: AccountProgress['state']): AccountProgress => ({
  account,
  workload: 'mail',
  state,
  itemsDone: 0,
  itemsKnown: 0,
});

test('of many accounts, those at work come first and the finished ones last', () => {
  const rows = [
    row('a', 'done'),
    row('b', 'queued'),
    row('c', 'unreachable'),
    row('d', 'fetching'),
    row('e', 'queued'),
  ];
  expect(orderAccounts(rows).map(({ account }) => account)).toEqual(['d', 'c', 'b', 'e', 'a']);
});
