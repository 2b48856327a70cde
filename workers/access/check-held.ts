/** Does the app hold a permission? By the tenant's own names: where a service has renamed a role, its id means nothing. */
import type { PrincipalFacts, Services } from './check-facts.ts';
import type { Permission, ResourceName } from './permissions.ts';

export const holds = ({ roles }: PrincipalFacts, resource: ResourceName, value: string): boolean =>
  roles.some((role) => role.resource === resource && role.value === value);

/** A scope that others alone have consented to is not granted to who looks. */
export const isMissing = ({ kind, resource, value }: Permission, held: PrincipalFacts): boolean =>
  kind === 'Scope' ? (held.scopes.get(value) ?? 'others') === 'others' : !holds(held, resource, value);

export const isOthersAlone = ({ kind, value }: Permission, { scopes }: PrincipalFacts): boolean =>
  kind === 'Scope' && scopes.get(value) === 'others';

/** Held under the id of the table, which is no longer the one that the service gives this name. */
export function isRenamed(wanted: Permission, held: PrincipalFacts, services: Services): boolean {
  const service = services[wanted.resource];
  if (wanted.kind === 'Scope' || !service.ok || !service.value) return false;
  const holdsOldId = held.roles.some(
    ({ resource, id, value }) => resource === wanted.resource && id === wanted.id && value === undefined,
  );
  return holdsOldId && isMissing(wanted, held);
}
