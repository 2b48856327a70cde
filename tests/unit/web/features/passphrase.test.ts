import { describe, expect, test } from 'vitest';
import { strengthOf, suggestPassphrase } from '../../../../web/lib/features/vault/passphrase.ts';
import { wordList } from '../../../../web/lib/text/word-list.ts';

describe('wordList', () => {
  test('is a power of two, so that no word is likelier', () => {
    expect(wordList.length).toBe(512);
  });

  test('has no word twice and only plain letters', () => {
    expect(new Set(wordList).size).toBe(wordList.length);
    expect(wordList.filter((word) => !/^[a-z]{3,10}$/.test(word))).toEqual([]);
  });
});

describe('suggestPassphrase', () => {
  test('takes six words by the numbers given', () => {
    const words = suggestPassphrase((numbers) => numbers.map((_zero, index) => index * 512 + index)).split(
      ' ',
    );
    expect(words).toEqual(wordList.slice(0, 6));
  });

  test('reaches the last word', () => {
    expect(suggestPassphrase((numbers) => numbers.map((_zero, index) => 511 - index))).toContain(
      wordList[511],
    );
  });

  test('takes no word twice', () => {
    let draws = 0;
    const random = (numbers: Uint16Array<ArrayBuffer>) => numbers.map(() => Math.floor(draws++ / 2));
    expect(suggestPassphrase(random).split(' ')).toEqual(wordList.slice(0, 6));
  });

  test('is strong by its own measure', () => {
    for (let i = 0; i < 200; i++) expect(strengthOf(suggestPassphrase()).level).toBeGreaterThanOrEqual(2);
  });
});

test.each([
  ['', 0],
  ['elevenchars', 0],
  ['aaaaaaaaaaaaaaaa', 1],
  ['123456789012', 1],
  ['password1234', 1],
  ['Passw0rd!Passw0rd!', 1],
  ['holdfast backup 2026', 1],
  ['abcdefghijklmnop', 1],
  ['acorn bronze kettle marble quartz saddle', 3],
  ['tR7#qZp9!mWx2&vK', 3],
  ['ein kleiner Wal schwimmt im Mondlicht', 2],
])('strengthOf(%j) is %d', (passphrase, level) => {
  expect(strengthOf(passphrase).level).toBe(level);
});
