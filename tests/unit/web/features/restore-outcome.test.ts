import { expect, test } from 'vitest';
import { restoreOutcome } from '../../../../web/lib/features/restore/restore-outcome.ts';

const note = { account: 'a', workload: 'mail', reason: 'graph/malware' };
const whole = { cancelled: false, failed: [] };

test.each([
  ['everything', whole, 0, { title: 'Put back', tone: 'ok' }],
  ['an item that failed', { ...whole, failed: [note] }, 0, { title: 'Put back, with gaps', tone: 'warning' }],
  ['an item that the snapshot never had', whole, 1, { title: 'Put back, with gaps', tone: 'warning' }],
  ['cancelled', { ...whole, cancelled: true }, 1, { title: 'Cancelled', tone: 'warning' }],
])('says how it ended: %s', (_name, report, missing, outcome) => {
  expect(restoreOutcome(report, missing)).toEqual(outcome);
});
