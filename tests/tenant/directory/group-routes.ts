/** `/groups` as they are read, and who belongs to one. */
import { Hono, type Context } from 'hono';
import { noSegment, type GraphEnv } from '../graph/context.ts';
import type { Entity } from '../graph/odata.ts';
import { badRequest, isEventual, isReplicated, many, one } from './answer.ts';
import { collectionOf, groupAt, kindOf, kinds, mayRead, typeName, type Kind } from './group-call.ts';
import { groupsDelta } from './group-delta.ts';
import { groupJson } from './group-json.ts';
import { groupsAround, membersOf, type Reach } from './membership.ts';
import { principalJson } from './principal-json.ts';
import { userDefaults, userJson } from './user-json.ts';

type C = Context<GraphEnv>;

/** What a caller may not read stands in a list nevertheless, by its id alone (Microsoft Learn, "Limited information returned for inaccessible member objects"). */
function readable(c: C, kind: Kind, json: Entity): Entity {
  if (mayRead(c, kind)) return json;
  const hidden = (value: unknown) => (Array.isArray(value) ? [] : null);
  return Object.fromEntries(
    Object.entries(json).map(([name, value]) => [name, name === 'id' ? value : hidden(value)]),
  );
}

interface Listed {
  readonly kind: Kind;
  readonly json: Entity;
}

function jsonOf(c: C, id: string): Entity | undefined {
  const world = c.get('world');
  const { directory } = world;
  const [user, group, principal] = [
    directory.user(id),
    directory.group(id),
    directory.apps.servicePrincipal(id),
  ];
  if (user) return userJson(world, user);
  if (group) return groupJson(group);
  return principal && principalJson(world, principal);
}

function listed(c: C, id: string): Listed[] {
  const [kind, json] = [kindOf(c, id), jsonOf(c, id)];
  return kind && json ? [{ kind, json: readable(c, kind, json) }] : [];
}

/** All kinds mixed with their types, or after a cast segment one kind without. */
function objects(c: C, ids: readonly string[]) {
  const found = ids.flatMap((id) => listed(c, id));
  const cast = c.req.param('cast');
  if (cast === '$count') {
    if (!isEventual(c)) throw badRequest('$count is not currently supported.');
    return c.text(String(found.length));
  }
  if (cast === undefined) {
    const typed = found.map(({ kind, json }) => ({ '@odata.type': `#${typeName(kind)}`, ...json }));
    const isUser = (entity: Entity) => entity['@odata.type'] === `#${typeName('user')}`;
    return many(c, 'directoryObjects', typed, {
      defaults: (entity) => (isUser(entity) ? userDefaults : undefined),
    });
  }
  const kind = kinds.find((one) => typeName(one) === cast);
  if (!kind) throw noSegment(cast);
  const items = found.filter((one) => one.kind === kind).map(({ json }) => json);
  return many(c, collectionOf(kind), items, kind === 'user' ? { defaults: userDefaults } : {});
}

export function groupRoutes(): Hono<GraphEnv> {
  const routes = new Hono<GraphEnv>();
  const all = (c: C) => {
    const world = c.get('world');
    return world.directory.groups().filter((group) => isReplicated(world, group));
  };
  routes.get('/groups', (c) => many(c, 'groups', all(c).map(groupJson)));
  routes.get('/groups/$count', (c) => {
    if (!isEventual(c)) throw badRequest('$count is not currently supported.');
    return c.text(String(all(c).length));
  });
  routes.get('/groups/delta', groupsDelta);
  routes.get('/groups/:group', (c) => one(c, 'groups/$entity', groupJson(groupAt(c))));
  routes.get('/groups/:group/owners/:cast?', (c) => objects(c, groupAt(c).ownerIds));
  const listing = (ids: typeof membersOf, reach: Reach) => (c: C) =>
    objects(c, ids(c.get('world').directory, groupAt(c).id, reach));
  routes.get('/groups/:group/members/:cast?', listing(membersOf, 'direct'));
  routes.get('/groups/:group/transitiveMembers/:cast?', listing(membersOf, 'transitive'));
  routes.get('/groups/:group/memberOf/:cast?', listing(groupsAround, 'direct'));
  routes.get('/groups/:group/transitiveMemberOf/:cast?', listing(groupsAround, 'transitive'));
  return routes;
}
