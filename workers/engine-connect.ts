/** `EngineApi`: the backup app in a tenant, and this device's connection to it. */
import { createDelegatedTokens } from './access/delegated-token.ts';
import { disconnect } from './access/disconnect.ts';
import { installScopes } from './access/scopes.ts';
import type { Profile } from './contract/check.ts';
import type { ConnectApi, Connection, OnboardProgress } from './contract/connections.ts';
import type { Parts } from './engine.ts';
import { connectTenant, scopesWanted } from './jobs/onboard.ts';
import { renewCertificate } from './jobs/renew.ts';
import type { Listener } from './jobs/reporter.ts';
import { failure } from './kernel/failure.ts';
import { err, ok, type Result } from './kernel/result.ts';

export function connectCalls({ tenants, deps }: Parts): ConnectApi {
  /** What the directory wanted beyond the Registrator's own right, once it has said so. */
  let scopes: readonly string[] = installScopes;
  let running = new AbortController();

  const connect = async (verb: Profile | 'join', listener: Listener<OnboardProgress>) => {
    const configured = tenants.configured();
    if (!configured.ok) return configured;
    const { redirectUri } = configured.value.config;
    const redirectUris = redirectUri === undefined ? [] : [redirectUri];
    running = new AbortController();
    const request = { verb, scopes, redirectUris, signal: running.signal };
    const connected = await connectTenant({ tenants, locks: deps.locks }, request, listener);
    scopes = scopesWanted(connected) ?? scopes;
    return connected;
  };

  return {
    onboard: connect,
    join: (listener) => connect('join', listener),
    stopConnecting: async () => {
      running.abort();
      return ok();
    },
    renew: (tenantId) => renewCertificate({ tenants, locks: deps.locks }, tenantId),

    connections: () => deps.access.connections(),

    disconnect: async (tenantId) => {
      const connection = await deps.access.connection(tenantId);
      if (!connection.ok) return connection;
      if (!connection.value)
        return err(failure('input/invalid', 'this device is not connected to the tenant'));
      const first = await removeApp(connection.value);
      const wanted = scopesWanted(first);
      const isNew = wanted !== undefined && scopes === installScopes;
      scopes = wanted ?? scopes;
      const rest = isNew ? await removeApp(connection.value) : first;
      if (rest.ok) tenants.forget(tenantId);
      return rest;
    },
  };

  /** With the rights of whoever signs in to the page as an administrator of the tenant. */
  async function removeApp(connection: Connection): Promise<Result<string[]>> {
    const { tenantId } = connection;
    const configured = tenants.configured();
    if (!configured.ok) return configured;
    const { config, tokens } = configured.value;
    const clientId = config.registratorClientId;
    if (clientId === null) return err(failure('input/not-configured', 'config.json names no client id'));
    const request = { clientId, scopes, tenantId, interactive: true };
    const delegated = createDelegatedTokens(tokens, request, tenants.deps);
    const signedIn = await delegated.signedIn();
    if (!signedIn.ok) return signedIn;
    const graph = tenants.client(tenantId, delegated);
    if (!graph.ok) return graph;
    return disconnect(connection, { ...tenants.deps, graph: graph.value, signedIn: signedIn.value });
  }
}
