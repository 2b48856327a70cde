import { describe, expect, test } from 'vitest';
import {
  formatBytes,
  formatDuration,
  formatListDate,
  percentOf,
  plural,
} from '../../../../web/lib/text/format.ts';

test.each([
  [0, '0 B'],
  [-5, '0 B'],
  [999, '999 B'],
  [1000, '1 KB'],
  [1536, '1.54 KB'],
  [15_360, '15.4 KB'],
  [999_499, '999 KB'],
  [999_500, '1 MB'],
  [3_200_000_000, '3.2 GB'],
  [7e18, '7,000 PB'],
])('formatBytes(%d) is %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});

test.each([
  [-1, '0 s'],
  [59_499, '59 s'],
  [59_600, '1 min'],
  [3_600_000, '1 h'],
  [12_000_000, '3 h 20 min'],
  [86_400_000, '1 day'],
  [187_200_000, '2 days 4 h'],
])('formatDuration(%d) is %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});

test('percentOf reaches 100 only when all is done', () => {
  expect(percentOf(9_999, 10_000)).toBe(99);
  expect(percentOf(10_000, 10_000)).toBe(100);
  expect(percentOf(11, 10)).toBe(100);
  expect(percentOf(0, 0)).toBe(0);
});

test('plural', () => {
  expect(plural(1, 'item')).toBe('1 item');
  expect(plural(0, 'item')).toBe('0 items');
  expect(plural(1200, 'mailbox', 'mailboxes')).toBe('1,200 mailboxes');
});

describe('formatListDate', () => {
  const now = new Date(2026, 10, 23, 18, 0);

  test('today: the time', () => {
    expect(formatListDate(new Date(2026, 10, 23, 9, 5).toISOString(), now)).toMatch(/9[:.]05/);
  });

  test('this year without, another year with its number', () => {
    expect(formatListDate(new Date(2026, 2, 1).toISOString(), now)).not.toContain('2026');
    expect(formatListDate(new Date(2019, 2, 1).toISOString(), now)).toContain('2019');
  });

  test('nonsense from a backup is nothing', () => {
    expect(formatListDate('yesterday', now)).toBe('');
  });
});
