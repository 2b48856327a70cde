import { expect, test } from 'vitest';
import { failure } from '../../../../workers/kernel/failure.ts';
import { restoreOutcome } from '../../../../web/lib/features/restore/restore-outcome.ts';

const note = { account: 'a', workload: 'mail', reason: 'graph/malware' };
const whole = { cancelled: false, failed: [], failure: null, missing: [] };
const missing = [{ name: 'A mail', reason: 'pending' }];

test.each([
  ['everything', whole, { title: 'Put back', tone: 'ok' }],
  ['an item that failed', { ...whole, failed: [note] }, { title: 'Put back, with gaps', tone: 'warning' }],
  [
    'an item that the snapshot never had',
    { ...whole, missing },
    { title: 'Put back, with gaps', tone: 'warning' },
  ],
  ['cancelled', { ...whole, cancelled: true, missing }, { title: 'Cancelled', tone: 'warning' }],
  [
    'ended by a failure',
    { ...whole, failure: failure('graph/forbidden', 'no') },
    { title: 'Cut short', tone: 'warning' },
  ],
])('says how it ended: %s', (_name, report, outcome) => {
  expect(restoreOutcome(report)).toEqual(outcome);
});
