/** What every call about a group starts with: which group, and what the caller may do to it. */
import type { Context } from 'hono';
import type { GraphEnv } from '../graph/context.ts';
import { isPermitted } from '../graph/permissions.ts';
import { isReplicated, notFound, requireRole } from './answer.ts';
import type { Group } from './group-registry.ts';
import { roleIds } from './roles.ts';

type C = Context<GraphEnv>;

/** The group of the path, once it has replicated. */
export function groupAt(c: C): Group {
  const world = c.get('world');
  const id = c.req.param('group') ?? '';
  const group = world.directory.group(id);
  if (!group || !isReplicated(world, group)) throw notFound(id);
  return group;
}

const manages = (isMicrosoft365: boolean) => (held: ReadonlySet<string>) =>
  held.has(roleIds.globalAdministrator) ||
  held.has(roleIds.userAdministrator) ||
  (isMicrosoft365 && held.has(roleIds.exchangeAdministrator));

/** A person changes what they own, or what their role lets them. */
export function requireGroupRights(c: C, group: Group): void {
  if (group.ownerIds.includes(c.get('caller').objectId)) return;
  requireRole(c, manages(group.isMicrosoft365));
}

const collections = { user: 'users', group: 'groups', servicePrincipal: 'servicePrincipals' } as const;
export type Kind = keyof typeof collections;
export const kinds = Object.keys(collections) as readonly Kind[];

export const collectionOf = (kind: Kind) => collections[kind];
export const typeName = (kind: Kind) => `microsoft.graph.${kind}`;

/** What a directory object is that may be in a group; undefined where there is none of this id. */
export function kindOf(c: C, id: string): Kind | undefined {
  const { directory } = c.get('world');
  if (directory.user(id)) return 'user';
  if (directory.group(id)) return 'group';
  return directory.apps.servicePrincipal(id) ? 'servicePrincipal' : undefined;
}

/** May the caller read objects of this kind, whichever they are? */
export const mayRead = (c: C, kind: Kind): boolean =>
  isPermitted(
    { method: 'GET', route: `/${collections[kind]}/{id}`, ownResource: false },
    c.get('caller'),
    c.get('world').switches,
  );
