import { expect, test } from 'vitest';
import { referenceRows } from '../../../../workers/access/permissions.ts';
import { rowFacts, unusedRows } from '../../../../workers/access/row-facts.ts';

test('every row of the reference page says what it is for, what goes without it and what it puts at risk', () => {
  for (const [index] of referenceRows.entries()) {
    const { purpose, without, alternative, risk } = rowFacts(index + 1);
    for (const words of [purpose, without, alternative, risk.reason]) expect(words).toMatch(/\S{3}/);
  }
  expect(() => rowFacts(referenceRows.length + 1)).toThrow();
});

test('what may act as any app of the tenant is tier 0, and says so', () => {
  const tier0 = referenceRows
    .filter((_, index) => rowFacts(index + 1).risk.level === 'tier-0')
    .map(({ claim }) => claim);
  expect(tier0).toEqual(['Application.ReadWrite.All', 'Directory.ReadWrite.All']);
});

test('rows that nothing uses are these, each saying that it is granted because the page asks', () => {
  expect(unusedRows()).toEqual([7, 9, 12, 17, 18, 19]);
  for (const row of unusedRows()) {
    expect(rowFacts(row).without).toBe('Granted because the page asks; nothing uses it');
  }
});

test('rows that name nothing, or nothing their service has, are requested by nobody', () => {
  expect(rowFacts(20).without).toBe('The page names no permission here; nothing is requested');
  for (const row of [21, 22, 23, 24]) {
    expect(rowFacts(row).without).toBe(
      'Printed under SharePoint; that resource publishes no such role; never assigned; see Sites.*',
    );
  }
});
