/**
 * Why a message is not in a backup although nothing failed: a closed list of permanent causes that Microsoft documents.
 * Anything else is a failure and is tried again.
 */
import type { FailureCode } from '../../kernel/failure.ts';

export const mailSkips = {
  'corrupt-item': {
    why: 'Exchange reports the message as corrupt (ErrorCorruptData) and does not hand it out.',
    link: 'https://learn.microsoft.com/exchange/client-developer/web-service-reference/responsecode',
  },
  'too-large': {
    why: 'The message exceeds the size that Exchange converts (ErrorMessageSizeExceeded).',
    link: 'https://learn.microsoft.com/office365/servicedescriptions/exchange-online-service-description/exchange-online-limits',
  },
} as const;

export type SkipCause = keyof typeof mailSkips;

const causes: Partial<Record<FailureCode, SkipCause>> = {
  'graph/corrupt-item': 'corrupt-item',
  'graph/too-large': 'too-large',
};

export const skipCauseOf = (code: FailureCode): SkipCause | undefined => causes[code];
