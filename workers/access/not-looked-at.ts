/** What one look at one tenant left open, why, and what would show it. */
import type { NotLookedAt } from '../contract/check.ts';
import type { Failure } from '../kernel/failure.ts';
import type { Result } from '../kernel/result.ts';
import type { CloserFacts } from './check-closer.ts';
import type { Unread } from './check-facts.ts';
import type { Vendors } from './check-vendors.ts';
import { told, type Observations } from './observations.ts';

interface Look {
  readonly seen: Observations;
  readonly vendors: Vendors;
  readonly isFull: boolean;
}

export function notLookedAt({ seen, vendors, isFull }: Look): NotLookedAt[] {
  return [
    {
      what: 'State of Exchange Web Services',
      why: 'Nothing in this version uses them.',
      shownBy: 'Get-OrganizationConfig | Format-List Ews* in Exchange Online PowerShell',
    },
    ...(isFull ? [] : [quick]),
    {
      what: 'Holds and archive mailboxes',
      why: 'Microsoft Graph does not show them.',
      shownBy: 'Get-Mailbox | Format-List LitigationHoldEnabled, ArchiveStatus',
    },
    ...(seen.closer === null ? [onAClick(isFull)] : closerRefused(seen.closer)),
    {
      what: 'Conditional Access policies',
      why: isFull
        ? 'Only whether they let this app in, by fetching a token.'
        : 'Reading them needs a right that this check does not ask for.',
      shownBy: 'Entra admin center, Protection, Conditional Access',
    },
    ...(vendors.more === 0 ? [] : [otherApps(vendors.more)]),
    ...(vendors.halfSeen.length === 0 ? [] : [delegatedOf(vendors.halfSeen)]),
    ...(seen.granted.ok ? [] : [noVendors]),
    ...unless(seen.accounts, accountList),
    ...seen.unread.map(({ list, why }) => ({ ...lists[list], why: refusedBy(why) })),
  ];
}

const quick: NotLookedAt = {
  what: 'Kind of each mailbox, the drives of others, and the roles in the app’s token',
  why: 'Only the installed app may see them.',
  shownBy: '“Look closer”, once the backup app is installed and this device may use it',
};

const onAClick = (isFull: boolean): NotLookedAt => ({
  what: 'Roles that you could activate, and the policy on apps’ certificates',
  why: 'They take two more read permissions, which are asked for on a click.',
  shownBy: isFull
    ? 'Entra admin center: Privileged Identity Management, and Enterprise applications, Application policies'
    : '“Look closer”, while the app is not installed',
});

/** Says of a report that it holds none because nobody saw them. */
export const vendorsUnseen = 'Other backup apps';

const noVendors: NotLookedAt = {
  what: vendorsUnseen,
  why: 'This sign-in may not read what apps were granted.',
  shownBy: 'A sign-in as Global Reader',
};

const lists: Readonly<Record<Unread['list'], Pick<NotLookedAt, 'what' | 'shownBy'>>> = {
  administrators: {
    what: 'Who could install the backup app',
    shownBy: 'Entra admin center, Roles and administrators, Global Administrator',
  },
  namesakes: {
    what: 'Other apps of the backup app’s name',
    shownBy: 'Entra admin center, App registrations, All applications',
  },
  deleted: {
    what: 'A deleted backup app that could be restored',
    shownBy: 'Entra admin center, App registrations, Deleted applications',
  },
};

const accountList = {
  what: 'Accounts and their licences',
  shownBy: 'Microsoft 365 admin center, Users, Active users; or a sign-in as Global Reader',
};

/** A closer look was asked for, and not all of it was to be had. */
const closerRefused = ({ eligible, certificates }: CloserFacts): NotLookedAt[] => [
  ...unless(eligible, {
    what: 'Roles that you could activate',
    shownBy: 'Entra admin center, Privileged Identity Management, My roles',
  }),
  ...unless(certificates, {
    what: 'The policy on apps’ certificates',
    shownBy: 'Entra admin center, Enterprise applications, Application policies',
  }),
];

const unless = (answer: Result<unknown>, what: Pick<NotLookedAt, 'what' | 'shownBy'>): NotLookedAt[] =>
  answer.ok ? [] : [{ ...what, why: refusedBy(answer.error) }];

const refusedBy = (why: Failure): string =>
  why.code === 'graph/forbidden'
    ? 'This sign-in may not read it.'
    : `The directory did not answer: ${told(why)}`;

/** Before the names of apps of which application permissions alone were seen. */
export const delegatedUnseen = 'Delegated permissions of ';

const delegatedOf = (names: readonly string[]): NotLookedAt => ({
  what: `${delegatedUnseen}${names.join(', ')}`,
  why: 'The directory did not tell what was consented to.',
  shownBy: 'Entra admin center, Enterprise applications, Permissions; or a sign-in as Global Reader',
});

/** After the number of apps that are not described. */
export const undescribed = ' more apps that may read mail or files';

const otherApps = (count: number): NotLookedAt => ({
  what: `${count}${undescribed}`,
  why: 'The report describes those with the most rights.',
  shownBy: 'Entra admin center, Enterprise applications, Permissions',
});
