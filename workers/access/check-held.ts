/** Does the app hold a permission? By the tenant's own names: where a service has renamed a role, its id means nothing. */
import type { PrincipalFacts, Services } from './check-facts.ts';
import type { Permission, ResourceName } from './permissions.ts';

export const holds = ({ roles }: PrincipalFacts, resource: ResourceName, value: string): boolean =>
  roles.some((role) => role.resource === resource && role.value === value);

export function isMissing(wanted: Permission, held: PrincipalFacts, services: Services): boolean {
  if (wanted.kind === 'Scope') return !held.scopes.includes(wanted.value);
  return !holds(held, wanted.resource, wanted.value) && !isUnnamed(wanted, held, services);
}

/** Without the service's own list of roles the table's id has to do. */
function isUnnamed(wanted: Permission, held: PrincipalFacts, services: Services): boolean {
  const service = services[wanted.resource];
  return !service.ok && held.roles.some(({ id }) => id === wanted.id);
}

/** Held under the id of the table, which is no longer the one that the service gives this name. */
export function isRenamed(wanted: Permission, held: PrincipalFacts, services: Services): boolean {
  const service = services[wanted.resource];
  if (wanted.kind === 'Scope' || !service.ok || !service.value) return false;
  const holdsOldId = held.roles.some(
    ({ resource, id, value }) => resource === wanted.resource && id === wanted.id && value === undefined,
  );
  return holdsOldId && isMissing(wanted, held, services);
}
