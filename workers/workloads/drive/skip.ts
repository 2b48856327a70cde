/**
 * Why a file is not in a backup although nothing failed: a closed list of permanent causes that Microsoft documents.
 * Anything else is a failure and is tried again.
 */
import type { FailureCode } from '../../kernel/failure.ts';
import type { DriveItem } from './drive-item.ts';

export const driveSkips = {
  malware: {
    why: 'Microsoft detected malware in the file and does not hand it out.',
    link: 'https://learn.microsoft.com/graph/api/resources/malware',
  },
  'onenote-notebook': {
    why: 'A OneNote notebook is no file; its content is reached by the OneNote API alone.',
    link: 'https://learn.microsoft.com/graph/api/resources/package',
  },
  'shared-from-elsewhere': {
    why: 'A shortcut to an item of another drive; it is backed up with that drive.',
    link: 'https://learn.microsoft.com/graph/api/resources/remoteitem',
  },
} as const;

export type SkipCause = keyof typeof driveSkips;

/** What is known before anything is downloaded. */
export function skipCauseOfItem(item: DriveItem): SkipCause | undefined {
  if (item.malware) return 'malware';
  if (item.package) return 'onenote-notebook';
  if (item.remoteItem) return 'shared-from-elsewhere';
  return undefined;
}

export const skipCauseOfFailure = (code: FailureCode): SkipCause | undefined =>
  code === 'graph/malware' ? 'malware' : undefined;
