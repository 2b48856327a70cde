/**
 * Lends app roles of Microsoft Graph to the backup app and takes them back, with the delegated token of an administrator.
 * Ids are looked up by claim value in the tenant itself.
 */
import { array, looseObject, nullish, string } from 'valibot';
import type { Profile } from '../contract/check.ts';
import type { GraphClient } from '../graph/client.ts';
import type { Clock } from '../kernel/clock.ts';
import { failure } from '../kernel/failure.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import { assignRole, readAssignments, removeAssignments, type Assignment } from './app-role-assignments.ts';
import { orNone } from './find-application.ts';
import { applicationSchema, directory } from './installation.ts';
import { unlistedMs, untilListed, untilReplicated } from './patience.ts';
import { resources } from './permissions.ts';
import { profileOf } from './profile-of.ts';
import { isWider, profileCovered } from './write-roles.ts';

export interface GrantDeps {
  readonly graph: GraphClient;
  readonly clock: Clock;
  readonly signal?: AbortSignal;
}

const principalSchema = looseObject({ id: string(), displayName: nullish(string(), '') });
const resourceSchema = looseObject({
  id: string(),
  appRoles: array(looseObject({ id: string(), value: nullish(string()) })),
});

/** The backup app as the directory knows it. */
export interface AppInTenant {
  readonly id: string;
  readonly name: string;
  readonly resourceId: string;
  /** Claim value → id in this tenant. */
  readonly roleIds: ReadonlyMap<string, string>;
}

/** `graph/not-found` where the app has no service principal in the tenant. */
export async function findApp({ graph }: GrantDeps, clientId: string): Promise<Result<AppInTenant>> {
  const path = `/servicePrincipals(appId='${clientId}')?$select=id,displayName`;
  const principal = await graph.get(path, principalSchema, directory);
  if (!principal.ok) return principal;
  const { appId } = resources.graph;
  const offered = `/servicePrincipals(appId='${appId}')?$select=id,appRoles`;
  const resource = await graph.get(offered, resourceSchema, directory);
  if (!resource.ok) return resource;
  const roles = resource.value.appRoles.flatMap(({ id, value }) => (value ? [[value, id] as const] : []));
  const { id, displayName } = principal.value;
  return ok({ id, name: displayName, resourceId: resource.value.id, roleIds: new Map(roles) });
}

/** Claim values of the Graph roles that it holds. */
export async function heldRoles(deps: GrantDeps, app: AppInTenant): Promise<Result<readonly string[]>> {
  const assigned = await readOfGraph(deps, app);
  if (!assigned.ok) return assigned;
  const ids = new Set(assigned.value.map(({ appRoleId }) => appRoleId));
  return ok([...app.roleIds].flatMap(([value, id]) => (ids.has(id) ? value : [])));
}

/**
 * Which profile the app was given, from whichever device: its registration says so. A role that somebody added in Entra
 * makes none, and keeps no lent right from being taken back. An operator's app is registered elsewhere: there its roles tell.
 */
export async function chosenProfile(
  { graph }: GrantDeps,
  clientId: string,
  held: readonly string[],
): Promise<Result<Profile>> {
  if (!isWider(held)) return ok('read-only');
  const path = `/applications(appId='${clientId}')?$select=id,appId,requiredResourceAccess`;
  const registered = await orNone(graph.get(path, applicationSchema, directory));
  if (!registered.ok) return registered;
  return ok(registered.value ? profileOf(registered.value) : profileCovered(held));
}

/** Gives the id of the new assignment; null where it stood already. `trying` is asked before each try, whose answer may be lost. */
export async function grantRole(
  deps: GrantDeps,
  app: AppInTenant,
  role: string,
  trying: () => Promise<Result<void>> = async () => ok(),
): Promise<Result<string | null>> {
  const appRoleId = app.roleIds.get(role);
  if (appRoleId === undefined) return err(failure('graph/not-found', `this tenant offers no role ${role}`));
  const wanted = { principalId: app.id, resourceId: app.resourceId, appRoleId };
  return assignRole(deps.graph, wanted, patience(deps), trying);
}

export interface KnownAssignment {
  readonly id: string;
  /** Claim value. */
  readonly role: string;
}

interface Doomed {
  readonly roles: readonly string[];
  /** Made, of these roles and of others; a list may not show them yet. */
  readonly known: readonly KnownAssignment[];
  /** When a grant was tried whose answer never came, in milliseconds since the epoch: it may have made one more. */
  readonly unansweredAt: number | null;
}

/** Ends when the directory shows no assignment of these roles any more. `mayRemove` is asked before the first deletion. */
export async function removeRoles(
  deps: GrantDeps,
  app: AppInTenant,
  { roles, known, unansweredAt }: Doomed,
  mayRemove: () => Promise<Result<void>>,
): Promise<Result<void>> {
  const ids = roles.flatMap((role) => app.roleIds.get(role) ?? []);
  const standing = async () => {
    const assigned = await readOfGraph(deps, app);
    return assigned.ok ? ok(assigned.value.filter(({ appRoleId }) => ids.includes(appRoleId))) : assigned;
  };
  // Another role may be one of a profile that the app has been given meanwhile.
  const made = known.flatMap(({ id, role }) => (roles.includes(role) ? id : []));
  const mayAppear = ({ id }: Assignment) => !made.includes(id);
  // A clock that was set back meanwhile makes nobody wait for longer.
  const until = Math.min(unansweredAt ?? -Infinity, deps.clock.now()) + unlistedMs;
  const first = await untilListed(standing, mayAppear, { ...deps, until });
  if (!first.ok) return first;
  const doomed = [...new Set([...first.value.map(({ id }) => id), ...made])];
  if (doomed.length === 0) return ok();
  const may = await mayRemove();
  if (!may.ok) return may;
  const removed = await removeAssignments(deps.graph, app.id, doomed);
  if (!removed.ok) return removed;
  const gone = async (): Promise<Result<void>> => {
    const left = await standing();
    if (!left.ok) return left;
    if (left.value.length === 0) return ok();
    return err(
      failure('graph/conflict', 'the roles are still there after their removal', { retry: 'later' }),
    );
  };
  return untilReplicated(gone, ({ code }) => code === 'graph/conflict', patience(deps));
}

async function readOfGraph({ graph }: GrantDeps, app: AppInTenant): Promise<Result<Assignment[]>> {
  const all = await readAssignments(graph, app.id);
  return all.ok ? ok(all.value.filter(({ resourceId }) => resourceId === app.resourceId)) : all;
}

const patience = ({ clock, signal }: GrantDeps) => ({
  clock,
  ...(signal && { signal }),
  waiting: () => undefined,
});
