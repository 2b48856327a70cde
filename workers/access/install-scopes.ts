/** Delegated grants of the backup app, for the person who installs or joins. */
import { looseObject, nullish, string, unknown } from 'valibot';
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

/** The delegated rows, for the administrator who installs and for nobody else; the rest of theirs is taken back. Gives the scopes granted. */
export async function installScopes(
  at: Installation,
  principalId: string,
  offered: ResourcePrincipals,
): Promise<Result<readonly string[]>> {
  const wanted = permissionsOf(at.profile).flatMap(({ kind, value }) => (kind === 'Scope' ? value : []));
  const resourceId = offered.get('graph')?.id;
  if (resourceId === undefined) return ok([]);
  const person = at.signedIn.account.objectId;
  const scope = wanted.join(' ');
  const read = () =>
    readAll(at.graph, `/servicePrincipals/${principalId}/oauth2PermissionGrants`, grantSchema, directory);
  const write = async (): Promise<Result<unknown>> => {
    const grants = await read();
    if (!grants.ok) return grants;
    const mine = grants.value.find((one) => one.resourceId === resourceId && one.principalId === person);
    if ((mine?.scope ?? '') === scope) return ok();
    const [method, path, body] = !mine
      ? ([
          'POST',
          '',
          { clientId: principalId, consentType: 'Principal', principalId: person, resourceId, scope },
        ] as const)
      : wanted.length > 0
        ? (['PATCH', `/${mine.id}`, { scope }] as const)
        : (['DELETE', `/${mine.id}`, undefined] as const);
    return at.graph.send(method, `/oauth2PermissionGrants${path}`, body, unknown(), directory);
  };
  const mayPass = (reason: { code: string }) => /^graph\/(not-found|bad-request|conflict)$/.test(reason.code);
  const granted = await untilReplicated(
    write,
    mayPass,
    patienceFor(at, 'grants', 'the grant to be accepted'),
  );
  return granted.ok ? ok(wanted) : granted;
}
