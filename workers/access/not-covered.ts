/** What no backup of Holdfast holds, and why; heads the report. */
import type { CheckReport } from '../contract/check.ts';

export const notInThisBackup: CheckReport['notInThisBackup'] = [
  {
    what: 'Teams chats and channel messages',
    why: 'Microsoft gives them to backup apps only under a separate, metered agreement.',
  },
  { what: 'Calendars, contacts and tasks', why: 'Not yet: this version backs up mail and OneDrive.' },
  { what: 'SharePoint sites and Teams files', why: 'Not yet: this version backs up mail and OneDrive.' },
  { what: 'Archive mailboxes', why: 'Only Exchange Web Services reach them, which Microsoft closes.' },
  { what: 'Public folders and group mailboxes', why: 'Microsoft Graph does not open them to apps.' },
  {
    what: 'Recoverable items and litigation holds',
    why: 'They are Exchange’s own protection and are not copied.',
  },
  {
    what: 'Older versions and sharing permissions of files',
    why: 'Not yet: this version keeps what a file is now, not what it was or who else may see it.',
  },
  { what: 'Hidden mail folders', why: 'They hold the working data of Outlook and other programs, not mail.' },
  {
    what: 'OneNote notebooks',
    why: 'OneDrive does not hand them out as files; their own interface needs a permission Holdfast does not ask for.',
  },
  {
    what: 'Planner, Forms, Power Platform, Loop and Viva',
    why: 'Not covered by any permission in the profiles.',
  },
  {
    what: 'Entra users, groups and policies',
    why: 'Read to know who there is; not restorable from this backup.',
  },
];
