/** Who may grant roles of Microsoft Graph: the members of two directory roles (learn.microsoft.com, "Grant an appRoleAssignment"). */
import { array, looseObject, nullish, object, string } from 'valibot';
import type { DelegatedToken } from '../contract/engine-api.ts';
import type { Approver } from '../contract/write-rights.ts';
import type { GraphClient } from '../graph/client.ts';
import { failure } from '../kernel/failure.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import { granterRoles, readDirectoryRoles, roleName } from './directory-roles.ts';
import { directory } from './installation.ts';

const members = object({
  value: array(looseObject({ displayName: nullish(string()), userPrincipalName: nullish(string()) })),
});

/** More would not be read. */
const most = 12;

export async function readApprovers(graph: GraphClient): Promise<Result<Approver[]>> {
  const found: Approver[] = [];
  for (const role of granterRoles) {
    const path = `/directoryRoles(roleTemplateId='${role}')/members?$select=id,displayName,userPrincipalName`;
    const answer = await graph.get(path, members, directory);
    // A role that nobody has ever held is not there.
    if (!answer.ok && answer.error.code !== 'graph/not-found') return answer;
    for (const { displayName, userPrincipalName } of answer.ok ? answer.value.value : []) {
      if (userPrincipalName && !found.some((one) => one.userPrincipalName === userPrincipalName))
        found.push({ name: displayName ?? userPrincipalName, userPrincipalName, role: roleName(role) });
    }
  }
  return ok(found.slice(0, most));
}

/** `sign-in/not-administrator` with the roles that are held instead. */
export async function requireGranter(graph: GraphClient, signedIn: DelegatedToken): Promise<Result<void>> {
  const roles = await readDirectoryRoles(signedIn, graph);
  if (!roles.ok) return roles;
  if (roles.value.some((role) => granterRoles.includes(role))) return ok();
  const held = roles.value.map(roleName).join(', ') || 'no directory role';
  return err(failure('sign-in/not-administrator', `signed in with: ${held}`, { retry: 'after-user' }));
}
