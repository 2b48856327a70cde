/** Why a task is not in a backup although nothing failed: a closed list of causes that Microsoft documents. */
export const taskSkips = {
  'flagged-mail': {
    why: 'To Do shows flagged mails as tasks. The mail is in the backup of the mailbox, with its flag.',
    link: 'https://learn.microsoft.com/graph/api/resources/todotasklist',
  },
} as const;

export type SkipCause = keyof typeof taskSkips;
