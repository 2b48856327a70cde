/** The app roles that a restore may ask for, and what each lets the app do, in plain words. */
export const lentRoles = {
  'Mail.ReadWrite': 'change mail in every mailbox of the tenant',
  'Files.ReadWrite.All': 'change files in every OneDrive and site of the tenant',
  'Tasks.ReadWrite.All': 'change the tasks of every person of the tenant',
} as const;

export type LentRole = keyof typeof lentRoles;

export const isLentRole = (role: string): role is LentRole => Object.hasOwn(lentRoles, role);
