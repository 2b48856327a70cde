/**
 * App roles and delegated scopes of the profile, no more and no fewer: roles of another profile are taken back. Role
 * ids are looked up by claim value in the tenant itself; where they differ from the table, the tenant is right.
 */
import { array, looseObject, nullish, string, unknown, type InferOutput } from 'valibot';
import { readAll } from '../graph/read-all.ts';
import { ok, type Result } from '../kernel/result.ts';
import { directory, patienceFor, type Installation } from './installation.ts';
import { isNotKnownYet, isNotThereYet, untilReplicated } from './patience.ts';
import { resources, type Permission, type ResourceName } from './permissions.ts';
import { permissionsOf } from './profiles.ts';
import { isWider, readRoles, writeRoles } from './write-roles.ts';

const named = array(looseObject({ id: string(), value: nullish(string()) }));
const resourceSchema = looseObject({
  id: string(),
  appRoles: nullish(named, []),
  oauth2PermissionScopes: nullish(named, []),
});
const assignmentSchema = looseObject({ id: string(), appRoleId: string(), resourceId: string() });
const grantSchema = looseObject({
  id: string(),
  resourceId: string(),
  consentType: string(),
  principalId: nullish(string()),
  scope: nullish(string(), ''),
});

type Assignment = InferOutput<typeof assignmentSchema>;
type ResourcePrincipal = InferOutput<typeof resourceSchema>;
export type ResourcePrincipals = ReadonlyMap<ResourceName, ResourcePrincipal>;

/** Service principals of the APIs in the profile; one that the tenant cannot have (no licence) is left out. */
export async function installResources(at: Installation): Promise<Result<ResourcePrincipals>> {
  const found = new Map<ResourceName, ResourcePrincipal>();
  for (const name of new Set(permissionsOf(at.profile).map(({ resource }) => resource))) {
    const principal = await findResource(at, name);
    if (!principal.ok) return principal;
    if (principal.value) found.set(name, principal.value);
  }
  return ok(found);
}

async function findResource(
  at: Installation,
  name: ResourceName,
): Promise<Result<ResourcePrincipal | undefined>> {
  const { appId } = resources[name];
  const path = `/servicePrincipals(appId='${appId}')?$select=id,appId,appRoles,oauth2PermissionScopes`;
  const read = () => at.graph.get(path, resourceSchema, directory);
  const found = await read();
  if (found.ok || found.error.code !== 'graph/not-found') return found;
  const made = await at.graph.send('POST', '/servicePrincipals', { appId }, unknown(), directory);
  if (!made.ok && made.error.code === 'graph/bad-request') return ok(undefined);
  if (!made.ok && made.error.code !== 'graph/conflict') return made;
  return untilReplicated(read, isNotThereYet, patienceFor(at, 'resources', 'the service to appear'));
}

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

export async function installRoles(
  at: Installation,
  principalId: string,
  offered: ResourcePrincipals,
): Promise<Result<RoleOutcome>> {
  const asked = permissionsOf(at.profile).filter(({ kind }) => kind === 'Role');
  const wanted = asked.flatMap((permission) => resolveRole(permission, offered));
  const held = await readAssignments(at, principalId);
  if (!held.ok) return held;
  for (const [index, role] of wanted.entries()) {
    at.report({
      step: 'roles',
      state: 'running',
      note: `Granting ${index + 1} of ${wanted.length}: ${role.value}`,
    });
    const granted = held.value.some((one) => isSame(one, role)) ? ok() : await assign(at, principalId, role);
    if (!granted.ok) return granted;
  }
  const lent = lentTo(at, held.value, offered);
  const extra = held.value
    .filter((one) => !lent.includes(one) && !wanted.some((role) => isSame(one, role)))
    .toSorted((a, b) => Number(isLendable(b, offered)) - Number(isLendable(a, offered)));
  for (const { id } of extra) {
    const path = `/servicePrincipals/${principalId}/appRoleAssignments/${id}`;
    const removed = await at.graph.send('DELETE', path, undefined, unknown(), directory);
    if (!removed.ok && removed.error.code !== 'graph/not-found') return removed;
  }
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

const isSame = (held: Assignment, role: WantedRole): boolean =>
  held.appRoleId === role.appRoleId && held.resourceId === role.resourceId;

/** A duplicate is answered with the same 400 as an object that is not known yet: the list tells them apart. */
function assign(at: Installation, principalId: string, role: WantedRole): Promise<Result<void>> {
  const { resourceId, appRoleId } = role;
  const body = { principalId, resourceId, appRoleId };
  return untilReplicated(
    async () => {
      const path = `/servicePrincipals/${principalId}/appRoleAssignments`;
      const posted = await at.graph.send('POST', path, body, unknown(), { ...directory, idempotent: true });
      if (posted.ok) return ok();
      if (posted.error.code !== 'graph/bad-request' && posted.error.code !== 'graph/conflict') return posted;
      const held = await readAssignments(at, principalId);
      return held.ok && held.value.some((one) => isSame(one, role)) ? ok() : posted;
    },
    isNotKnownYet,
    patienceFor(at, 'roles', `${role.value} to be accepted`),
  );
}

async function readAssignments(at: Installation, principalId: string) {
  const path = `/servicePrincipals/${principalId}/appRoleAssignments?$top=999`;
  return untilReplicated(
    () => readAll(at.graph, path, assignmentSchema, directory),
    isNotThereYet,
    patienceFor(at, 'roles', 'the service principal to appear'),
  );
}

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

/** The delegated rows, for the administrator who installs and for nobody else; the rest of theirs is taken back. Gives the scopes granted. */
export async function installScopes(
  at: Installation,
  principalId: string,
  offered: ResourcePrincipals,
): Promise<Result<readonly string[]>> {
  const wanted = permissionsOf(at.profile).flatMap(({ kind, value }) => (kind === 'Scope' ? value : []));
  const resourceId = offered.get('graph')?.id;
  if (resourceId === undefined) return ok([]);
  const person = at.signedIn.account.objectId;
  const scope = wanted.join(' ');
  const read = () =>
    readAll(at.graph, `/servicePrincipals/${principalId}/oauth2PermissionGrants`, grantSchema, directory);
  const write = async (): Promise<Result<unknown>> => {
    const grants = await read();
    if (!grants.ok) return grants;
    const mine = grants.value.find((one) => one.resourceId === resourceId && one.principalId === person);
    if ((mine?.scope ?? '') === scope) return ok();
    const [method, path, body] = !mine
      ? ([
          'POST',
          '',
          { clientId: principalId, consentType: 'Principal', principalId: person, resourceId, scope },
        ] as const)
      : wanted.length > 0
        ? (['PATCH', `/${mine.id}`, { scope }] as const)
        : (['DELETE', `/${mine.id}`, undefined] as const);
    return at.graph.send(method, `/oauth2PermissionGrants${path}`, body, unknown(), directory);
  };
  const mayPass = (reason: { code: string }) => /^graph\/(not-found|bad-request|conflict)$/.test(reason.code);
  const granted = await untilReplicated(
    write,
    mayPass,
    patienceFor(at, 'grants', 'the grant to be accepted'),
  );
  return granted.ok ? ok(wanted) : granted;
}
