/** Installs the backup app, or joins this device to it, with the rights of the administrator who is signed in on the page. */
import { createAppTokens } from '../access/app-token.ts';
import { createDelegatedTokens } from '../access/delegated-token.ts';
import type { InstallDeps } from '../access/installation.ts';
import { join } from '../access/join.ts';
import { onboard } from '../access/onboard.ts';
import { installScopes } from '../access/scopes.ts';
import type { Profile } from '../contract/check.ts';
import type { Connection, OnboardProgress } from '../contract/connections.ts';
import { failure } from '../kernel/failure.ts';
import { err, type Result } from '../kernel/result.ts';
import { tell, type Listener } from './reporter.ts';
import type { Tenants } from './tenants.ts';
import { carryOut, type UnfinishedDeps } from './unfinished.ts';

export interface OnboardRequest {
  readonly verb: Profile | 'join';
  /** `installScopes` first; what `facts.scopes` of a `sign-in/consent-missing` names the next time. */
  readonly scopes: readonly string[];
  readonly redirectUris: readonly string[];
  readonly signal: AbortSignal;
}

export interface OnboardParts extends UnfinishedDeps {
  readonly tenants: Tenants;
}

/**
 * What is cut short after it has begun to change something is told at the next start; calling again goes on with it. Asks
 * once more with the scopes that the directory turned out to want. Where the page may not open a second window
 * (`sign-in/popup-blocked`), calling again with those scopes goes on.
 */
export async function connectTenant(
  parts: OnboardParts,
  request: OnboardRequest,
  listener: Listener<OnboardProgress>,
): Promise<Result<Connection>> {
  const first = await attempt(parts, request, listener);
  if (first.ok || request.scopes !== installScopes) return first;
  const wanted = scopesWanted(first);
  return wanted ? attempt(parts, { ...request, scopes: wanted }, listener) : first;
}

/** The scopes that a refusal asks for, if it asks for any. */
export function scopesWanted(result: Result<unknown>): readonly string[] | undefined {
  if (result.ok || result.error.code !== 'sign-in/consent-missing') return undefined;
  const scopes = result.error.facts?.['scopes'];
  return typeof scopes === 'string' ? scopes.split(' ') : undefined;
}

/** Customers consent to that app so that none is made in their directory. */
const operatorsTenant = failure(
  'input/invalid',
  'this tenant is backed up with the operator’s app: take that out of it before another one is installed',
);

async function attempt(
  { tenants, ...device }: OnboardParts,
  { verb, scopes, redirectUris, signal }: OnboardRequest,
  listener: Listener<OnboardProgress>,
): Promise<Result<Connection>> {
  const configured = tenants.configured();
  if (!configured.ok) return configured;
  const { config, tokens } = configured.value;
  const relay = tenants.relay();
  if (!relay.ok) return relay;
  const clientId = config.registratorClientId;
  if (clientId === null) return err(failure('input/not-configured', 'config.json names no client id'));
  const delegated = createDelegatedTokens(tokens, { clientId, scopes, interactive: true }, tenants.deps);
  const signedIn = await delegated.signedIn();
  if (!signedIn.ok) return signedIn;
  const graph = tenants.client(signedIn.value.tenantId, delegated);
  if (!graph.ok) return graph;
  const deps: InstallDeps = {
    ...tenants.deps,
    graph: graph.value,
    signedIn: signedIn.value,
    redirectUris,
    appTokens: (app) => createAppTokens(app, { ...tenants.deps, relay: relay.value }),
    report: (progress) => tell(listener, progress),
    signal,
  };
  const { tenantId } = signedIn.value;
  const work = { tenantId, verb: verb === 'join' ? verb : ('install' as const) };
  const connection = await carryOut(device, work, async ({ reach }) => {
    const known = await tenants.deps.store.connection(tenantId);
    if (!known.ok) return known;
    if (known.value?.kind === 'operator-app') return err(operatorsTenant);
    return verb === 'join' ? join({ ...deps, reach }) : onboard(verb, { ...deps, reach });
  });
  tenants.forget(tenantId);
  return connection;
}
