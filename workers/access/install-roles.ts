/** App roles of the profile, no more and no fewer: roles of another profile are taken back. */
import type { Profile } from '../contract/check.ts';
import { ok, type Result } from '../kernel/result.ts';
import {
  assignRole,
  isSameRole,
  readAssignments,
  removeAssignments,
  type Assignment,
} from './app-role-assignments.ts';
import type { ResourcePrincipals } from './install-resources.ts';
import { patienceFor, type Installation } from './installation.ts';
import { isNotThereYet, untilReplicated } from './patience.ts';
import { resources, type Permission, type ResourceName } from './permissions.ts';
import { permissionsOf } from './profiles.ts';
import { isWider, readRoles, writeRoles } from './write-roles.ts';

/** A role of the profile with its id in this tenant. */
interface WantedRole {
  readonly value: string;
  readonly resource: ResourceName;
  readonly resourceId: string;
  readonly appRoleId: string;
  /** The tenant has it under another id than the table. */
  readonly drifted: boolean;
}

export interface RoleOutcome {
  /** Roles that a Graph token must carry. */
  readonly graphRoles: readonly string[];
  /** `granted 8, not offered here: full_access_as_app`. */
  readonly note: string;
}

/** `before`: what the app was registered for until now. Nothing is lent to one that may write by its own profile. */
export async function installRoles(
  at: Installation,
  { principalId, before }: { readonly principalId: string; readonly before: Profile },
  offered: ResourcePrincipals,
): Promise<Result<RoleOutcome>> {
  const asked = permissionsOf(at.profile).filter(({ kind }) => kind === 'Role');
  const wanted = asked.flatMap((permission) => resolveRole(permission, offered));
  const held = await readHeld(at, principalId);
  if (!held.ok) return held;
  for (const [index, role] of wanted.entries()) {
    at.report({
      step: 'roles',
      state: 'running',
      note: `Granting ${index + 1} of ${wanted.length}: ${role.value}`,
    });
    const granted = held.value.some((one) => isSameRole(one, role))
      ? ok()
      : await assignRole(
          at.graph,
          { principalId, ...role },
          patienceFor(at, 'roles', `${role.value} to be accepted`),
        );
    if (!granted.ok) return granted;
  }
  const lent = before === 'read-only' ? lentTo(at, held.value, offered) : [];
  const extra = held.value
    .filter((one) => !lent.includes(one) && !wanted.some((role) => isSameRole(one, role)))
    .toSorted((a, b) => Number(isLendable(b, offered)) - Number(isLendable(a, offered)));
  const ids = extra.map(({ id }) => id);
  const removed = await removeAssignments(at.graph, principalId, ids);
  if (!removed.ok) return removed;
  return ok({
    graphRoles: wanted.filter(({ resource }) => resource === 'graph').map(({ value }) => value),
    note: noteOf({ asked, wanted, offered, removed: extra.length }),
  });
}

/** Claim value of a role of Graph; empty for any other. */
function graphRoleOf({ resourceId, appRoleId }: Assignment, offered: ResourcePrincipals): string {
  const graph = offered.get('graph');
  return (resourceId === graph?.id && graph.appRoles?.find(({ id }) => id === appRoleId)?.value) || '';
}

/** These go first: while a role of the wider profile stands, a try that goes on does not take them for lent ones. */
const isLendable = (one: Assignment, offered: ResourcePrincipals): boolean =>
  writeRoles.includes(graphRoleOf(one, offered));

/** What a reading installation holds for a restore that may be going on at another device: that one takes it back. */
function lentTo(
  { profile }: Installation,
  held: readonly Assignment[],
  offered: ResourcePrincipals,
): readonly Assignment[] {
  const values = held.map((one) => graphRoleOf(one, offered));
  const reads = profile === 'read-only' && readRoles.every((role) => values.includes(role));
  return reads && !isWider(values) ? held.filter((one) => isLendable(one, offered)) : [];
}

function resolveRole({ resource, value, id }: Permission, offered: ResourcePrincipals): WantedRole[] {
  const principal = offered.get(resource);
  const role = principal?.appRoles?.find((one) => one.value === value);
  return principal && role
    ? [{ value, resource, resourceId: principal.id, appRoleId: role.id, drifted: role.id !== id }]
    : [];
}

const readHeld = (at: Installation, principalId: string): Promise<Result<Assignment[]>> =>
  untilReplicated(
    () => readAssignments(at.graph, principalId),
    isNotThereYet,
    patienceFor(at, 'roles', 'the service principal to appear'),
  );

interface Outcome {
  readonly asked: readonly Permission[];
  readonly wanted: readonly WantedRole[];
  readonly offered: ResourcePrincipals;
  readonly removed: number;
}

function noteOf({ asked, wanted, offered, removed }: Outcome): string {
  const missing = asked.filter(
    ({ resource, value }) => !wanted.some((one) => one.resource === resource && one.value === value),
  );
  const drifted = wanted.filter((one) => one.drifted).map(({ value }) => value);
  const absent = new Set(missing.map(({ resource }) => resource).filter((name) => !offered.has(name)));
  return [
    `Granted ${wanted.length}`,
    ...(removed > 0 ? [`taken back ${removed}`] : []),
    ...(drifted.length > 0 ? [`under other ids than documented: ${drifted.join(', ')}`] : []),
    ...(missing.length > 0
      ? [`not offered by this tenant: ${missing.map(({ value }) => value).join(', ')}`]
      : []),
    ...[...absent].map((name) => `an administrator buys a licence with ${resources[name].name} for those`),
  ].join('; ');
}
