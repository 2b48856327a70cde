/** Members and owners of a group, put in and taken out by reference. */
import { Hono, type Context } from 'hono';
import type { GraphEnv } from '../graph/context.ts';
import { badRequest, denied, notFound, readBody } from './answer.ts';
import { groupAt, kindOf, requireGroupRights, type Kind } from './group-call.ts';
import { referredId } from './group-input.ts';
import type { Group, Relation } from './group-registry.ts';

type C = Context<GraphEnv>;

type Kinded = Pick<Group, 'isMicrosoft365'>;

/** Owners are people and apps; a Microsoft 365 group has people in it only. */
const takes = ({ isMicrosoft365 }: Kinded, relation: Relation): readonly Kind[] => {
  if (relation === 'owners') return ['user', 'servicePrincipal'];
  return isMicrosoft365 ? ['user'] : ['user', 'group', 'servicePrincipal'];
};

/** Their ids as the directory spells them; 404 where one is none, 400 where such a group does not take its kind. */
export function linkable(c: C, group: Kinded, relation: Relation, given: readonly string[]): string[] {
  const { directory } = c.get('world');
  return given.map((one) => {
    const id = directory.user(one)?.id ?? one.toLowerCase();
    const kind = kindOf(c, id);
    if (!kind) throw notFound(one);
    if (takes(group, relation).includes(kind)) return id;
    throw badRequest(`Invalid value specified for property '${relation}' of resource 'Group'.`);
  });
}

/** Adds them all or, where one is there already or cannot be, nobody. */
export function addLinks(c: C, group: Group, relation: Relation, given: readonly string[]): void {
  const ids = linkable(c, group, relation, given);
  const present = relation === 'members' ? group.memberIds : group.ownerIds;
  if (ids.some((id) => present.includes(id)))
    throw badRequest(
      `One or more added object references already exist for the following modified properties: '${relation}'.`,
    );
  if (ids.includes(group.id)) throw badRequest('A group cannot be a member of itself.');
  for (const id of ids) c.get('world').directory.link(group, relation, id, true);
}

async function add(c: C, relation: Relation) {
  const group = groupAt(c);
  requireGroupRights(c, group);
  const body = await readBody(c);
  addLinks(c, group, relation, [referredId(body['@odata.id'])]);
  return c.body(null, 204);
}

/** The last person who owns a Microsoft 365 group stays its owner (Microsoft Learn, "Remove group owner"). */
function requireAnotherOwner(c: C, group: Group, id: string): void {
  const people = group.ownerIds.filter((one) => kindOf(c, one) === 'user');
  if (group.isMicrosoft365 && people.length === 1 && people[0] === id)
    throw badRequest('The group must have at least one owner, hence this owner cannot be removed.');
}

function remove(c: C, relation: Relation) {
  const group = groupAt(c);
  const id = (c.req.param('object') ?? '').toLowerCase();
  const { kind, objectId } = c.get('caller');
  const leaves = relation === 'members' && kind === 'user' && objectId === id;
  if (!leaves) requireGroupRights(c, group);
  if (relation === 'owners') requireAnotherOwner(c, group, id);
  if (!c.get('world').directory.link(group, relation, id, false)) throw notFound(id);
  return c.body(null, 204);
}

/** An app may name at birth whom it may read, and itself (Microsoft Learn, "Create group"). */
export function requireReadable(c: C, ids: readonly string[], mayRead: (kind: Kind) => boolean): void {
  const { kind, objectId } = c.get('caller');
  if (kind === 'user') return;
  const hidden = (id: string) => {
    const what = kindOf(c, id);
    return what !== undefined && !mayRead(what);
  };
  if (ids.some((id) => id !== objectId && hidden(id))) throw denied();
}

export function groupLinkRoutes(): Hono<GraphEnv> {
  const routes = new Hono<GraphEnv>();
  for (const relation of ['members', 'owners'] as const) {
    routes.post(`/groups/:group/${relation}/$ref`, (c) => add(c, relation));
    routes.delete(`/groups/:group/${relation}/:object/$ref`, (c) => remove(c, relation));
  }
  return routes;
}
