/** Delegated grants of the backup app: for the person who installs, and no wider ones for anybody else. */
import { looseObject, nullish, string, unknown, type InferOutput } from 'valibot';
import { readAll } from '../graph/read-all.ts';
import { ok, type Result } from '../kernel/result.ts';
import type { ResourcePrincipals } from './install-resources.ts';
import { directory, patienceFor, type Installation } from './installation.ts';
import { untilReplicated } from './patience.ts';
import { permissionsOf } from './profiles.ts';

const grantSchema = looseObject({
  id: string(),
  resourceId: string(),
  consentType: string(),
  principalId: nullish(string()),
  scope: nullish(string(), ''),
});
type Grant = InferOutput<typeof grantSchema>;

export interface ScopeOutcome {
  readonly scopes: readonly string[];
  /** Grants of others, or for everybody, that allowed more than the profile. */
  readonly narrowed: number;
}

/** What a sign-in itself asks for. */
const signInScopes = ['openid', 'profile', 'email', 'offline_access'];

/** The delegated rows, for the administrator who installs and for nobody else; what is beyond them is taken back from all. */
export async function installScopes(
  at: Installation,
  principalId: string,
  offered: ResourcePrincipals,
): Promise<Result<ScopeOutcome>> {
  const wanted = permissionsOf(at.profile).flatMap(({ kind, value }) => (kind === 'Scope' ? value : []));
  const resourceId = offered.get('graph')?.id;
  if (resourceId === undefined) return ok({ scopes: [], narrowed: 0 });
  const person = at.signedIn.account.objectId;
  const scope = wanted.join(' ');
  const isMine = (one: Grant) => one.resourceId === resourceId && one.principalId === person;
  const narrowed = new Set<string>();
  const write = async (): Promise<Result<unknown>> => {
    const path = `/servicePrincipals/${principalId}/oauth2PermissionGrants`;
    const grants = await readAll(at.graph, path, grantSchema, directory);
    if (!grants.ok) return grants;
    for (const grant of grants.value.filter((one) => !isMine(one))) {
      const kept = allowed(grant, grant.resourceId === resourceId ? wanted : []);
      if (kept === grant.scope) continue;
      const changed = await rewrite(at, grant, kept);
      if (!changed.ok) return changed;
      narrowed.add(grant.id);
    }
    const mine = grants.value.find(isMine);
    if ((mine?.scope ?? '') === scope) return ok();
    if (mine) return rewrite(at, mine, scope);
    const body = { clientId: principalId, consentType: 'Principal', principalId: person, resourceId, scope };
    return at.graph.send('POST', '/oauth2PermissionGrants', body, unknown(), directory);
  };
  const mayPass = (reason: { code: string }) => /^graph\/(not-found|bad-request|conflict)$/.test(reason.code);
  const granted = await untilReplicated(
    write,
    mayPass,
    patienceFor(at, 'grants', 'the grant to be accepted'),
  );
  return granted.ok ? ok({ scopes: wanted, narrowed: narrowed.size }) : granted;
}

/** What may stay of it: as it is where nothing in it is beyond what is wanted; nothing where only the sign-in is left. */
function allowed({ scope }: Grant, wanted: readonly string[]): string {
  const given = scope.split(' ').filter((one) => one !== '');
  const kept = given.filter((one) => wanted.includes(one) || signInScopes.includes(one));
  if (kept.length === given.length) return scope;
  return kept.every((one) => signInScopes.includes(one)) ? '' : kept.join(' ');
}

const rewrite = (at: Installation, { id }: Grant, scope: string): Promise<Result<unknown>> => {
  const path = `/oauth2PermissionGrants/${id}`;
  return scope === ''
    ? at.graph.send('DELETE', path, undefined, unknown(), directory)
    : at.graph.send('PATCH', path, { scope }, unknown(), directory);
};
