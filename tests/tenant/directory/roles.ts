/** Built-in directory roles and what each may do to apps. Ids: Microsoft Learn, "Microsoft Entra built-in roles". */

export const roleIds = {
  globalAdministrator: '62e90394-69f5-4237-9190-012177145e10',
  privilegedRoleAdministrator: 'e8611ab8-c189-46e8-94e1-60213ab1f814',
  applicationAdministrator: '9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3',
  cloudApplicationAdministrator: '158c047a-c907-4556-b7ef-446551a6b5f7',
  exchangeAdministrator: '29232cdf-9323-42fd-ade2-1d097af3e4de',
  userAdministrator: 'fe930be7-5e62-47db-91af-98c3a49a38b1',
  globalReader: 'f2ef992c-3afb-46b9-b7cf-a126ee74c451',
  billingAdministrator: 'b0f54661-2d74-4c50-afa3-1ec803f12efe',
  helpdeskAdministrator: '729827e3-9c14-49f7-bb1b-9608f156bbb8',
} as const;

export const builtInRoles: readonly { templateId: string; displayName: string; description: string }[] = [
  {
    templateId: roleIds.globalAdministrator,
    displayName: 'Global Administrator',
    description:
      'Can manage all aspects of Microsoft Entra ID and Microsoft services that use its identities.',
  },
  {
    templateId: roleIds.privilegedRoleAdministrator,
    displayName: 'Privileged Role Administrator',
    description: 'Can manage role assignments in Microsoft Entra ID, and all aspects of PIM.',
  },
  {
    templateId: roleIds.applicationAdministrator,
    displayName: 'Application Administrator',
    description: 'Can create and manage all aspects of app registrations and enterprise apps.',
  },
  {
    templateId: roleIds.cloudApplicationAdministrator,
    displayName: 'Cloud Application Administrator',
    description: 'Can manage app registrations and enterprise apps except App Proxy.',
  },
  {
    templateId: roleIds.exchangeAdministrator,
    displayName: 'Exchange Administrator',
    description: 'Can manage all aspects of the Exchange product.',
  },
  {
    templateId: roleIds.userAdministrator,
    displayName: 'User Administrator',
    description: 'Can manage all aspects of users and groups, including resetting passwords.',
  },
  {
    templateId: roleIds.globalReader,
    displayName: 'Global Reader',
    description: 'Can read everything that a Global Administrator can, but not update anything.',
  },
  {
    templateId: roleIds.billingAdministrator,
    displayName: 'Billing Administrator',
    description: 'Can perform common billing related tasks like updating payment information.',
  },
  {
    templateId: roleIds.helpdeskAdministrator,
    displayName: 'Helpdesk Administrator',
    description: 'Can reset passwords for non-administrators and Helpdesk Administrators.',
  },
];

const holdsAny = (held: ReadonlySet<string>, ...roles: string[]) => roles.some((role) => held.has(role));

/** May create and change app registrations and service principals of others. */
export const managesApps = (held: ReadonlySet<string>) =>
  holdsAny(
    held,
    roleIds.globalAdministrator,
    roleIds.applicationAdministrator,
    roleIds.cloudApplicationAdministrator,
  );

/** May grant Microsoft Graph's own app roles: application administrators may grant everything but those. */
export const grantsGraphRoles = (held: ReadonlySet<string>) =>
  holdsAny(held, roleIds.globalAdministrator, roleIds.privilegedRoleAdministrator);

/** May consent for everybody to delegated permissions. */
export const grantsScopes = (held: ReadonlySet<string>) => managesApps(held) || grantsGraphRoles(held);

export const managesUsers = (held: ReadonlySet<string>) =>
  holdsAny(held, roleIds.globalAdministrator, roleIds.userAdministrator);
