/** What stands in a tenant for its backup app, whoever put it there. */
import { array, looseObject, nullish, string, type InferOutput } from 'valibot';
import type { GraphClient } from '../graph/client.ts';
import { readAll } from '../graph/read-all.ts';
import { ok, type Result } from '../kernel/result.ts';
import { orNone } from './find-application.ts';
import { directory } from './installation.ts';

const keySchema = looseObject({
  key: nullish(string()),
  keyId: nullish(string()),
  displayName: nullish(string()),
  endDateTime: nullish(string()),
});
export type KeyCredential = InferOutput<typeof keySchema>;
const appSchema = looseObject({
  id: string(),
  keyCredentials: array(keySchema),
  passwordCredentials: nullish(array(looseObject({ keyId: string() })), []),
});
const idSchema = looseObject({ id: string() });

export interface Registered {
  readonly id: string;
  readonly keys: readonly KeyCredential[];
  /** Key ids. Holdfast makes none; somebody else may have. */
  readonly secrets: readonly string[];
}

export interface InstalledApp {
  readonly application: Registered | null;
  /** Object id of the service principal. */
  readonly principal: string | null;
}

export async function readInstalledApp(graph: GraphClient, clientId: string): Promise<Result<InstalledApp>> {
  const application = await readRegistered(graph, clientId);
  if (!application.ok) return application;
  const path = `/servicePrincipals(appId='${clientId}')?$select=id`;
  const principal = await orNone(graph.get(path, idSchema, directory));
  if (!principal.ok) return principal;
  return ok({ application: application.value, principal: principal.value?.id ?? null });
}

/** null where the tenant has no such application. */
export async function readRegistered(
  graph: GraphClient,
  clientId: string,
): Promise<Result<Registered | null>> {
  // Certificates are shown only where they are selected.
  const path = `/applications(appId='${clientId}')?$select=id,keyCredentials,passwordCredentials`;
  const found = await orNone(graph.get(path, appSchema, directory));
  if (!found.ok) return found;
  if (!found.value) return ok(null);
  const { id, keyCredentials: keys, passwordCredentials } = found.value;
  return ok({ id, keys, secrets: (passwordCredentials ?? []).map(({ keyId }) => keyId) });
}

/** Ids of its application permissions; none where the service principal is gone. */
export const readAssignmentIds = (graph: GraphClient, principal: string): Promise<Result<string[]>> =>
  readIds(graph, `/servicePrincipals/${principal}/appRoleAssignments?$top=999`);

/** Ids of its delegated permissions, of everybody; none where the service principal is gone. */
export const readGrantIds = (graph: GraphClient, principal: string): Promise<Result<string[]>> =>
  readIds(graph, `/servicePrincipals/${principal}/oauth2PermissionGrants`);

async function readIds(graph: GraphClient, path: string): Promise<Result<string[]>> {
  const all = await orNone(readAll(graph, path, idSchema, directory));
  return all.ok ? ok((all.value ?? []).map(({ id }) => id)) : all;
}
