/** Work in a tenant with the rights of whoever signs in to the page. */
import { createDelegatedTokens } from '../access/delegated-token.ts';
import { explainRefusal } from '../access/refusal.ts';
import { checkScopes, installScopes } from '../access/scopes.ts';
import type { DelegatedToken } from '../contract/engine-api.ts';
import type { GraphClient } from '../graph/client.ts';
import { failure, failureKind } from '../kernel/failure.ts';
import { err, type Result } from '../kernel/result.ts';
import { scopesWanted } from './onboard.ts';
import type { Tenants } from './tenants.ts';

export interface Person {
  readonly graph: GraphClient;
  readonly signedIn: DelegatedToken;
}

interface Way {
  readonly tenantId: string;
  /** May open the sign-in window. */
  readonly interactive: boolean;
}

/**
 * With the directory rights of an administrator; once more with the scopes that the directory turned out to want. Where
 * the page may not open a second window for them (`sign-in/popup-blocked`), calling again goes on with those. Where
 * nobody may be asked (`interactive` false), with whatever the sign-in of this page gives.
 */
export async function asAdministrator<T>(
  tenants: Tenants,
  way: Way,
  work: (person: Person) => Promise<Result<T>>,
): Promise<Result<T>> {
  const first = await withScopes(tenants, { ...way, scopes: tenants.installScopes }, work);
  const wanted = scopesWanted(first);
  const isNew = wanted !== undefined && tenants.installScopes === installScopes;
  if (isNew) tenants.installScopes = wanted;
  const result = isNew ? await withScopes(tenants, { ...way, scopes: wanted }, work) : first;
  if (result.ok || way.interactive || failureKind(result.error.code) !== 'sign-in') return result;
  const reading = await withScopes(tenants, { ...way, scopes: checkScopes }, work);
  return reading.ok ? reading : result;
}

async function withScopes<T>(
  tenants: Tenants,
  way: Way & { readonly scopes: readonly string[] },
  work: (person: Person) => Promise<Result<T>>,
): Promise<Result<T>> {
  const configured = tenants.configured();
  if (!configured.ok) return configured;
  const { config, tokens } = configured.value;
  const clientId = config.registratorClientId;
  if (clientId === null) return err(failure('input/not-configured', 'config.json names no client id'));
  const delegated = createDelegatedTokens(tokens, { clientId, ...way }, tenants.deps);
  const signedIn = await delegated.signedIn();
  if (!signedIn.ok) return signedIn;
  const graph = tenants.client(way.tenantId, delegated);
  if (!graph.ok) return graph;
  const result = await work({ graph: graph.value, signedIn: signedIn.value });
  return result.ok ? result : err(explainRefusal(result.error, signedIn.value));
}
