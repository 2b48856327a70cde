import { expect, test } from 'vitest';
import { wordsProblem } from '../../../../web/lib/features/vault/words-problem.ts';
import { wordsToRecoveryKey } from '../../../../workers/crypto/recovery-words.ts';

const problemOf = (typed: string) => {
  const key = wordsToRecoveryKey(typed);
  return key.ok ? undefined : wordsProblem(key.error);
};

test.each([
  ['23 words', 'abandon '.repeat(23), /24 words; these are 23/],
  ['a page of text', 'abandon '.repeat(2_300), /far more/],
  ['a word that no sheet has', `${'abandon '.repeat(8)}holdfast ${'abandon '.repeat(15)}`, /^Word 9 is none/],
  ['words in another order', 'abandon '.repeat(24), /not in this order/],
])('says what to look for: %s', (_name, typed, sentence) => {
  expect(problemOf(typed)).toMatch(sentence);
});

test('words of another sheet are not blamed on spelling', () => {
  const refused = { code: 'vault/wrong-passphrase', retry: 'after-user', detail: '' } as const;
  expect(wordsProblem(refused)).toMatch(/belong to another backup/);
});

test('leaves other failures alone', () => {
  expect(wordsProblem({ code: 'storage/io', retry: 'later', detail: '' })).toBeUndefined();
});
