/** App role assignments of a service principal: read whole, made once, removed. Ids are those of the tenant. */
import { looseObject, string, unknown, type InferOutput } from 'valibot';
import type { GraphClient } from '../graph/client.ts';
import { readAll } from '../graph/read-all.ts';
import { ok, type Result } from '../kernel/result.ts';
import { directory } from './installation.ts';
import { isNotKnownYet, untilReplicated, type Patience } from './patience.ts';

const assignmentSchema = looseObject({ id: string(), appRoleId: string(), resourceId: string() });
export type Assignment = InferOutput<typeof assignmentSchema>;

export interface RoleToAssign {
  readonly principalId: string;
  readonly resourceId: string;
  readonly appRoleId: string;
}

export const assignmentsPath = (principalId: string): string =>
  `/servicePrincipals/${principalId}/appRoleAssignments`;

export const readAssignments = (graph: GraphClient, principalId: string): Promise<Result<Assignment[]>> =>
  readAll(graph, `${assignmentsPath(principalId)}?$top=999`, assignmentSchema, directory);

export const isSameRole = (held: Assignment, { resourceId, appRoleId }: Omit<RoleToAssign, 'principalId'>) =>
  held.appRoleId === appRoleId && held.resourceId === resourceId;

/** Gives the id of the new assignment; null where it stood already. `trying` is asked before each try, whose answer may be lost. */
export function assignRole(
  graph: GraphClient,
  role: RoleToAssign,
  patience: Patience,
  trying: () => Promise<Result<void>> = async () => ok(),
): Promise<Result<string | null>> {
  const { principalId, resourceId, appRoleId } = role;
  const post = async (): Promise<Result<string | null>> => {
    const noted = await trying();
    if (!noted.ok) return noted;
    const body = { principalId, resourceId, appRoleId };
    const options = { ...directory, idempotent: true };
    const made = await graph.send('POST', assignmentsPath(principalId), body, assignmentSchema, options);
    if (made.ok) return ok(made.value.id);
    if (made.error.code !== 'graph/bad-request' && made.error.code !== 'graph/conflict') return made;
    // A duplicate is answered with the same 400 as what is not known yet: the list tells them apart.
    const held = await readAssignments(graph, principalId);
    return held.ok && held.value.some((one) => isSameRole(one, role)) ? ok(null) : made;
  };
  return untilReplicated(post, isNotKnownYet, patience);
}

/** One that is gone already counts as removed. */
export async function removeAssignments(
  graph: GraphClient,
  principalId: string,
  ids: readonly string[],
): Promise<Result<void>> {
  for (const id of ids) {
    const path = `${assignmentsPath(principalId)}/${id}`;
    const removed = await graph.send('DELETE', path, undefined, unknown(), directory);
    if (!removed.ok && removed.error.code !== 'graph/not-found') return removed;
  }
  return ok();
}
