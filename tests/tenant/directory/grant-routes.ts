/** Granting: app roles to service principals, scopes to clients. */
import { Hono, type Context } from 'hono';
import { GraphError, type GraphEnv } from '../graph/context.ts';
import type { Entity } from '../graph/odata.ts';
import type { World } from '../world/world.ts';
import {
  badRequest,
  deletedSince,
  isReplicated,
  many,
  metadata,
  notFound,
  readBody,
  requireRole,
} from './answer.ts';
import type { ServicePrincipal } from './app-registry.ts';
import type { AppRoleAssignment, ScopeGrant } from './grant-registry.ts';
import { principalAt } from './principal-routes.ts';
import { graphAppId } from './resources.ts';
import { grantsGraphRoles, grantsScopes } from './roles.ts';

type C = Context<GraphEnv>;

function assignmentJson(world: World, assignment: AppRoleAssignment): Entity {
  const { apps } = world.directory;
  return {
    id: assignment.id,
    deletedDateTime: null,
    appRoleId: assignment.appRoleId,
    createdDateTime: new Date(assignment.createdAt).toISOString().replace(/Z$/, '0000Z'),
    principalDisplayName: apps.servicePrincipal(assignment.principalId)?.displayName ?? null,
    principalId: assignment.principalId,
    principalType: 'ServicePrincipal',
    resourceDisplayName: apps.servicePrincipal(assignment.resourceId)?.displayName ?? null,
    resourceId: assignment.resourceId,
  };
}

/** Graph's own roles take a Global or Privileged Role Administrator; those of other resources any app administrator. */
function requireGranter(c: C, resource: ServicePrincipal | undefined): void {
  requireRole(c, resource?.appId === graphAppId ? grantsGraphRoles : grantsScopes);
}

function known(world: World, id: unknown): ServicePrincipal {
  const principal = world.directory.apps.servicePrincipal(String(id));
  if (!principal || !isReplicated(world, principal)) throw notFound(String(id));
  return principal;
}

async function assign(c: C, side: 'appRoleAssignments' | 'appRoleAssignedTo') {
  const world = c.get('world');
  const at = principalAt(c);
  const { principalId, resourceId, appRoleId } = await readBody(c);
  for (const [name, value] of Object.entries({ principalId, resourceId, appRoleId })) {
    if (typeof value !== 'string')
      throw badRequest(`A value is required for property '${name}' of resource 'AppRoleAssignment'.`);
  }
  const principal = known(world, principalId);
  const resource = known(world, resourceId);
  requireGranter(c, resource);
  if ((side === 'appRoleAssignments' ? principal : resource).id !== at.id)
    throw badRequest('Not a valid reference update.');
  if (!resource.appRoles.some((role) => role.id === appRoleId)) {
    throw badRequest(`Permission being assigned was not found on application '${resource.id}'`);
  }
  const made = world.directory.grants.assign({
    principalId: principal.id,
    resourceId: resource.id,
    appRoleId: String(appRoleId),
  });
  if (!made) throw badRequest('Permission being assigned already exists on the object');
  const context = metadata(`servicePrincipals('${at.id}')/${side}/$entity`);
  return c.json({ '@odata.context': context, ...assignmentJson(world, made) }, 201);
}

function assignmentRoutes(routes: Hono<GraphEnv>): void {
  for (const [side, key] of [
    ['appRoleAssignments', 'principalId'],
    ['appRoleAssignedTo', 'resourceId'],
  ] as const) {
    const held = (c: C) => {
      const { id } = principalAt(c);
      return c
        .get('world')
        .directory.grants.assignments(deletedSince(c))
        .filter((one) => one[key] === id);
    };
    routes.get(`/servicePrincipals/:principal/${side}`, (c) => {
      const items = held(c).map((one) => assignmentJson(c.get('world'), one));
      return many(c, `servicePrincipals('${principalAt(c).id}')/${side}`, items);
    });
    routes.post(`/servicePrincipals/:principal/${side}`, (c) => assign(c, side));
    routes.delete(`/servicePrincipals/:principal/${side}/:assignment`, (c) => {
      const id = c.req.param('assignment') ?? '';
      const found = held(c).find((one) => one.id === id);
      if (!found) throw notFound(id);
      const { directory } = c.get('world');
      requireGranter(c, directory.apps.servicePrincipal(found.resourceId));
      directory.grants.unassign(id);
      return c.body(null, 204);
    });
  }
}

function grantJson({ id, clientId, consentType, principalId, resourceId, scope }: ScopeGrant): Entity {
  return { id, clientId, consentType, principalId, resourceId, scope };
}

const grantsRead = (c: C) => c.get('world').directory.grants.scopeGrants(deletedSince(c));

const grantAt = (c: C): ScopeGrant => {
  const id = c.req.param('grant') ?? '';
  const found = grantsRead(c).find((one) => one.id === id);
  if (!found) throw notFound(id);
  return found;
};

async function grant(c: C) {
  const world = c.get('world');
  requireRole(c, grantsScopes);
  const { clientId, consentType, principalId = null, resourceId, scope } = await readBody(c);
  const isForAll = consentType === 'AllPrincipals';
  if (!isForAll && consentType !== 'Principal')
    throw badRequest(
      "Invalid value specified for property 'consentType' of resource 'OAuth2PermissionGrant'.",
    );
  if (isForAll !== (principalId === null))
    throw badRequest(
      "Invalid value specified for property 'principalId' of resource 'OAuth2PermissionGrant'.",
    );
  const made = world.directory.grants.grant({
    clientId: known(world, clientId).id,
    consentType,
    principalId: principalId === null ? null : String(principalId),
    resourceId: known(world, resourceId).id,
    scope: typeof scope === 'string' ? scope : '',
  });
  if (!made)
    throw new GraphError(409, 'Request_MultipleObjectsWithSameKeyValue', 'Permission entry already exists.');
  return c.json({ '@odata.context': metadata('oauth2PermissionGrants/$entity'), ...grantJson(made) }, 201);
}

function scopeGrantRoutes(routes: Hono<GraphEnv>): void {
  routes.get('/oauth2PermissionGrants', (c) =>
    many(c, 'oauth2PermissionGrants', grantsRead(c).map(grantJson)),
  );
  routes.post('/oauth2PermissionGrants', (c) => grant(c));
  routes.get('/oauth2PermissionGrants/:grant', (c) =>
    c.json({ '@odata.context': metadata('oauth2PermissionGrants/$entity'), ...grantJson(grantAt(c)) }),
  );
  routes.patch('/oauth2PermissionGrants/:grant', async (c) => {
    requireRole(c, grantsScopes);
    const { scope } = await readBody(c);
    if (typeof scope !== 'string')
      throw badRequest("Invalid value specified for property 'scope' of resource 'OAuth2PermissionGrant'.");
    grantAt(c).scope = scope;
    return c.body(null, 204);
  });
  routes.delete('/oauth2PermissionGrants/:grant', (c) => {
    requireRole(c, grantsScopes);
    c.get('world').directory.grants.revoke(grantAt(c).id);
    return c.body(null, 204);
  });
  routes.get('/servicePrincipals/:principal/oauth2PermissionGrants', (c) => {
    const { id } = principalAt(c);
    const held = grantsRead(c).filter((one) => one.clientId === id);
    return many(c, `servicePrincipals('${id}')/oauth2PermissionGrants`, held.map(grantJson));
  });
}

export function grantRoutes(): Hono<GraphEnv> {
  const routes = new Hono<GraphEnv>();
  assignmentRoutes(routes);
  scopeGrantRoutes(routes);
  return routes;
}
