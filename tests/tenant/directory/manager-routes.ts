/** Who somebody's manager is, and whom they manage. */
import { Hono, type Context } from 'hono';
import type { GraphEnv } from '../graph/context.ts';
import { badRequest, many, metadata, notFound, one, readBody, requireRole } from './answer.ts';
import { referredId } from './group-input.ts';
import { typedUser } from './manager-json.ts';
import { managesUsers } from './roles.ts';
import type { DirectoryUser } from './store.ts';
import { userDefaults } from './user-json.ts';
import { userAt } from './user-routes.ts';

type C = Context<GraphEnv>;

function managerOf(c: C): DirectoryUser {
  const { directory } = c.get('world');
  const { managerId } = userAt(c);
  const manager = managerId === null ? undefined : directory.user(managerId);
  if (!manager) throw notFound('manager');
  return manager;
}

/** By reference; nobody is their own manager. */
async function appoint(c: C) {
  const { directory } = c.get('world');
  const user = userAt(c);
  requireRole(c, managesUsers);
  const id = referredId((await readBody(c))['@odata.id']);
  const manager = directory.user(id);
  if (!manager) throw notFound(id);
  if (manager === user)
    throw badRequest("Invalid value specified for property 'manager' of resource 'User'.");
  user.managerId = manager.id;
  return c.body(null, 204);
}

function dismiss(c: C) {
  requireRole(c, managesUsers);
  managerOf(c);
  userAt(c).managerId = null;
  return c.body(null, 204);
}

export function managerRoutes(): Hono<GraphEnv> {
  const routes = new Hono<GraphEnv>();
  routes.get('/users/:user/manager', (c) =>
    one(c, 'directoryObjects/$entity', typedUser(c.get('world'), managerOf(c)), userDefaults),
  );
  routes.get('/users/:user/manager/$ref', (c) => {
    const { graph } = c.get('world').urls;
    const link = `${graph}/v1.0/directoryObjects/${managerOf(c).id}`;
    return c.json({ '@odata.context': metadata('$ref'), '@odata.id': link });
  });
  routes.put('/users/:user/manager/$ref', (c) => appoint(c));
  routes.delete('/users/:user/manager/$ref', dismiss);
  routes.get('/users/:user/directReports', (c) => {
    const world = c.get('world');
    const { id } = userAt(c);
    const reports = world.directory.users().filter((user) => user.managerId === id);
    return many(
      c,
      'directoryObjects',
      reports.map((user) => typedUser(world, user)),
      { defaults: userDefaults },
    );
  });
  return routes;
}
