/** `/servicePrincipals`: installing an app in the tenant, and finding Microsoft's own. */
import { Hono, type Context } from 'hono';
import { GraphError, type GraphEnv } from '../graph/context.ts';
import type { World } from '../world/world.ts';
import {
  badRequest,
  deletedSince,
  isReplicated,
  many,
  notFound,
  one,
  readBody,
  requireRole,
} from './answer.ts';
import type { ServicePrincipal } from './app-registry.ts';
import { principalJson, writablePrincipalFields } from './principal-json.ts';
import { addResource, hasService, isKnownResource } from './resources.ts';
import { managesApps } from './roles.ts';

type C = Context<GraphEnv>;

/** The service principal of the path, once it has replicated. */
export function principalAt(c: C): ServicePrincipal {
  const world = c.get('world');
  const key = c.req.param('principal') ?? '';
  const principal = world.directory.apps.servicePrincipal(key, deletedSince(c));
  if (!principal || !isReplicated(world, principal)) throw notFound(key.replace(/^\w+=/, ''));
  return principal;
}

/** One of Microsoft's own, which the tenant lacks; see switch `resourceCreation`. */
const mayBringBack = (world: World, appId: string): boolean =>
  isKnownResource(appId) && (world.switches.resourceCreation === 'allowed' || hasService(world, appId));

async function install(c: C) {
  const world = c.get('world');
  requireRole(c, managesApps);
  const { appId } = await readBody(c);
  if (typeof appId !== 'string')
    throw badRequest("A value is required for property 'appId' of resource 'ServicePrincipal'.");
  const { apps } = world.directory;
  if (apps.servicePrincipalByAppId(appId)) {
    throw new GraphError(
      409,
      'Request_MultipleObjectsWithSameKeyValue',
      `The service principal cannot be created, updated, or restored because the service principal name ${appId} is already in use.`,
    );
  }
  const app = apps.applicationByAppId(appId);
  const isKnown = app && world.clock.now() - app.createdAt >= world.replication.applicationForPrincipalMs;
  if (!isKnown && !mayBringBack(world, appId)) {
    throw badRequest(
      `The appId '${appId}' of the service principal does not reference a valid application object.`,
    );
  }
  const principal = app
    ? apps.addServicePrincipal({ appId: app.appId, displayName: String(app.fields['displayName']) })
    : addResource(world, appId);
  c.status(201);
  return one(c, 'servicePrincipals/$entity', principalJson(world, principal));
}

async function change(c: C) {
  requireRole(c, managesApps);
  const principal = principalAt(c);
  for (const [name, value] of Object.entries(await readBody(c))) {
    if (!writablePrincipalFields.includes(name))
      throw badRequest(`Property '${name}' is invalid or read-only.`);
    principal.fields[name] = value;
  }
  return c.body(null, 204);
}

export function principalRoutes(): Hono<GraphEnv> {
  const routes = new Hono<GraphEnv>();
  routes.get('/servicePrincipals', (c) => {
    const world = c.get('world');
    const found = world.directory.apps.servicePrincipals(deletedSince(c));
    const all = found.filter((one) => isReplicated(world, one));
    return many(
      c,
      'servicePrincipals',
      all.map((one) => principalJson(world, one)),
    );
  });
  routes.post('/servicePrincipals', (c) => install(c));
  routes.get('/servicePrincipals/:principal', (c) =>
    one(c, 'servicePrincipals/$entity', principalJson(c.get('world'), principalAt(c))),
  );
  routes.patch('/servicePrincipals/:principal', (c) => change(c));
  routes.delete('/servicePrincipals/:principal', (c) => {
    requireRole(c, managesApps);
    principalAt(c).deletedAt = c.get('world').clock.now();
    return c.body(null, 204);
  });
  return routes;
}
