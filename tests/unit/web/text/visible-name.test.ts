import { expect, test } from 'vitest';
import { visibleName } from '../../../../web/lib/text/visible-name.ts';

test('a name cannot be turned round to look like another kind of file', () => {
  expect(visibleName('invoice\u202egnp.exe')).toBe('invoicegnp.exe');
  expect(visibleName('\u2066a\u2069\u200f.txt')).toBe('a.txt');
});

test('scripts and joined signs stay as they are', () => {
  for (const name of ['عرض سعر.pdf', '見積書.xlsx', '👩‍👧 photo.png']) expect(visibleName(name)).toBe(name);
});
