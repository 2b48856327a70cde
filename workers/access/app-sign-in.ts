/** An administrator's delegated rights in the backup app: which the profile names, and which the directory has granted. */
import { array, looseObject, nullish, object, string } from 'valibot';
import type { DelegatedRight } from '../contract/app-rights.ts';
import type { Profile } from '../contract/check.ts';
import type { GraphClient } from '../graph/client.ts';
import { directory } from './installation.ts';
import { referenceRows } from './permissions.ts';
import { permissionsOf } from './profiles.ts';
import { rowFacts } from './row-facts.ts';

const scopesOf = (profile: Profile): string[] =>
  permissionsOf(profile).flatMap(({ kind, value }) => (kind === 'Scope' ? [value] : []));

/** What a sign-in asks for by name; the page asks for `offline_access` with every sign-in. */
export const delegatedScopes = (profile: Profile): string[] =>
  scopesOf(profile).filter((scope) => scope !== 'offline_access');

/** In the order of the profile, nothing known yet. */
export const delegatedRights = (profile: Profile): DelegatedRight[] =>
  scopesOf(profile).map((scope) => ({ scope, purpose: purposeOf(scope), consented: 'unknown' }));

function purposeOf(scope: string): string {
  const row = referenceRows.findIndex(
    ({ app, claim, type }) => app === 'backup' && claim === scope && type === 'delegated',
  );
  return rowFacts(row + 1).purpose;
}

const grantsSchema = object({
  value: array(looseObject({ principalId: nullish(string()), scope: nullish(string(), '') })),
});

/**
 * As the directory has it. `inToken`: what the token of this sign-in carries, which is all that is known where the
 * grants cannot be read; `offline_access` stands in no token.
 */
export async function readDelegatedRights(
  app: { readonly clientId: string; readonly profile: Profile },
  person: { readonly objectId: string; readonly inToken: readonly string[] },
  graph: GraphClient,
): Promise<DelegatedRight[]> {
  const path = `/servicePrincipals(appId='${app.clientId}')/oauth2PermissionGrants`;
  const grants = await graph.get(path, grantsSchema, directory);
  const granted = grants.ok
    ? grants.value.value
        .filter(({ principalId }) => (principalId ?? person.objectId) === person.objectId)
        .flatMap(({ scope }) => scope.split(' '))
    : person.inToken;
  return delegatedRights(app.profile).map((right) => {
    if (granted.includes(right.scope)) return { ...right, consented: 'yes' };
    const isHidden = !grants.ok && right.scope === 'offline_access';
    return { ...right, consented: isHidden ? 'unknown' : 'no' };
  });
}
