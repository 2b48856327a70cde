/** `/users` and what hangs on a person, except mailbox and drive. */
import { Hono, type Context } from 'hono';
import { GraphError, type GraphEnv } from '../graph/context.ts';
import type { Entity } from '../graph/odata.ts';
import {
  badRequest,
  denied,
  isEventual,
  many,
  manyOf,
  notFound,
  one,
  readBody,
  requireRole,
} from './answer.ts';
import { licenseDetails } from './licences.ts';
import { userWithManager } from './manager-json.ts';
import { isSensitive, writeUser } from './profile-input.ts';
import { managesUsers, roleIds } from './roles.ts';
import type { DirectoryUser } from './store.ts';
import { usersDelta } from './user-delta.ts';
import { userDefaults } from './user-json.ts';

type C = Context<GraphEnv>;

export function userAt(c: C): DirectoryUser {
  const key = c.req.param('user') ?? '';
  const user = c.get('world').directory.user(key);
  if (!user) throw notFound(key);
  return user;
}

/** Everybody changes their own profile; a phone number or address of an administrator only a Global Administrator. */
function requireRights(c: C, user: DirectoryUser, body: Entity): void {
  const { kind, objectId } = c.get('caller');
  if (user.id === objectId) return;
  requireRole(c, managesUsers);
  if (user.roles.length === 0 || !isSensitive(body)) return;
  if (kind === 'app') throw denied();
  requireRole(c, (roles) => roles.has(roleIds.globalAdministrator));
}

async function change(c: C) {
  const user = userAt(c);
  const body = await readBody(c);
  requireRights(c, user, body);
  writeUser(user, body);
  c.get('world').directory.touchUser(user.id);
  return c.body(null, 204);
}

export function userRoutes(): Hono<GraphEnv> {
  const routes = new Hono<GraphEnv>();
  routes.get('/users', (c) => {
    const world = c.get('world');
    const expand = c.req.query('$expand');
    const toEntity = (user: DirectoryUser) => userWithManager(world, user, expand);
    return manyOf(c, 'users', { items: world.directory.users(), toEntity }, { defaults: userDefaults });
  });
  routes.get('/users/$count', (c) => {
    if (!isEventual(c)) throw badRequest('$count is not currently supported.');
    return c.text(String(c.get('world').directory.users().length));
  });
  routes.get('/users/delta', usersDelta);
  routes.get('/users/:user', (c) =>
    one(c, 'users/$entity', userWithManager(c.get('world'), userAt(c), c.req.query('$expand')), userDefaults),
  );
  routes.patch('/users/:user', (c) => change(c));
  routes.get('/users/:user/licenseDetails', (c) => {
    const user = userAt(c);
    return many(c, `users('${user.id}')/licenseDetails`, licenseDetails(user));
  });
  routes.get('/users/:user/photo/:value?', (c) => {
    userAt(c);
    throw new GraphError(
      404,
      'ImageNotFound',
      "Exception of type 'Microsoft.Fast.Profile.Core.Exception.ImageNotFoundException' was thrown.",
    );
  });
  return routes;
}
