/** Words of the buttons by which the report page acts on a finding. */
import type { Fix } from '#workers/contract/check.ts';

export const fixLabels: Record<Fix, string> = {
  install: 'Go to “Install backup app”',
  'look-closer': 'Look closer',
};
