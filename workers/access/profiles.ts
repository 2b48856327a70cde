/** What the backup app is granted, a choice of the operator; write-roles.ts has what a restore is lent beyond it. */
import type { Profile } from '../contract/check.ts';
import { permission, type Permission, type ResourceName } from './permissions.ts';

const roles = (resource: ResourceName, ...values: string[]): Permission[] =>
  values.map((value) => permission(resource, value, 'Role'));
const scopes = (...values: string[]): Permission[] =>
  values.map((value) => permission('graph', value, 'Scope'));

/** Every row of the reference page that names a permission its resource has. */
const reference: readonly Permission[] = [
  ...roles('graph', 'Mail.ReadWrite', 'User.ReadWrite.All', 'Application.ReadWrite.All', 'Group.Read.All'),
  ...roles('graph', 'Contacts.ReadWrite', 'Group.Create', 'Files.ReadWrite.All', 'Calendars.ReadWrite'),
  ...scopes('Tasks.ReadWrite', 'Directory.ReadWrite.All', 'Group.ReadWrite.All', 'offline_access'),
  ...roles('exchange', 'full_access_as_app', 'Mail.ReadWrite', 'Calendars.ReadWrite.All'),
];

const readOnly = roles('graph', 'Mail.Read', 'Files.Read.All', 'User.Read.All', 'MailboxSettings.Read');

const profiles: Readonly<Record<Profile, readonly Permission[]>> = {
  'read-only': readOnly,
  reference,
  /** Each needed by a feature, and nothing beside: tests/contract/least-privilege.test.ts. */
  complete: [
    ...roles('graph', 'Mail.ReadWrite', 'Sites.ReadWrite.All', 'User.Read.All', 'MailboxSettings.Read'),
    ...roles('graph', 'Tasks.ReadWrite.All', 'Group.Read.All', 'Group.Create'),
    ...scopes('Directory.ReadWrite.All', 'Group.ReadWrite.All', 'offline_access'),
  ],
};

export const permissionsOf = (profile: Profile): readonly Permission[] => profiles[profile];
