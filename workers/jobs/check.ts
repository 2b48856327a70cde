/** Checks a tenant with the rights of whoever is signed in on the page: nothing is changed. */
import { runCheck } from '../access/check.ts';
import { createDelegatedTokens } from '../access/delegated-token.ts';
import { checkScopes } from '../access/scopes.ts';
import type { CheckReport } from '../contract/check.ts';
import { failure } from '../kernel/failure.ts';
import { err, type Result } from '../kernel/result.ts';
import { tell, type Listener } from './reporter.ts';
import type { Tenants } from './tenants.ts';

export async function checkTenant(
  tenants: Tenants,
  interactive: boolean,
  listener: Listener<string>,
): Promise<Result<CheckReport>> {
  const configured = tenants.configured();
  if (!configured.ok) return configured;
  const { config, tokens } = configured.value;
  const clientId = config.registratorClientId;
  if (clientId === null) return err(failure('input/not-configured', 'config.json names no client id'));
  const request = { clientId, scopes: checkScopes, interactive };
  const delegated = createDelegatedTokens(tokens, request, tenants.deps);
  const signedIn = await delegated.signedIn();
  if (!signedIn.ok) return signedIn;
  const graph = tenants.client(signedIn.value.tenantId, delegated);
  if (!graph.ok) return graph;
  return runCheck({
    ...tenants.deps,
    graph: graph.value,
    signedIn: signedIn.value,
    version: config.build,
    report: (note: string) => tell(listener, note),
  });
}
