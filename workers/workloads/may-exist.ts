import type { Failure } from '../kernel/failure.ts';

/** Whether what was to be made may be there: refused because it is, or made although the answer was lost or unreadable. */
export const mayExist = ({ code }: Failure): boolean =>
  ['graph/conflict', 'graph/unavailable', 'graph/unexpected-shape'].includes(code) ||
  code.startsWith('network/');
