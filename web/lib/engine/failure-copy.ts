/**
 * The one table from a failure's code to words, severity and the next step. Complete by type: a new code does not
 * compile until it has words here. docs/screens.md says how screens use it.
 */
import type { FailureCode } from '#workers/kernel/failure.ts';
import type { FailureCopy } from './failure-action.ts';
import { remoteFailureCopy } from './failure-copy-remote.ts';

const storage: Record<Extract<FailureCode, `storage/${string}`>, FailureCopy> = {
  'storage/full': {
    title: 'There is no space left',
    advice: 'Free some disk space, then resume: what is stored stays, and the run goes on where it stopped.',
    severity: 'error',
    action: 'free-space',
  },
  'storage/permission-lost': {
    title: 'The browser needs your leave to use the folder again',
    advice: 'Browsers forget this when they close. Choose the same folder again; nothing in it is lost.',
    severity: 'warning',
    action: 'choose-folder',
  },
  'storage/folder-gone': {
    title: 'The folder is not there',
    advice:
      'Connect its disk or move it back, then try again. If it lies elsewhere now, lock this backup and open it from there.',
    severity: 'error',
    action: 'retry',
  },
  'storage/missing': {
    title: 'A file of this backup is not there',
    advice: 'Was the folder moved, or is a sync client still fetching it? Verify says what is affected.',
    severity: 'error',
    action: 'choose-folder',
  },
  'storage/busy': {
    title: 'Another tab is working on this backup',
    advice: 'Go on there, or close that tab and try again.',
    severity: 'warning',
    action: 'retry',
  },
  'storage/io': {
    title: 'Reading or writing the disk failed',
    advice: 'Check the disk or the network drive, then try again. Nothing committed is lost.',
    severity: 'error',
    action: 'retry',
  },
  'storage/evicted': {
    title: 'The browser has deleted this backup’s files',
    advice:
      'It does so when the disk runs low and storage is not permanent. Keep backups in a folder to be safe.',
    severity: 'error',
    action: 'open-settings',
  },
  'storage/unavailable': {
    title: 'This browser offers no storage here',
    advice: 'Private windows and some settings switch it off. Use a normal window.',
    severity: 'error',
    action: 'open-settings',
  },
};

const vault: Record<Extract<FailureCode, `vault/${string}`>, FailureCopy> = {
  'vault/wrong-passphrase': {
    title: 'That does not open this backup',
    advice: 'Check capital letters and spaces. The 24 words of the recovery sheet open it too.',
    severity: 'error',
  },
  'vault/recovery-words': {
    title: 'These are not the words of a recovery sheet',
    advice: 'A slip of the pen is enough. Compare them with the sheet, word for word.',
    severity: 'error',
  },
  'vault/tampered': {
    title: 'A part of this backup was changed',
    advice: 'It does not carry our seal, so it is not shown. Verify says which parts are sound.',
    severity: 'error',
  },
  'vault/locked': {
    title: 'This backup is locked',
    advice: 'Open it with its passphrase or with the recovery words.',
    severity: 'info',
    action: 'unlock',
  },
  'vault/weak-passphrase': {
    title: 'This passphrase is too easy to guess',
    advice: 'Use at least 12 characters, or six random words.',
    severity: 'warning',
  },
  'vault/kdf-limits': {
    title: 'The keyring asks for an unreasonable amount of work',
    advice: 'It may have been changed to exhaust this computer, so it was not opened.',
    severity: 'error',
  },
  'vault/kdf-unavailable': {
    title: 'The key could not be computed',
    advice: 'The browser refused the memory or WebAssembly it needs. Close other tabs and try again.',
    severity: 'error',
    action: 'retry',
  },
};

const repository: Record<Extract<FailureCode, `repository/${string}`>, FailureCopy> = {
  'repository/not-a-repository': {
    title: 'There is no Holdfast backup in this folder',
    advice: 'Choose the folder that holds the file “keyring” and the folder “packs”.',
    severity: 'warning',
    action: 'choose-folder',
  },
  'repository/newer-format': {
    title: 'A newer Holdfast wrote this backup',
    advice: 'Reload to get the newest version, then open it again.',
    severity: 'warning',
    action: 'restart',
  },
  'repository/corrupt': {
    title: 'A part of this backup is damaged',
    advice: 'Verify says what is affected; a backup right after it stores again what the tenant still has.',
    severity: 'error',
  },
  'repository/missing-blob': {
    title: 'A part of this item is missing',
    advice: 'Verify says what is affected; a backup right after it stores again what the tenant still has.',
    severity: 'error',
  },
  'repository/missing-snapshot': {
    title: 'This snapshot is not in the backup',
    advice: 'It was removed, or a sync client has not fetched it yet.',
    severity: 'error',
  },
  'repository/limit': {
    title: 'A part of this backup is larger than is safe to open',
    advice: 'It may have been made to exhaust this computer, so it was not opened.',
    severity: 'error',
  },
  'repository/replaced': {
    title: 'Another backup is in its place',
    advice:
      'Nothing was written there. Put the folder of this backup back and try again, or lock this backup and open the other one.',
    severity: 'error',
    action: 'retry',
  },
  'repository/wrong-tenant': {
    title: 'This backup belongs to another tenant',
    advice: 'One backup holds one tenant. Make a new one, or choose the one of this tenant.',
    severity: 'error',
  },
};

const rest: Record<Extract<FailureCode, `${'input' | 'job' | 'defect'}/${string}`>, FailureCopy> = {
  'input/invalid': {
    title: 'Something given to Holdfast is not valid',
    advice: 'The details below say what.',
    severity: 'error',
  },
  'input/not-configured': {
    title: 'This copy of Holdfast is not set up yet',
    advice: 'Reading backups works. Signing in needs an app registration, made once with one command.',
    severity: 'info',
    action: 'set-up',
  },
  'input/not-connected': {
    title: 'This device is not connected to the tenant',
    advice:
      'Reading this backup works without. To back up or put back, sign in and install the backup app here.',
    severity: 'warning',
    action: 'connect',
  },
  'input/not-eligible': {
    title: 'An account has no licence that counts',
    advice: 'Assign it one in the Microsoft 365 admin center, or choose “Back it up anyway” beside its name.',
    severity: 'warning',
  },
  'input/no-seat': {
    title: 'An account has no seat',
    advice: 'Release a seat, allow more, or give one by hand: where the accounts are chosen.',
    severity: 'warning',
  },
  'input/too-many-items': {
    title: 'That is more than one plan can show',
    advice:
      'Every change is shown before it is written, for 1,000 entries at a time. Choose fewer: search for the ones that are meant, or mark them.',
    severity: 'warning',
  },
  'job/cancelled': {
    title: 'Cancelled',
    advice: 'What was stored until then stays and can be browsed.',
    severity: 'info',
  },
  'job/paused': {
    title: 'Paused',
    advice: 'Resume whenever you like, also after closing the tab.',
    severity: 'info',
  },
  'job/already-running': {
    title: 'This is already running',
    advice: 'Another tab or window works on it. Go on there, or close it first.',
    severity: 'warning',
  },
  'job/write-rights-open': {
    title: 'A right to write that was lent for a restore still stands',
    advice:
      'Where that restore goes on, let it end or cancel it. Else take the right back first: the line at the top of the page does it. Whatever was cut short can be gone on with under Backups.',
    severity: 'warning',
  },
  'job/changed-since-plan': {
    title: 'Changed since the plan, so it was left alone',
    advice: 'Put it back once more from the backup: the new plan shows how it is now.',
    severity: 'warning',
  },
  'job/worker-lost': {
    title: 'The engine stopped and was started again',
    advice: 'Nothing committed is lost. Unlock the backup again and resume.',
    severity: 'warning',
    action: 'unlock',
  },
  'defect/unexpected': {
    title: 'Something in Holdfast went wrong',
    advice:
      'That is our fault. Nothing committed is lost. Reload and try again; the details help to mend it.',
    severity: 'error',
    action: 'restart',
  },
};

export const failureCopy: Record<FailureCode, FailureCopy> = {
  ...remoteFailureCopy,
  ...storage,
  ...vault,
  ...repository,
  ...rest,
};
