/** `/groups`, and who belongs to one. Groups are read here, not written. */
import { Hono, type Context } from 'hono';
import { noSegment, type GraphEnv } from '../graph/context.ts';
import type { Entity } from '../graph/odata.ts';
import { isPermitted } from '../graph/permissions.ts';
import { badRequest, isEventual, many, notFound, one } from './answer.ts';
import { groupJson } from './group-json.ts';
import { groupsAround, membersOf, type Reach } from './membership.ts';
import type { Group } from './store.ts';
import { userDefaults, userJson } from './user-json.ts';

type C = Context<GraphEnv>;

function groupAt(c: C): Group {
  const id = c.req.param('group') ?? '';
  const group = c.get('world').directory.group(id);
  if (!group) throw notFound(id);
  return group;
}

const collections = { user: 'users', group: 'groups' } as const;
type Kind = keyof typeof collections;

/** What a caller may not read stands in a list nevertheless, by its id alone (Microsoft Learn, "Limited information returned for inaccessible member objects"). */
function readable(c: C, kind: Kind, json: Entity): Entity {
  const call = { method: 'GET', route: `/${collections[kind]}/{id}`, ownResource: false };
  if (isPermitted(call, c.get('caller'), c.get('world').switches)) return json;
  const hidden = (value: unknown) => (Array.isArray(value) ? [] : null);
  return Object.fromEntries(
    Object.entries(json).map(([name, value]) => [name, name === 'id' ? value : hidden(value)]),
  );
}

interface Listed {
  readonly kind: Kind;
  readonly json: Entity;
}

function listed(c: C, id: string): Listed[] {
  const world = c.get('world');
  const user = world.directory.user(id);
  if (user) return [{ kind: 'user', json: readable(c, 'user', userJson(world, user)) }];
  const group = world.directory.group(id);
  return group ? [{ kind: 'group', json: readable(c, 'group', groupJson(group)) }] : [];
}

const typeName = (kind: Kind) => `microsoft.graph.${kind}`;

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
  const kind = (['user', 'group'] as const).find((one) => typeName(one) === cast);
  if (!kind) throw noSegment(cast);
  const items = found.filter((one) => one.kind === kind).map(({ json }) => json);
  return many(c, collections[kind], items, kind === 'user' ? { defaults: userDefaults } : {});
}

export function groupRoutes(): Hono<GraphEnv> {
  const routes = new Hono<GraphEnv>();
  const all = (c: C) => c.get('world').directory.groups();
  routes.get('/groups', (c) => many(c, 'groups', all(c).map(groupJson)));
  routes.get('/groups/$count', (c) => {
    if (!isEventual(c)) throw badRequest('$count is not currently supported.');
    return c.text(String(all(c).length));
  });
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
