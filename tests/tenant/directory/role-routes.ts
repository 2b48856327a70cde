/** Directory roles and memberships: who is an administrator, active or merely eligible. */
import { Hono, type Context } from 'hono';
import { GraphError, noSegment, type GraphEnv } from '../graph/context.ts';
import type { Entity } from '../graph/odata.ts';
import { createIds } from '../world/ids.ts';
import type { World } from '../world/world.ts';
import { many, notFound, one } from './answer.ts';
import { groupJson } from './group-json.ts';
import { skuOf } from './licences.ts';
import { groupsAround, type Reach } from './membership.ts';
import { builtInRoles } from './roles.ts';
import { userDefaults, userJson } from './user-json.ts';
import { userAt } from './user-routes.ts';

type C = Context<GraphEnv>;

/** The id of a role object differs between tenants, the template's does not. */
const roleObjectId = (world: World, templateId: string) =>
  createIds(`${world.tenant.id}:${templateId}`).guid();

function roleJson(world: World, templateId: string): Entity {
  const role = builtInRoles.find((one) => one.templateId === templateId);
  return {
    id: roleObjectId(world, templateId),
    deletedDateTime: null,
    description: role?.description ?? null,
    displayName: role?.displayName ?? null,
    roleTemplateId: templateId,
  };
}

const activeRoles = (world: World) =>
  builtInRoles.filter((role) => world.directory.users().some((user) => user.roles.includes(role.templateId)));

/** By its object id, or by its template's as `directoryRoles(roleTemplateId='…')` is routed; 404 where nobody holds it. */
function activeRoleAt(c: C) {
  const world = c.get('world');
  const key = c.req.param('role') ?? '';
  const templateId = /^roleTemplateId=(.+)$/.exec(key)?.[1];
  const role = activeRoles(world).find((one) =>
    templateId === undefined ? roleObjectId(world, one.templateId) === key : one.templateId === templateId,
  );
  if (!role) throw notFound(templateId ?? key);
  return role;
}

/** `memberOf` mixes groups and roles; a cast segment keeps one kind, then without `@odata.type`. */
const memberships = (reach: Reach) => (c: C) => {
  const world = c.get('world');
  const { directory } = world;
  const user = userAt(c);
  const groups = groupsAround(directory, user.id, reach).flatMap((id) => directory.group(id) ?? []);
  const kinds: Record<string, Entity[]> = {
    'microsoft.graph.group': groups.map(groupJson),
    'microsoft.graph.directoryRole': user.roles.map((role) => roleJson(world, role)),
  };
  const cast = c.req.param('cast');
  if (cast === undefined) {
    const all = Object.entries(kinds).flatMap(([type, items]) =>
      items.map((item) => ({ '@odata.type': `#${type}`, ...item })),
    );
    return many(c, 'directoryObjects', all);
  }
  const items = kinds[cast];
  if (!items) throw noSegment(cast);
  return many(c, cast.endsWith('group') ? 'groups' : 'directoryRoles', items);
};

function assignments(world: World, held: 'roles' | 'eligibleRoles'): Entity[] {
  return world.directory.users().flatMap((user) =>
    user[held].map((roleDefinitionId) => ({
      id: createIds(`${user.id}:${roleDefinitionId}`).opaque(24),
      principalId: user.id,
      directoryScopeId: '/',
      roleDefinitionId,
    })),
  );
}

function eligibility(c: C) {
  const world = c.get('world');
  const hasPremium = world.directory.subscriptions.some((one) =>
    Object.keys(skuOf(one.skuId)?.servicePlans ?? {}).includes('AAD_PREMIUM_P2'),
  );
  if (!hasPremium) {
    throw new GraphError(
      400,
      'AadPremiumLicenseRequired',
      'The tenant needs to have Microsoft Entra ID P2 or Microsoft Entra ID Governance license.',
    );
  }
  const items = assignments(world, 'eligibleRoles').map((item) => ({
    ...item,
    appScopeId: null,
    startDateTime: null,
    endDateTime: null,
    memberType: 'Direct',
    roleEligibilityScheduleId: item['id'],
  }));
  return many(c, 'roleManagement/directory/roleEligibilityScheduleInstances', items);
}

const definitions = (): Entity[] =>
  builtInRoles.map(({ templateId, displayName, description }) => ({
    id: templateId,
    description,
    displayName,
    isBuiltIn: true,
    isEnabled: true,
    resourceScopes: ['/'],
    templateId,
    version: '1',
    rolePermissions: [],
  }));

export function roleRoutes(): Hono<GraphEnv> {
  const routes = new Hono<GraphEnv>();
  routes.get('/users/:user/memberOf/:cast?', memberships('direct'));
  routes.get('/users/:user/transitiveMemberOf/:cast?', memberships('transitive'));
  routes.get('/directoryRoles', (c) => {
    const world = c.get('world');
    const roles = activeRoles(world).map((role) => roleJson(world, role.templateId));
    return many(c, 'directoryRoles', roles, { isWhole: true });
  });
  routes.get('/directoryRoles/:role', (c) =>
    one(c, 'directoryRoles/$entity', roleJson(c.get('world'), activeRoleAt(c).templateId)),
  );
  routes.get('/directoryRoles/:role/members', (c) => {
    const world = c.get('world');
    const role = activeRoleAt(c);
    const members = world.directory.users().filter((user) => user.roles.includes(role.templateId));
    const items = members.map((user) => ({
      '@odata.type': '#microsoft.graph.user',
      ...userJson(world, user),
    }));
    return many(c, 'directoryObjects', items, { defaults: userDefaults });
  });
  routes.get('/roleManagement/directory/roleAssignments', (c) =>
    many(c, 'roleManagement/directory/roleAssignments', assignments(c.get('world'), 'roles')),
  );
  routes.get('/roleManagement/directory/roleAssignments/:id', (c) => {
    const id = c.req.param('id');
    const found = assignments(c.get('world'), 'roles').find((item) => item['id'] === id);
    if (!found) throw notFound(id);
    return one(c, 'roleManagement/directory/roleAssignments/$entity', found);
  });
  routes.get('/roleManagement/directory/roleEligibilityScheduleInstances', eligibility);
  routes.get('/roleManagement/directory/roleDefinitions', (c) =>
    many(c, 'roleManagement/directory/roleDefinitions', definitions()),
  );
  routes.get('/roleManagement/directory/roleDefinitions/:id', (c) => {
    const id = c.req.param('id');
    const found = definitions().find((role) => role['id'] === id);
    if (!found) throw notFound(id);
    return one(c, 'roleManagement/directory/roleDefinitions/$entity', found);
  });
  return routes;
}
