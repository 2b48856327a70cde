/** Delegated scopes by purpose, asked for when needed (incremental consent). */

/** The quick check reads the directory and nothing else; Global Reader is enough. */
export const checkScopes = ['User.Read', 'Directory.Read.All'] as const;

/** Everybody may consent to this for themselves: who am I, which roles have I. */
export const whoScopes = ['User.Read'] as const;

/** Roles that one could activate (PIM), and the tenant's policy on apps' credentials. */
export const closerScopes = [
  ...checkScopes,
  'RoleEligibilitySchedule.Read.Directory',
  'Policy.Read.All',
] as const;

/** As the reference page has the Registrator: acts with the administrator's own directory rights. */
export const installScopes = ['Directory.AccessAsUser.All'] as const;

/** One's own mail, files and tasks, to read and to put back; people may consent to them for themselves. */
export const ownScopes = [
  'User.Read',
  'Mail.ReadWrite',
  'Files.ReadWrite',
  'Tasks.ReadWrite',
  'MailboxSettings.Read',
  'offline_access',
] as const;

/** What Microsoft documents for the same calls today, asked for where the one above is refused with 403. */
export const documentedInstallScopes = [
  'Application.ReadWrite.All',
  'AppRoleAssignment.ReadWrite.All',
  'DelegatedPermissionGrant.ReadWrite.All',
  'Directory.Read.All',
] as const;
