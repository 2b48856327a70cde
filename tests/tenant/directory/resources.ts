/** The service principals every tenant has: Microsoft Graph, Exchange Online, SharePoint Online. */
import resources from '../data/resources.json' with { type: 'json' };
import type { World } from '../world/world.ts';
import type { Scope, ServicePrincipal } from './app-registry.ts';
import { hasPlan, isMailboxPlan, isSharePointPlan } from './licences.ts';

export const graphAppId = '00000003-0000-0000-c000-000000000000';
export const exchangeAppId = '00000002-0000-0ff1-ce00-000000000000';
export const sharePointAppId = '00000003-0000-0ff1-ce00-000000000000';
const microsoftTenantId = 'f8cdef31-a31e-4b4a-93e4-5f571e91255a';

export const isKnownResource = (appId: string) => resources.some((one) => one.appId === appId);

/** The service of a resource is one the tenant has bought; Graph comes with every tenant. */
export function hasService({ directory }: Pick<World, 'directory'>, appId: string): boolean {
  if (appId === exchangeAppId) return hasPlan({ directory }, isMailboxPlan);
  return appId !== sharePointAppId || hasPlan({ directory }, isSharePointPlan);
}

/** Takes one of Microsoft's own service principals away, with all that was granted on it: a tenant that never had it. */
export function removeResource({ directory }: Pick<World, 'directory'>, appId: string): void {
  const { apps, grants } = directory;
  const principal = apps.servicePrincipalByAppId(appId);
  if (!principal) return;
  grants.forget(principal.id);
  apps.purge(principal.id);
}

/**
 * From now on the role of this value has another id, as if Microsoft had made it anew; what was granted under the old
 * one stands, and means nothing any more. Throws a RangeError where the resource has no such role.
 */
export function reassignRoleId(
  { directory }: Pick<World, 'directory'>,
  appId: string,
  value: string,
  newId: string,
): void {
  const resource = directory.apps.servicePrincipalByAppId(appId);
  if (!resource?.appRoles.some((role) => role.value === value))
    throw new RangeError(`${appId} has no role ${value}`);
  resource.appRoles = resource.appRoles.map((role) => (role.value === value ? { ...role, id: newId } : role));
}

/** Adds one of Microsoft's own service principals, as signing up for its service (or POST /servicePrincipals) does. */
export function addResource(world: Pick<World, 'directory' | 'tenant'>, appId: string): ServicePrincipal {
  const known = resources.find((one) => one.appId === appId);
  if (!known) throw new RangeError(`${appId} is none of Microsoft's resources`);
  const { name } = world.tenant;
  const hosts = [`https://${name}.sharepoint.com`, `https://${name}-my.sharepoint.com`];
  return world.directory.apps.addServicePrincipal({
    appId,
    displayName: known.displayName,
    names: appId === sharePointAppId ? hosts : known.names,
    appRoles: known.appRoles,
    scopes: known.scopes as readonly Scope[],
    ownerTenantId: microsoftTenantId,
  });
}
