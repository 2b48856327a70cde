/** Checks a tenant with the rights of whoever is signed in on the page, and on request the installed app's: nothing is changed. */
import { createAppTokens } from '../access/app-token.ts';
import type { Judging } from '../access/accounts.ts';
import { runCheck, type AppSight } from '../access/check.ts';
import { consentLink } from '../access/consent-link.ts';
import { createDelegatedTokens } from '../access/delegated-token.ts';
import type { TenantLicences } from '../access/licences.ts';
import { keysOf } from '../access/operator-app.ts';
import { checkScopes, closerScopes, whoScopes } from '../access/scopes.ts';
import type { CheckReach, CheckReport } from '../contract/check.ts';
import type { GraphClient } from '../graph/client.ts';
import { failure } from '../kernel/failure.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import { countingFetch } from './counting-fetch.ts';
import { tell, type Listener } from './reporter.ts';
import type { Tenants } from './tenants.ts';

const scopesOf: Readonly<Record<CheckReach, readonly string[]>> = {
  own: whoScopes,
  usual: checkScopes,
  closer: closerScopes,
};

export interface CheckRequest {
  readonly interactive: boolean;
  readonly reach: CheckReach;
  /** Of a connected tenant: the installed app looks too. */
  readonly fully?: { readonly tenantId: string };
  /** Told what the tenant has bought, where that is visible. */
  readonly bought: (tenantId: string, licences: TenantLicences) => Promise<void>;
  /** By what the account picker judges. */
  readonly judging: (tenantId: string, graph: GraphClient) => Promise<Result<Judging>>;
}

export async function checkTenant(
  tenants: Tenants,
  { interactive, reach, fully, bought, judging }: CheckRequest,
  listener: Listener<string>,
): Promise<Result<CheckReport>> {
  const configured = tenants.configured();
  if (!configured.ok) return configured;
  const { config, tokens } = configured.value;
  const clientId = config.registratorClientId;
  if (clientId === null) return err(failure('input/not-configured', 'config.json names no client id'));
  const counting = countingFetch(tenants.deps.fetch);
  const report = (note: string) => tell(listener, note);

  const request = { clientId, scopes: scopesOf[reach], interactive, ...fully };
  const delegated = createDelegatedTokens(tokens, request, tenants.deps);
  const signedIn = await delegated.signedIn();
  if (!signedIn.ok) {
    if (signedIn.error.code !== 'sign-in/consent-missing') return signedIn;
    const link = consentLink(config, request.scopes);
    return err({ ...signedIn.error, facts: { ...signedIn.error.facts, consentLink: link } });
  }
  const { tenantId } = signedIn.value;
  const graph = tenants.client(tenantId, delegated, counting.fetch);
  if (!graph.ok) return graph;
  const app = fully ? await appSight(tenants, { tenantId, fetch: counting.fetch, judging }) : null;
  if (app && !app.ok) return app;
  return runCheck({
    ...tenants.deps,
    graph: graph.value,
    signedIn: signedIn.value,
    registratorClientId: clientId,
    version: config.build,
    consentLink: consentLink(config, checkScopes, tenantId),
    closer: reach === 'closer',
    app: app?.value ?? null,
    exchanges: counting.count,
    bought: (licences) => bought(tenantId, licences),
    report,
  });
}

async function appSight(
  tenants: Tenants,
  {
    tenantId,
    fetch,
    judging,
  }: Pick<CheckRequest, 'judging'> & { readonly tenantId: string; readonly fetch: Tenants['deps']['fetch'] },
): Promise<Result<() => Promise<AppSight>>> {
  const relay = tenants.relay();
  if (!relay.ok) return relay;
  const connection = await tenants.deps.store.connection(tenantId);
  if (!connection.ok) return connection;
  if (!connection.value || connection.value.kind === 'own') {
    const detail = 'this device is not connected to the backup app of the tenant';
    return err(failure('input/not-connected', detail, { retry: 'after-user' }));
  }
  const store = keysOf(tenants.deps.store, connection.value);
  const tokens = createAppTokens(connection.value, { ...tenants.deps, fetch, relay: relay.value, store });
  const graph = tenants.client(tenantId, tokens, fetch);
  if (!graph.ok) return graph;
  return ok(async () => {
    const fresh = await tokens.fresh();
    return {
      token: fresh.ok ? ok(fresh.value.roles) : fresh,
      graph: graph.value,
      judging: () => judging(tenantId, graph.value),
    };
  });
}
