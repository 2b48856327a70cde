/** Groups made, changed and deleted. */
import { Hono, type Context } from 'hono';
import type { GraphEnv } from '../graph/context.ts';
import type { World } from '../world/world.ts';
import { badRequest, denied, metadata, readBody } from './answer.ts';
import { groupAt, mayRead, requireGroupRights } from './group-call.ts';
import { boundIds, groupFields, newGroupFields } from './group-input.ts';
import { groupJson } from './group-json.ts';
import { addLinks, linkable, requireReadable } from './group-links.ts';
import type { Group } from './group-registry.ts';
import { managesUsers } from './roles.ts';

type C = Context<GraphEnv>;

/** Whoever receives mail at an address keeps it, also while deleted; without mail a nickname is anybody's. */
function requireFreeAddress(world: World, mail: string, but?: Group): void {
  const { directory } = world;
  const groups = [...directory.groups(), ...directory.deletedGroups()].filter((group) => group !== but);
  const taken = [...groups, ...directory.users()].some(
    (one) => one.mail?.toLowerCase() === mail.toLowerCase(),
  );
  if (taken) throw badRequest('Another object with the same value for property mailNickname already exists.');
}

const addressOf = (world: World, nickname: string) => `${nickname}@${world.tenant.domain}`;

/** Everybody but guests may make groups; who makes one owns it, except an administrator's security group. */
function firstOwner(c: C, isMicrosoft365: boolean): string[] {
  const { kind, objectId } = c.get('caller');
  if (kind === 'app') return [];
  const user = c.get('world').directory.user(objectId);
  if (user?.userType === 'Guest') throw denied();
  return isMicrosoft365 || !managesUsers(new Set(user?.roles)) ? [objectId] : [];
}

async function create(c: C) {
  const world = c.get('world');
  const caller = c.get('caller');
  const body = await readBody(c);
  const fields = newGroupFields(body);
  const named = { members: boundIds(body, 'members'), owners: boundIds(body, 'owners') };
  requireReadable(c, [...named.members, ...named.owners], (kind) => mayRead(c, kind));
  const first = firstOwner(c, fields.isMicrosoft365);
  const owners = linkable(c, fields, 'owners', named.owners.length > 0 ? named.owners : first);
  const members = linkable(c, fields, 'members', named.members);
  const mail = fields.isMicrosoft365 ? addressOf(world, fields.mailNickname) : null;
  if (mail !== null) requireFreeAddress(world, mail);
  const group = world.directory.addGroup({
    visibility: fields.isMicrosoft365 ? 'Public' : null,
    ...fields,
    mail,
    createdAt: world.clock.now(),
    createdByAppId: caller.kind === 'app' ? caller.appId : null,
  });
  for (const id of owners) world.directory.link(group, 'owners', id, true);
  for (const id of members) world.directory.link(group, 'members', id, true);
  return c.json({ '@odata.context': metadata('groups/$entity'), ...groupJson(group) }, 201);
}

async function change(c: C) {
  const world = c.get('world');
  const group = groupAt(c);
  requireGroupRights(c, group);
  const body = await readBody(c);
  const { visibility, ...fields } = groupFields(body);
  const members = boundIds(body, 'members');
  if (visibility === 'HiddenMembership' && group.visibility !== visibility)
    throw badRequest("Invalid value specified for property 'visibility' of resource 'Group'.");
  if (fields.mailNickname !== undefined && group.mail !== null)
    requireFreeAddress(world, addressOf(world, fields.mailNickname), group);
  addLinks(c, group, 'members', members);
  Object.assign(group, fields, visibility === undefined ? {} : { visibility });
  world.directory.touchGroup(group.id);
  return c.body(null, 204);
}

function remove(c: C) {
  const group = groupAt(c);
  requireGroupRights(c, group);
  c.get('world').directory.removeGroup(group);
  return c.body(null, 204);
}

export function groupWriteRoutes(): Hono<GraphEnv> {
  const routes = new Hono<GraphEnv>();
  routes.post('/groups', (c) => create(c));
  routes.patch('/groups/:group', (c) => change(c));
  routes.delete('/groups/:group', remove);
  return routes;
}
