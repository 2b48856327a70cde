/** What one look at one tenant left open, why, and what would show it. */
import type { NotLookedAt } from '../contract/check.ts';
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
    ...(seen.closer === null ? [onAClick(isFull)] : []),
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
    ...seen.unread.map(unreadList),
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

const noVendors: NotLookedAt = {
  what: 'Other backup apps',
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

const unreadList = ({ list, why }: Unread): NotLookedAt => ({
  ...lists[list],
  why:
    why.code === 'graph/forbidden'
      ? 'This sign-in may not read it.'
      : `The directory did not answer: ${told(why)}`,
});

const delegatedOf = (names: readonly string[]): NotLookedAt => ({
  what: `Delegated permissions of ${names.join(', ')}`,
  why: 'The directory did not tell what was consented to.',
  shownBy: 'Entra admin center, Enterprise applications, Permissions; or a sign-in as Global Reader',
});

const otherApps = (count: number): NotLookedAt => ({
  what: `${count} more apps that may read mail or files`,
  why: 'The report describes those with the most rights.',
  shownBy: 'Entra admin center, Enterprise applications, Permissions',
});
