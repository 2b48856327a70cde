import { expect, test } from 'vitest';
import { reasonWords } from '../../../../web/lib/engine/reason-words.ts';

test('a code becomes its title, words stay words', () => {
  expect(reasonWords('graph/malware')).toBe('Microsoft marked this file as malware');
  expect(reasonWords('toString')).toBe('toString');
  expect(reasonWords('no content in this snapshot')).toBe('no content in this snapshot');
});

test('an item that was not fetched yet says what to do about it', () => {
  expect(reasonWords('pending')).toBe('not fetched yet: resume the backup');
});
