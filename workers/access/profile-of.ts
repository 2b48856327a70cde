/** Which profile an app was installed with, as its own registration says: any device can tell. */
import type { Profile } from '../contract/check.ts';
import type { Application } from './installation.ts';
import { resources } from './permissions.ts';
import { permissionsOf } from './profiles.ts';

const profiles: readonly Profile[] = ['read-only', 'reference', 'complete'];

const named = (profile: Profile): ReadonlySet<string> =>
  new Set(
    permissionsOf(profile).map(({ resource, id, kind }) => `${resources[resource].appId} ${kind} ${id}`),
  );

/** The one that differs least from what the app asks for; of equals, the one that may do less. */
export function profileOf({ requiredResourceAccess }: Pick<Application, 'requiredResourceAccess'>): Profile {
  const declared = new Set(
    (requiredResourceAccess ?? []).flatMap(({ resourceAppId, resourceAccess }) =>
      resourceAccess.map(({ id, type }) => `${resourceAppId} ${type} ${id}`),
    ),
  );
  const distances = profiles.map((profile) => [profile, distance(named(profile), declared)] as const);
  return distances.reduce((best, one) => (one[1] < best[1] ? one : best))[0];
}

function distance(one: ReadonlySet<string>, other: ReadonlySet<string>): number {
  const shared = [...one].filter((word) => other.has(word)).length;
  return one.size + other.size - 2 * shared;
}
