/** Template ids of built-in roles (learn.microsoft.com/entra/identity/role-based-access-control/permissions-reference). */
import { array, looseObject, nullish, optional, string, type InferOutput } from 'valibot';
import type { DelegatedToken } from '../contract/engine-api.ts';
import type { GraphClient } from '../graph/client.ts';
import { readAll } from '../graph/read-all.ts';
import { ok, type Result } from '../kernel/result.ts';

export const globalAdministrator = '62e90394-69f5-4237-9190-012177145e10';
const privilegedRoleAdministrator = 'e8611ab8-c189-46e8-94e1-60213ab1f814';
const applicationAdministrator = '9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3';
const cloudApplicationAdministrator = '158c047a-c907-4556-b7ef-446551a6b5f7';

/** Who may grant an app roles of Microsoft Graph. */
export const granterRoles: readonly string[] = [globalAdministrator, privilegedRoleAdministrator];

const names: Readonly<Record<string, string>> = {
  [globalAdministrator]: 'Global Administrator',
  [privilegedRoleAdministrator]: 'Privileged Role Administrator',
  [applicationAdministrator]: 'Application Administrator',
  [cloudApplicationAdministrator]: 'Cloud Application Administrator',
  'f2ef992c-3afb-46b9-b7cf-a126ee74c451': 'Global Reader',
  '29232cdf-9323-42fd-ade2-1d097af3e4de': 'Exchange Administrator',
  'f28a1f50-f6e7-4571-818b-6a12f2af6b6c': 'SharePoint Administrator',
  'fe930be7-5e62-47db-91af-98c3a49a38b1': 'User Administrator',
  '5d6b6bb7-de71-4623-b4af-96380a352509': 'Security Reader',
  'b0f54661-2d74-4c50-afa3-1ec803f12efe': 'Billing Administrator',
  '729827e3-9c14-49f7-bb1b-9608f156bbb8': 'Helpdesk Administrator',
};

/** Stands among the roles of a token that a partner's delegated administration gave (GDAP). */
export const delegatedAdministration = '08372b87-7d02-482a-9e02-fb03ea5fe193';

export const roleName = (templateId: string): string => names[templateId] ?? templateId;

/** Registering an app and granting it Graph's own roles takes this one; two lesser roles can each do only half. */
export const canInstall = (roles: readonly string[]): boolean => roles.includes(globalAdministrator);

/** Changing an app's certificates takes one of these. */
export const canManageApps = (roles: readonly string[]): boolean =>
  canInstall(roles) ||
  roles.includes(applicationAdministrator) ||
  roles.includes(cloudApplicationAdministrator);

/** Graph's own roles are taken back by one kind of administrator, apps deleted by another; this one is both. */
export const canRemove = (roles: readonly string[]): boolean =>
  canInstall(roles) || (roles.includes(privilegedRoleAdministrator) && canManageApps(roles));

const membership = looseObject({ roleTemplateId: nullish(string()) });
/** Of `/me/memberOf`, which has groups beside roles; others follow its link. */
export const memberOfPage = looseObject({
  value: array(membership),
  '@odata.nextLink': optional(string()),
});
const directory = { pool: 'directory' } as const;

/** Of the first page, and of those that follow. */
export async function roleIdsFrom(
  graph: GraphClient,
  first: InferOutput<typeof memberOfPage>,
): Promise<Result<readonly string[]>> {
  const next = first['@odata.nextLink'];
  const others = next === undefined ? ok([]) : await readAll(graph, next, membership, directory);
  if (!others.ok) return others;
  return ok([...first.value, ...others.value].flatMap(({ roleTemplateId }) => roleTemplateId ?? []));
}

/** From the id token where the app asks for them there, else what the directory answered. */
export function rolesIn(
  { directoryRoles }: DelegatedToken,
  memberOf: Result<readonly string[]>,
): Result<readonly string[]> {
  if (directoryRoles.some((role) => role in names)) return ok(directoryRoles);
  return memberOf.ok ? ok([...new Set([...directoryRoles, ...memberOf.value])]) : memberOf;
}

/** From the id token where the app asks for them there, else from the directory. */
export async function readDirectoryRoles(
  signedIn: DelegatedToken,
  graph: GraphClient,
): Promise<Result<readonly string[]>> {
  if (signedIn.directoryRoles.some((role) => role in names)) return ok(signedIn.directoryRoles);
  const first = await graph.get('/me/memberOf?$top=999', memberOfPage, directory);
  return first.ok ? rolesIn(signedIn, await roleIdsFrom(graph, first.value)) : first;
}
