/** The tenant in which nothing is wrong, and what the broken ones have in common. */
import type { Application, ServicePrincipal } from '../../tenant/directory/app-registry.ts';
import { skuId } from '../../tenant/directory/licences.ts';
import { roleIds } from '../../tenant/directory/roles.ts';
import { addAccount } from '../../tenant/seed/accounts.ts';
import type { Tenant, TenantOptions } from '../../tenant/tenant.ts';
import type { World } from '../../tenant/world/world.ts';

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

export const administrator = 'ada@contoso.example';
export const employee = 'jonas@contoso.example';
export const shared = 'info@contoso.example';

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

export const usual = {
  signInAs: administrator,
  installed: 'reference',
  before: nothing,
  after: nothing,
  repair: 'install',
} as const;

export const byHand = (who: string, what: string): Repair => ({ who, what });

/** What follows where the app gets no token. */
export const noToken = ['token', 'read-mail', 'read-files', 'write'];
/** What follows where there is no app. */
export const noApp = ['principal', 'certificate', ...noToken];

/** What nobody sees without `Directory.Read.All`. */
export const licencesAndServices = [
  'licence-business',
  'licence-exchange',
  'licence-onedrive',
  'resource-exchange',
  'resource-sharepoint',
];

export function principalOf({ directory }: World, clientId: string): ServicePrincipal {
  const principal = directory.apps.servicePrincipalByAppId(clientId);
  if (!principal) throw new RangeError(`${clientId} is not installed`);
  return principal;
}

export function applicationOf({ directory }: World, clientId: string): Application {
  const app = directory.apps.applicationByAppId(clientId);
  if (!app) throw new RangeError(`${clientId} is not registered`);
  return app;
}
