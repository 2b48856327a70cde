import type { Failure } from '../kernel/failure.ts';

/**
 * Whether Graph said that the item or folder itself is no longer there. A 404 without a code is a passing fault of the
 * service (seen for messages and attachments; alcionai/corso, adapterWrap.Send), and one from a content host is a dead
 * link: such items stay owed, because no later delta would name them again.
 */
export const isGone = ({ code, facts }: Failure): boolean =>
  code === 'graph/not-found' && facts?.graphCode !== undefined;
