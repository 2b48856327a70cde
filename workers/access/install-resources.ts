/** The APIs of the profile as this tenant has them: role ids are looked up by claim value; where they differ from the table, the tenant is right. */
import { array, looseObject, nullish, string, unknown, type InferOutput } from 'valibot';
import { ok, type Result } from '../kernel/result.ts';
import { directory, patienceFor, type Installation } from './installation.ts';
import { isNotThereYet, untilReplicated } from './patience.ts';
import { resources, type ResourceName } from './permissions.ts';
import { permissionsOf } from './profiles.ts';

const named = array(looseObject({ id: string(), value: nullish(string()) }));
const resourceSchema = looseObject({
  id: string(),
  appRoles: nullish(named, []),
  oauth2PermissionScopes: nullish(named, []),
});

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
