/** What no backup of Holdfast holds, why, and what to do about it; and what this check does not look at. */
import type { NotCovered, NotLookedAt } from '../contract/check.ts';
import type { Vendors } from './check-vendors.ts';
import type { Observations } from './observations.ts';

export const notInThisBackup: readonly NotCovered[] = [
  {
    what: 'Teams chats and channel messages',
    why: 'Microsoft gives them to backup apps only under a separate, metered agreement.',
    instead: 'Microsoft Purview keeps them by retention policy and finds them by eDiscovery.',
  },
  {
    what: 'Calendars and contacts',
    why: 'Not yet: this version backs up mail, OneDrive and tasks.',
    instead:
      'Outlook exports them for one account; deleted ones stay in Recoverable Items for 14 to 30 days.',
  },
  {
    what: 'Tasks of others, but for an app installed as Complete',
    why: 'Reading everybody’s tasks takes Tasks.ReadWrite.All, which the reference page does not ask for: with its rows the tasks of whoever signs in to the app are backed up, and nobody else’s.',
    instead: 'Install the backup app with the profile Complete, or let people back up their own account.',
  },
  {
    what: 'SharePoint sites and Teams files',
    why: 'Not yet: this version backs up mail, OneDrive and tasks.',
    instead: 'The recycle bin of a site keeps what was deleted for 93 days.',
  },
  {
    what: 'Archive mailboxes',
    why: 'Only Exchange Web Services reach them, which Microsoft closes.',
    instead: 'Put a hold on them, or move what matters into the mailbox.',
  },
  {
    what: 'Public folders and group mailboxes',
    why: 'Microsoft Graph does not open them to apps.',
    instead: 'Export them with eDiscovery, or move them into a shared mailbox.',
  },
  {
    what: 'Recoverable items and litigation holds',
    why: 'They are Exchange’s own protection and are not copied.',
    instead: 'They stay in Exchange for as long as the hold does.',
  },
  {
    what: 'Older versions and sharing permissions of files',
    why: 'Not yet: this version keeps what a file is now, not what it was or who else may see it.',
    instead: 'OneDrive keeps versions itself; note who shares what before a drive is deleted.',
  },
  {
    what: 'Hidden mail folders',
    why: 'They hold the working data of Outlook and other programs, not mail.',
    instead: 'Nothing needs to be done: Outlook makes them anew.',
  },
  {
    what: 'OneNote notebooks',
    why: 'OneDrive does not hand them out as files; their own interface needs a permission Holdfast does not ask for.',
    instead: 'Export notebooks from OneNote itself.',
  },
  {
    what: 'Planner, Forms, Power Platform, Loop and Viva',
    why: 'Not covered by any permission in the profiles.',
    instead: 'Each has an export of its own.',
  },
  {
    what: 'Deleted accounts, roles and policies of Entra',
    why: 'Facts of accounts and groups are backed up; an account itself, its licences, password and roles are not.',
    instead: 'Entra keeps deleted users for 30 days; note roles and policies outside of it.',
  },
];

interface Look {
  readonly seen: Observations;
  readonly vendors: Vendors;
  readonly isFull: boolean;
}

/** What this look at this tenant left open. */
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
