import { expect, test } from 'vitest';
import { isWord, pickPositions, sheetText } from '../../../../web/lib/features/vault/recovery-sheet.ts';

const words = Array.from({ length: 24 }, (_, index) => `word${index + 1}`);

test('the sheet has every word with its number, the opaque id, and no name of a tenant', () => {
  const text = sheetText({ words, repository: 'a1b2', madeAt: '2026-11-23T18:00:00Z' });
  for (const [index, word] of words.entries()) expect(text).toContain(`${index + 1}. ${word}\r\n`);
  expect(text).toContain('Backup a1b2');
});

test('three different positions, ascending, whatever the numbers', () => {
  for (let i = 0; i < 500; i++) {
    const positions = pickPositions(24);
    expect(positions).toHaveLength(3);
    expect(new Set(positions).size).toBe(3);
    expect([...positions].sort((a, b) => a - b)).toEqual(positions);
    expect(Math.max(...positions)).toBeLessThan(24);
  }
});

test('the same number again is drawn again', () => {
  let call = 0;
  const positions = pickPositions(24, (numbers) => numbers.fill(call++));
  expect(positions).toEqual([0, 1, 2]);
});

test('typed words: case and spaces do not matter, letters do', () => {
  expect(isWord(' Abandon ', 'abandon')).toBe(true);
  expect(isWord('abandone', 'abandon')).toBe(false);
  expect(isWord('', undefined)).toBe(false);
});
