/**
 * Tenants with one thing wrong each, and what a check should say of it: the cause, and what else is wrong because of it.
 * All start from the same tenant, in which nothing is. `root` and `nested` are ids of findings.
 */
import type { Application, ServicePrincipal } from '../tenant/directory/app-registry.ts';
import { skuId } from '../tenant/directory/licences.ts';
import {
  exchangeAppId,
  graphAppId,
  reassignRoleId,
  removeResource,
  sharePointAppId,
} from '../tenant/directory/resources.ts';
import { roleIds } from '../tenant/directory/roles.ts';
import type { Subscription } from '../tenant/directory/store.ts';
import { clientIds } from '../tenant/entra/known-clients.ts';
import { addAccount } from '../tenant/seed/accounts.ts';
import type { Tenant, TenantOptions } from '../tenant/tenant.ts';
import type { World } from '../tenant/world/world.ts';

/** Mended by a button, or by somebody who does something. */
export type Repair = 'install' | 'join' | { readonly who: string; readonly what: string };

export interface BrokenTenant {
  readonly name: string;
  /** User principal name of who asks for the check. */
  readonly signInAs: string;
  /** The profile an administrator installs between `before` and `after`; null: nothing is installed. */
  readonly installed: 'read-only' | 'reference' | 'complete' | null;
  before(tenant: Tenant): void;
  /** `clientId`: of the backup app; empty where nothing is installed. */
  after(tenant: Tenant, clientId: string): void;
  readonly root: string;
  readonly nested: readonly string[];
  readonly repair: Repair;
}

const administrator = 'ada@contoso.example';
const employee = 'jonas@contoso.example';
const shared = 'info@contoso.example';

/** An administrator, an employee and a shared mailbox, all licensed. */
export const plainTenant: TenantOptions = {
  seed: 'empty',
  furnish: (world) => {
    const premium = skuId('SPB');
    world.directory.subscriptions.push({ skuId: premium, units: 10, capabilityStatus: 'Enabled' });
    const assignedSkus = [premium];
    const roles = [roleIds.globalAdministrator];
    addAccount(world, { userPrincipalName: administrator, displayName: 'Ada Brandt', assignedSkus, roles });
    addAccount(world, { userPrincipalName: employee, displayName: 'Jonas Meyerhold', assignedSkus });
    const mailbox = { displayName: 'Info', purpose: 'shared', accountEnabled: false } as const;
    addAccount(world, { userPrincipalName: shared, assignedSkus, ...mailbox });
  },
};

const nothing = (): void => undefined;

const usual = {
  signInAs: administrator,
  installed: 'reference',
  before: nothing,
  after: nothing,
  repair: 'install',
} as const;

const byHand = (who: string, what: string): Repair => ({ who, what });

/** What follows where the app gets no token. */
const noToken = ['token', 'read-mail', 'read-files', 'write'];
/** What follows where there is no app. */
const noApp = ['principal', 'certificate', ...noToken];

/** What nobody sees without `Directory.Read.All`. */
const licencesAndServices = [
  'licence-business',
  'licence-exchange',
  'licence-onedrive',
  'resource-exchange',
  'resource-sharepoint',
];

function principalOf({ directory }: World, clientId: string): ServicePrincipal {
  const principal = directory.apps.servicePrincipalByAppId(clientId);
  if (!principal) throw new RangeError(`${clientId} is not installed`);
  return principal;
}

function applicationOf({ directory }: World, clientId: string): Application {
  const app = directory.apps.applicationByAppId(clientId);
  if (!app) throw new RangeError(`${clientId} is not registered`);
  return app;
}

const resourceAppIds = { graph: graphAppId, exchange: exchangeAppId } as const;
type Resource = keyof typeof resourceAppIds;

/** An app role of the backup app is taken back. */
function withoutRole(resource: Resource, value: string, nested: readonly string[] = []): BrokenTenant {
  return {
    ...usual,
    name: `without ${value} of ${resource}`,
    root: `role:${resource}:${value}`,
    nested,
    after: ({ world }, clientId) => {
      const { apps, grants } = world.directory;
      const service = apps.servicePrincipalByAppId(resourceAppIds[resource]);
      const role = service?.appRoles.find((one) => one.value === value);
      const { id } = principalOf(world, clientId);
      const held = grants
        .assignments()
        .find(
          (one) => one.principalId === id && one.resourceId === service?.id && one.appRoleId === role?.id,
        );
      if (!held || !grants.unassign(held.id)) throw new RangeError(`${value} is not assigned`);
    },
  };
}

/** A delegated permission of the backup app is taken out of its grant. */
function withoutScope(value: string): BrokenTenant {
  return {
    ...usual,
    name: `without ${value}, delegated`,
    root: `role:graph:${value}`,
    nested: [],
    after: ({ world }, clientId) => {
      const { id } = principalOf(world, clientId);
      const words = (scope: string) => scope.split(' ');
      const grant = world.directory.grants
        .scopeGrants()
        .find((one) => one.clientId === id && words(one.scope).includes(value));
      if (!grant) throw new RangeError(`${value} is not granted`);
      grant.scope = words(grant.scope)
        .filter((word) => word !== value)
        .join(' ');
    },
  };
}

const missingPermissions: readonly BrokenTenant[] = [
  withoutRole('graph', 'Mail.ReadWrite', ['read-mail', 'write']),
  withoutRole('graph', 'User.ReadWrite.All'),
  withoutRole('graph', 'Application.ReadWrite.All'),
  withoutRole('graph', 'Group.Read.All'),
  withoutRole('graph', 'Contacts.ReadWrite'),
  withoutRole('graph', 'Group.Create'),
  withoutRole('graph', 'Files.ReadWrite.All', ['read-files', 'write']),
  withoutRole('graph', 'Calendars.ReadWrite'),
  withoutRole('exchange', 'full_access_as_app'),
  withoutRole('exchange', 'Mail.ReadWrite'),
  withoutRole('exchange', 'Calendars.ReadWrite.All'),
  withoutScope('Tasks.ReadWrite'),
  withoutScope('Directory.ReadWrite.All'),
  withoutScope('Group.ReadWrite.All'),
  withoutScope('offline_access'),
  {
    ...usual,
    name: 'Mail.ReadWrite has another id than when it was granted',
    root: 'role:graph:Mail.ReadWrite',
    nested: ['read-mail', 'write'],
    after: ({ world }) =>
      reassignRoleId(world, graphAppId, 'Mail.ReadWrite', '99999999-1111-4222-8333-444444444444'),
  },
];

const reader = 'reader@contoso.example';
const eligible = 'priya@contoso.example';
const partner = 'olga@partner.example';
const tellAdministrator = byHand('administrator', 'Sign in as a Global Administrator and install the app.');

const signIns: readonly BrokenTenant[] = [
  {
    ...usual,
    name: 'nobody consents any more to the check',
    signInAs: reader,
    before: ({ world }) => {
      const roles = [roleIds.globalReader];
      world.directory.addUser({ userPrincipalName: reader, displayName: 'Rita Reader', roles });
    },
    after: ({ world }) => world.directory.grants.forget(principalOf(world, clientIds.registrator).id),
    root: 'consent',
    // With User.Read alone neither what was bought nor service principals can be read.
    nested: [...licencesAndServices, 'backup-app', ...noApp],
    repair: byHand('administrator', 'Open the link for administrators and accept.'),
  },
  {
    ...usual,
    name: 'an administrator who has not activated the role',
    signInAs: eligible,
    installed: null,
    before: ({ world: { directory } }) => {
      directory.subscriptions.push({
        skuId: skuId('AAD_PREMIUM_P2'),
        units: 1,
        capabilityStatus: 'Enabled',
      });
      const eligibleRoles = [roleIds.globalAdministrator];
      directory.addUser({ userPrincipalName: eligible, displayName: 'Priya Ramanathan', eligibleRoles });
    },
    root: 'role-eligible',
    nested: ['administrator', 'backup-app', ...noApp],
    repair: byHand('you', 'Activate the role in Privileged Identity Management and sign in again.'),
  },
  {
    ...usual,
    name: 'not an administrator',
    signInAs: employee,
    installed: null,
    root: 'administrator',
    nested: ['backup-app', ...noApp],
    repair: tellAdministrator,
  },
  {
    ...usual,
    name: 'a partner’s technician who may only read',
    signInAs: partner,
    installed: null,
    before: ({ world }) => {
      const homeTenantId = 'bbbbbbbb-1111-4222-8333-444444444444';
      const roles = [roleIds.globalReader];
      const names = { userPrincipalName: partner, displayName: 'Partner Technician' };
      world.directory.addPartner({ ...names, homeTenantId, roles });
    },
    root: 'partner',
    nested: ['administrator', 'backup-app', ...noApp],
    repair: tellAdministrator,
  },
];

const backupApps: readonly BrokenTenant[] = [
  {
    ...usual,
    name: 'the tenant’s policy refuses certificates',
    before: ({ world }) => void (world.switches.appCertificates = 'refused'),
    root: 'credential-policy',
    nested: ['certificate', ...noToken],
    repair: byHand('administrator', 'Except the backup app from the app management policy.'),
  },
  {
    ...usual,
    name: 'roles granted a moment ago, which take five minutes to stand in tokens',
    after: ({ world }) => void (world.replication.grantMs = 300_000),
    root: 'replication',
    nested: noToken,
    repair: byHand('nobody', 'Wait: Microsoft’s directory takes some minutes.'),
  },
  {
    ...usual,
    name: 'a second app of the same name',
    after: ({ world }, clientId) => {
      const { displayName } = applicationOf(world, clientId).fields;
      world.directory.apps.addApplication({ fields: { displayName } });
    },
    root: 'app-duplicate',
    nested: [],
    repair: byHand('administrator', 'Delete the app that no device uses.'),
  },
  {
    ...usual,
    name: 'an app that was disabled',
    after: ({ world }, clientId) => {
      principalOf(world, clientId).fields['accountEnabled'] = false;
    },
    root: 'backup-app-enabled',
    nested: noToken,
  },
  {
    ...usual,
    name: 'a certificate that has expired',
    after: ({ world }, clientId) => {
      const app = applicationOf(world, clientId);
      const [startDateTime, endDateTime] = ['2020-01-01T00:00:00Z', '2020-03-31T00:00:00Z'];
      app.keys = app.keys.map((key) => ({ ...key, startDateTime, endDateTime }));
    },
    root: 'certificate-expired',
    nested: noToken,
    repair: 'join',
  },
  {
    ...usual,
    name: 'Conditional Access blocks the app',
    after: ({ world }) => void (world.switches.conditionalAccess = 'blocks-app'),
    root: 'conditional-access',
    nested: noToken,
    repair: byHand('administrator', 'Except the backup app from the policy for workload identities.'),
  },
  {
    ...usual,
    name: 'an app in the recycle bin, its service principal gone',
    after: ({ world }, clientId) => {
      const { apps } = world.directory;
      const { id } = principalOf(world, clientId);
      world.directory.grants.forget(id);
      applicationOf(world, clientId).deletedAt = world.clock.now();
      apps.purge(id);
    },
    root: 'app-deleted',
    nested: ['backup-app', ...noApp],
  },
];

/** Everybody has these licences and the tenant no others. */
function sellOnly({ directory }: World, partNumbers: readonly string[], more: Partial<Subscription> = {}) {
  const assignedSkus = partNumbers.map((partNumber) => skuId(partNumber));
  directory.subscriptions.splice(
    0,
    Infinity,
    ...assignedSkus.map((id) => ({ skuId: id, units: 10, capabilityStatus: 'Enabled' as const, ...more })),
  );
  for (const user of directory.users()) user.assignedSkus = [...assignedSkus];
}

const buy = (what: string) => byHand('administrator', what);

const licences: readonly BrokenTenant[] = [
  {
    ...usual,
    name: 'no Exchange',
    before: ({ world }) => {
      sellOnly(world, ['O365_BUSINESS']);
      for (const { id } of world.directory.users()) world.mail.removeMailbox(id);
      removeResource(world, exchangeAppId);
      world.switches.resourceCreation = 'refused';
    },
    root: 'licence-exchange',
    nested: [
      'resource-exchange',
      'role:exchange:full_access_as_app',
      'role:exchange:Mail.ReadWrite',
      'role:exchange:Calendars.ReadWrite.All',
      'read-mail',
    ],
    repair: buy('Buy a licence with Exchange Online.'),
  },
  {
    ...usual,
    name: 'no SharePoint',
    before: ({ world }) => {
      sellOnly(world, ['EXCHANGESTANDARD']);
      removeResource(world, sharePointAppId);
      world.switches.resourceCreation = 'refused';
    },
    root: 'licence-onedrive',
    nested: ['resource-sharepoint', 'read-files'],
    repair: buy('Buy a licence with SharePoint or OneDrive.'),
  },
  {
    ...usual,
    name: 'nothing but kiosk mailboxes',
    before: ({ world }) => sellOnly(world, ['SPE_F1']),
    root: 'accounts-kiosk',
    nested: [],
    repair: buy('Buy a licence with a whole mailbox for who needs one.'),
  },
  {
    ...usual,
    name: 'a suspended subscription',
    before: ({ world }) => sellOnly(world, ['SPB'], { capabilityStatus: 'Suspended' }),
    root: 'licence-business',
    nested: ['licence-exchange', 'licence-onedrive'],
    repair: buy('Renew the subscription.'),
  },
  {
    ...usual,
    name: 'nothing but a trial',
    before: ({ world }) => sellOnly(world, ['SPB'], { isTrial: true }),
    root: 'licence-business',
    nested: ['licence-exchange', 'licence-onedrive'],
    repair: buy('Buy what is being tried.'),
  },
  {
    ...usual,
    name: 'a shared mailbox without a licence',
    before: ({ world }) => {
      const mailbox = world.directory.user(shared);
      if (mailbox) mailbox.assignedSkus = [];
    },
    root: 'shared-unlicensed',
    nested: [],
    repair: buy('Assign a licence to the shared mailbox, or back it up anyway.'),
  },
];

export const brokenTenants: readonly BrokenTenant[] = [
  ...missingPermissions,
  ...signIns,
  ...backupApps,
  ...licences,
];
