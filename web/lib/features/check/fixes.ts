/** Words of the buttons by which the report page acts on a finding. */
import type { Fix } from '#workers/contract/check.ts';

export const fixLabels: Record<Fix, string> = {
  install: 'Set it right, below',
  'look-closer': 'Look closer',
};
