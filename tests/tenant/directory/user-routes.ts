/** `/users` and what hangs on a person, except mailbox and drive. */
import { Hono, type Context } from 'hono';
import { GraphError, type GraphEnv } from '../graph/context.ts';
import { badRequest, isEventual, many, notFound, one, readBody, requireRole } from './answer.ts';
import { licenseDetails } from './licences.ts';
import { managesUsers } from './roles.ts';
import type { DirectoryUser } from './store.ts';
import { usersDelta } from './user-delta.ts';
import { userDefaults, userJson } from './user-json.ts';

type C = Context<GraphEnv>;

export function userAt(c: C): DirectoryUser {
  const key = c.req.param('user') ?? '';
  const user = c.get('world').directory.user(key);
  if (!user) throw notFound(key);
  return user;
}

const editable = ['displayName', 'givenName', 'surname', 'jobTitle', 'department'] as const;

async function change(c: C) {
  const user = userAt(c);
  if (user.id !== c.get('caller').objectId) requireRole(c, managesUsers);
  const body = await readBody(c);
  for (const [name, value] of Object.entries(body)) {
    const property = editable.find((one) => one === name);
    if (!property || (typeof value !== 'string' && value !== null))
      throw badRequest(`Invalid property '${name}'.`);
    if (property === 'displayName') user.displayName = value ?? user.displayName;
    else user[property] = value;
  }
  c.get('world').directory.touchUser(user.id);
  return c.body(null, 204);
}

export function userRoutes(): Hono<GraphEnv> {
  const routes = new Hono<GraphEnv>();
  routes.get('/users', (c) => {
    const world = c.get('world');
    const users = world.directory.users().map((user) => userJson(world, user));
    return many(c, 'users', users, { defaults: userDefaults });
  });
  routes.get('/users/$count', (c) => {
    if (!isEventual(c)) throw badRequest('$count is not currently supported.');
    return c.text(String(c.get('world').directory.users().length));
  });
  routes.get('/users/delta', usersDelta);
  routes.get('/users/:user', (c) =>
    one(c, 'users/$entity', userJson(c.get('world'), userAt(c)), userDefaults),
  );
  routes.patch('/users/:user', (c) => change(c));
  routes.get('/users/:user/licenseDetails', (c) => {
    const user = userAt(c);
    return many(c, `users('${user.id}')/licenseDetails`, licenseDetails(user));
  });
  routes.get('/users/:user/manager', (c) => {
    userAt(c);
    throw notFound('manager');
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
