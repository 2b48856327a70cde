import { expect, test } from 'vitest';
import { spokenProgress } from '../../../../web/lib/features/backup/spoken-progress.ts';

const progress = { phase: 'fetching', itemsDone: 16, itemsKnown: 100, etaMs: 120_000 } as const;

test.each([
  ['fetching', progress, 'Fetching, newest first: 16 of 100 items, about 2 min left'],
  ['before the time left is known', { ...progress, etaMs: null }, 'Fetching, newest first: 16 of 100 items'],
  ['paused', { ...progress, phase: 'paused' }, 'Paused: 16 of 100 items'],
  [
    'listing',
    { ...progress, phase: 'listing', itemsDone: 0, itemsKnown: 94, etaMs: null },
    'Listing what there is: 94 items so far',
  ],
] as const)('says in a sentence where the run is: %s', (_name, at, sentence) => {
  expect(spokenProgress(at)).toBe(sentence);
});
