import type { Failure } from '../kernel/failure.ts';

/** Whether what was to be made may be there: refused because it is, or made although the answer was lost. */
export const mayExist = ({ code }: Failure): boolean =>
  code === 'graph/conflict' || code === 'graph/unavailable' || code.startsWith('network/');
