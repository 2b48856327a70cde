/** Recording consent: by a user for himself, by an administrator for all, at sign-in or at `/adminconsent`. */
import type { Application, ServicePrincipal } from '../directory/app-registry.ts';
import type { DirectoryUser } from '../directory/store.ts';
import { grantsScopes } from '../directory/roles.ts';
import type { World } from '../world/world.ts';
import { declared, displayNameOf, missingConsent, type ScopeRequest } from './request.ts';

/** The tenant of apps that are registered elsewhere. */
const publisherTenantId = '9b1f3c52-7d0e-4c58-9a55-6f1f8f6a2b10';

/** The app's service principal in this tenant, made at first consent. */
export function installApp(world: World, app: Application): ServicePrincipal {
  const { apps } = world.directory;
  return (
    apps.servicePrincipalByAppId(app.appId) ??
    apps.addServicePrincipal({
      appId: app.appId,
      displayName: displayNameOf(app),
      ownerTenantId: app.foreign ? (app.publisherTenantId ?? publisherTenantId) : world.tenant.id,
    })
  );
}

/** What stands under the app's name on a consent page. */
export const publisherOf = (world: World, app: Application) =>
  app.foreign ? 'unverified' : world.tenant.displayName;

export const mayConsentForAll = (user: DirectoryUser) => grantsScopes(new Set(user.roles));

/** Writes down what was missing, for the user or for everybody. */
export function recordConsent(
  world: World,
  consent: { app: Application; user: DirectoryUser; request: ScopeRequest; forEveryone: boolean },
): void {
  const { app, user, request, forEveryone } = consent;
  const { apps, grants } = world.directory;
  const client = installApp(world, app);
  const missing = missingConsent(world, client, request, user.id);
  const who = forEveryone
    ? ({ consentType: 'AllPrincipals', principalId: null } as const)
    : ({ consentType: 'Principal', principalId: user.id } as const);
  const onResource = missing.filter((scope) => request.resource.scopes.some((one) => one.id === scope.id));
  const onGraph = missing.filter((scope) => !onResource.includes(scope));
  const write = (resourceId: string | undefined, scopes: readonly string[]) => {
    if (resourceId !== undefined && scopes.length > 0) {
      grants.consent({ clientId: client.id, resourceId, ...who, scopes });
    }
  };
  write(
    request.resource.id,
    onResource.map((scope) => scope.value),
  );
  write(
    apps.resource('https://graph.microsoft.com')?.id,
    onGraph.map((scope) => scope.value),
  );
}

/** What `/adminconsent` grants: exactly what the app's manifest declares, roles and scopes, on each resource. */
export function grantDeclared(world: World, app: Application): void {
  const { apps, grants } = world.directory;
  const client = installApp(world, app);
  for (const resource of apps.servicePrincipals()) {
    for (const appRoleId of declared(app, resource.appId, 'Role')) {
      if (resource.appRoles.some((role) => role.id === appRoleId)) {
        grants.assign({ principalId: client.id, resourceId: resource.id, appRoleId });
      }
    }
    const ids = declared(app, resource.appId, 'Scope');
    const scopes = resource.scopes.filter((scope) => ids.includes(scope.id)).map((scope) => scope.value);
    if (scopes.length > 0) {
      const everybody = { consentType: 'AllPrincipals', principalId: null } as const;
      grants.consent({ clientId: client.id, resourceId: resource.id, ...everybody, scopes });
    }
  }
}

/**
 * What `/v2.0/adminconsent` grants where its `scope` names permissions one by one: delegated ones, for everybody
 * (learn.microsoft.com/entra/identity-platform/v2-admin-consent: "static (using /.default) or dynamic scopes").
 */
export function grantNamed(world: World, app: Application, names: readonly string[]): void {
  const { apps, grants } = world.directory;
  const client = installApp(world, app);
  for (const name of names) {
    const slash = name.lastIndexOf('/');
    const resource = apps.resource(name.slice(0, slash));
    const scope = resource?.scopes.find(({ value }) => value === name.slice(slash + 1));
    if (!resource || !scope) continue;
    const everybody = { consentType: 'AllPrincipals', principalId: null } as const;
    grants.consent({ clientId: client.id, resourceId: resource.id, ...everybody, scopes: [scope.value] });
  }
}

/** What the consent page of `/adminconsent` lists. */
export function declaredPermissions(world: World, app: Application) {
  return world.directory.apps.servicePrincipals().flatMap((resource) => {
    const ids = new Set([
      ...declared(app, resource.appId, 'Role'),
      ...declared(app, resource.appId, 'Scope'),
    ]);
    const roles = resource.appRoles.filter((role) => ids.has(role.id));
    const scopes = resource.scopes.filter((scope) => ids.has(scope.id));
    return [...roles, ...scopes].map(({ value, name }) => ({ value, name, user: name, admin: true }));
  });
}
