import { expect, test } from 'vitest';
import { TypeAhead } from '../../../../web/lib/ui/type-ahead.ts';

const names = ['Inbox', 'Archive', 'sent', 'Signed', 'Ärger', 'Settings'];

test('letters in one breath make a word, a pause begins a new one', () => {
  const typing = new TypeAhead();
  expect(typing.find('s', names, 0, 0)).toBe(2);
  expect(typing.find('e', names, 2, 100)).toBe(2);
  expect(typing.find('t', names, 2, 200)).toBe(5);
  expect(typing.find('a', names, 5, 2000)).toBe(1);
});

test('one letter again and again goes from match to match, and round', () => {
  const typing = new TypeAhead();
  const visited: number[] = [];
  for (let at = 0, press = 0; press < 4; press++)
    visited.push((at = typing.find('S', names, at, press * 50)));
  expect(visited).toEqual([2, 3, 5, 2]);
});

test('case does not count, other scripts do, and no match moves nothing', () => {
  expect(new TypeAhead().find('ä', names, 0, 0)).toBe(4);
  expect(new TypeAhead().find('x', names, 0, 0)).toBe(-1);
  expect(new TypeAhead().find('a', [], 0, 0)).toBe(-1);
});
