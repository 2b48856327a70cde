/** Apps of other vendors that an administrator let in: what a tenant has besides the app that looks at it. */
import type { ServicePrincipal } from '../directory/app-registry.ts';
import { exchangeAppId, graphAppId, sharePointAppId } from '../directory/resources.ts';
import { isoSeconds } from '../world/clock.ts';
import type { World } from '../world/world.ts';

/** Values of roles or scopes by the resource's app id. */
type Wanted = Readonly<Record<string, readonly string[]>>;

export interface VendorApp {
  readonly name: string;
  readonly roles: Wanted;
  /** Consented to for everybody. */
  readonly scopes?: Wanted;
  /** When its secret ends, ISO 8601; without it the app has none. */
  readonly secretEnds?: string;
}

interface Named {
  readonly resource: ServicePrincipal;
  readonly ids: readonly string[];
}

/** Throws a RangeError where the tenant has no such resource, or the resource no such role or scope. */
function named({ directory }: World, wanted: Wanted, of: 'appRoles' | 'scopes'): Named[] {
  return Object.entries(wanted).map(([appId, values]) => {
    const resource = directory.apps.servicePrincipalByAppId(appId);
    const ids = values.map((value) => {
      const found = resource?.[of].find((one) => one.value === value);
      if (!found) throw new RangeError(`${appId} has none of its ${of} called ${value}`);
      return found.id;
    });
    if (!resource) throw new RangeError(`the tenant has no ${appId}`);
    return { resource, ids };
  });
}

/** Registers an app in the tenant, installs it and grants it everything. */
export function addVendorApp(world: World, app: VendorApp): ServicePrincipal {
  const { apps, grants } = world.directory;
  const { name, scopes = {}, secretEnds } = app;
  const roles = named(world, app.roles, 'appRoles');
  const delegated = named(world, scopes, 'scopes');
  const access = (list: readonly Named[], type: 'Role' | 'Scope') =>
    list.map(({ resource, ids }) => ({
      resourceAppId: resource.appId,
      resourceAccess: ids.map((id) => ({ id, type })),
    }));
  const requiredResourceAccess = [...access(roles, 'Role'), ...access(delegated, 'Scope')];
  const { appId, passwords } = apps.addApplication({ fields: { displayName: name, requiredResourceAccess } });
  if (secretEnds !== undefined) {
    passwords.push({
      keyId: world.ids.guid(),
      displayName: name,
      startDateTime: isoSeconds(world.clock.now()),
      endDateTime: secretEnds,
      hint: 'vnd',
      secretText: world.ids.opaque(30),
      addedAt: world.clock.now(),
    });
  }
  const principal = apps.addServicePrincipal({ appId, displayName: name });
  for (const { resource, ids } of roles) {
    for (const appRoleId of ids)
      grants.assign({ principalId: principal.id, resourceId: resource.id, appRoleId });
  }
  for (const { resource } of delegated) {
    const everybody = { consentType: 'AllPrincipals', principalId: null } as const;
    const scope = (scopes[resource.appId] ?? []).join(' ');
    grants.grant({ clientId: principal.id, resourceId: resource.id, ...everybody, scope });
  }
  return principal;
}

/** What its vendor's guide asks for, and one role more: nobody remembers why. */
export const demoVendorApp: VendorApp = {
  name: 'Veeam Backup for Microsoft 365',
  roles: {
    [graphAppId]: [
      'Directory.Read.All',
      'Group.Read.All',
      'Sites.Read.All',
      'TeamSettings.ReadWrite.All',
      'ChannelMessage.Read.All',
      'Mail.Send',
    ],
    [exchangeAppId]: ['full_access_as_app', 'Exchange.ManageAsApp'],
    [sharePointAppId]: ['Sites.FullControl.All', 'User.Read.All'],
  },
  secretEnds: '2028-05-31T00:00:00Z',
};
