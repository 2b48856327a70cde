/** `EngineApi`: the backup app in a tenant, and this device's connection to it. */
import { installScopes } from './access/scopes.ts';
import type { Profile } from './contract/check.ts';
import type { ConnectApi, OnboardProgress } from './contract/connections.ts';
import type { Parts } from './engine.ts';
import { connectTenant, scopesWanted } from './jobs/onboard.ts';
import { renewCertificate } from './jobs/renew.ts';
import type { Listener } from './jobs/reporter.ts';
import { ok } from './kernel/result.ts';

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
    const connected = await connectTenant({ ...deps, tenants }, request, listener);
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
  };
}
