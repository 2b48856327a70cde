/** What no backup of Holdfast holds, why, and what to do about it. */
import type { NotCovered } from '../contract/check.ts';

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
