/** `/directory/deletedItems`: applications and service principals, restorable for 30 days. */
import { Hono, type Context } from 'hono';
import type { GraphEnv } from '../graph/context.ts';
import type { Entity } from '../graph/odata.ts';
import type { World } from '../world/world.ts';
import { many, notFound, one, requireRole } from './answer.ts';
import type { Application, ServicePrincipal } from './app-registry.ts';
import { applicationJson } from './application-json.ts';
import { principalJson } from './principal-json.ts';
import { managesApps } from './roles.ts';

type C = Context<GraphEnv>;
type Deleted = Application | ServicePrincipal;

const thirtyDays = 30 * 24 * 3600 * 1000;
const isApplication = (item: Deleted): item is Application => 'passwords' in item;
const typeOf = (item: Deleted) =>
  isApplication(item) ? 'microsoft.graph.application' : 'microsoft.graph.servicePrincipal';

const json = (world: World, item: Deleted): Entity =>
  isApplication(item) ? applicationJson(world, item) : principalJson(world, item);

const kept = (world: World) =>
  world.directory.apps.deleted().filter((item) => world.clock.now() - (item.deletedAt ?? 0) < thirtyDays);

function itemAt(c: C): Deleted {
  const id = c.req.param('id') ?? '';
  const found = kept(c.get('world')).find((item) => item.id === id);
  if (!found) throw notFound(id);
  return found;
}

export function deletedRoutes(): Hono<GraphEnv> {
  const routes = new Hono<GraphEnv>();
  routes.get('/directory/deletedItems/:id', (c) => {
    const world = c.get('world');
    const key = c.req.param('id');
    if (key.startsWith('microsoft.graph.')) {
      const items = kept(world).filter((item) => typeOf(item) === key);
      return many(
        c,
        `${key.slice('microsoft.graph.'.length)}s`,
        items.map((item) => json(world, item)),
      );
    }
    const item = itemAt(c);
    return one(c, 'directoryObjects/$entity', { '@odata.type': `#${typeOf(item)}`, ...json(world, item) });
  });
  routes.post('/directory/deletedItems/:id/restore', (c) => {
    requireRole(c, managesApps);
    const item = itemAt(c);
    item.deletedAt = undefined;
    return one(c, 'directoryObjects/$entity', {
      '@odata.type': `#${typeOf(item)}`,
      ...json(c.get('world'), item),
    });
  });
  routes.delete('/directory/deletedItems/:id', (c) => {
    requireRole(c, managesApps);
    const { directory } = c.get('world');
    const { id } = itemAt(c);
    directory.grants.forget(id);
    directory.apps.purge(id);
    return c.body(null, 204);
  });
  return routes;
}
