import { expect, test } from 'vitest';
import { formatDateTime } from '../../../../web/lib/text/format.ts';
import { readableFact } from '../../../../web/lib/text/readable-fact.ts';

test('dates and sizes are for people, everything else stays as it is', () => {
  expect(readableFact('2026-01-11T08:00:00.000Z')).toBe(formatDateTime('2026-01-11T08:00:00.000Z'));
  expect(readableFact('3144 bytes')).toBe('3.14 KB');
  for (const value of ['stored', 'bytes', '12', '9999-99-99T99:99:99Z', ''])
    expect(readableFact(value)).toBe(value);
});
