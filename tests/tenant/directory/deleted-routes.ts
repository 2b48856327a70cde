/** `/directory/deletedItems`: applications, service principals and Microsoft 365 groups, restorable for 30 days. */
import { Hono, type Context } from 'hono';
import type { GraphEnv } from '../graph/context.ts';
import type { Entity } from '../graph/odata.ts';
import { isPermitted } from '../graph/permissions.ts';
import type { World } from '../world/world.ts';
import { denied, many, notFound, one, requireRole } from './answer.ts';
import type { Application, ServicePrincipal } from './app-registry.ts';
import { applicationJson } from './application-json.ts';
import { requireGroupRights } from './group-call.ts';
import { groupJson } from './group-json.ts';
import type { Group } from './group-registry.ts';
import { principalJson } from './principal-json.ts';
import { managesApps } from './roles.ts';

type C = Context<GraphEnv>;
type Deleted =
  | { readonly kind: 'application'; readonly item: Application }
  | { readonly kind: 'servicePrincipal'; readonly item: ServicePrincipal }
  | { readonly kind: 'group'; readonly item: Group };

const thirtyDays = 30 * 24 * 3600 * 1000;
const typeOf = ({ kind }: Deleted) => `microsoft.graph.${kind}`;

function json(world: World, deleted: Deleted): Entity {
  if (deleted.kind === 'group') return groupJson(deleted.item);
  return deleted.kind === 'application'
    ? applicationJson(world, deleted.item)
    : principalJson(world, deleted.item);
}

function kept({ directory, clock }: World): Deleted[] {
  const apps = directory.apps
    .deleted()
    .map((item): Deleted =>
      'passwords' in item ? { kind: 'application', item } : { kind: 'servicePrincipal', item },
    );
  const groups = directory.deletedGroups().map((item): Deleted => ({ kind: 'group', item }));
  return [...apps, ...groups].filter(({ item }) => clock.now() - (item.deletedAt ?? 0) < thirtyDays);
}

/** The address is the same for all kinds, what it takes is not: permission-overrides.ts has a row for each. */
function requirePermission(c: C, kind: Deleted['kind']): void {
  const route = `/directory/deletedItems/${kind}`;
  const call = { method: c.req.method, route, ownResource: false };
  if (!isPermitted(call, c.get('caller'), c.get('world').switches)) throw denied();
}

function deletedAt(c: C): Deleted {
  const id = c.req.param('id') ?? '';
  const found = kept(c.get('world')).find(({ item }) => item.id === id);
  if (!found) throw notFound(id);
  requirePermission(c, found.kind);
  return found;
}

/** For changing it; a group is its owners' as well. */
function managedAt(c: C): Deleted {
  const found = deletedAt(c);
  if (found.kind === 'group') requireGroupRights(c, found.item);
  else requireRole(c, managesApps);
  return found;
}

function answer(c: C, deleted: Deleted) {
  const entity = { '@odata.type': `#${typeOf(deleted)}`, ...json(c.get('world'), deleted) };
  return one(c, 'directoryObjects/$entity', entity);
}

function list(c: C, type: string) {
  const world = c.get('world');
  const kind = (['application', 'servicePrincipal', 'group'] as const).find(
    (name) => type === `microsoft.graph.${name}`,
  );
  if (kind) requirePermission(c, kind);
  const items = kept(world).filter((deleted) => typeOf(deleted) === type);
  return many(
    c,
    `${type.slice('microsoft.graph.'.length)}s`,
    items.map((deleted) => json(world, deleted)),
  );
}

export function deletedRoutes(): Hono<GraphEnv> {
  const routes = new Hono<GraphEnv>();
  routes.get('/directory/deletedItems/:id', (c) => {
    const key = c.req.param('id');
    return key.startsWith('microsoft.graph.') ? list(c, key) : answer(c, deletedAt(c));
  });
  routes.post('/directory/deletedItems/:id/restore', (c) => {
    const { directory } = c.get('world');
    const deleted = managedAt(c);
    if (deleted.kind === 'group') directory.restoreGroup(deleted.item);
    else deleted.item.deletedAt = undefined;
    return answer(c, deleted);
  });
  routes.delete('/directory/deletedItems/:id', (c) => {
    const { directory } = c.get('world');
    const { kind, item } = managedAt(c);
    if (kind === 'group') directory.purgeGroup(item.id);
    else {
      directory.grants.forget(item.id);
      directory.apps.purge(item.id);
    }
    return c.body(null, 204);
  });
  return routes;
}
