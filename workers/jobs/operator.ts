/** The operator's own app: this browser's key for it, and the customers' tenants that have consented to it. */
import { createAppTokens } from '../access/app-token.ts';
import { connectOperatorApp, operatorStore, prepareOperatorApp } from '../access/operator-app.ts';
import type { Connection, OnboardProgress } from '../contract/connections.ts';
import type { OperatorApp } from '../contract/operator.ts';
import { failure } from '../kernel/failure.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import { asAdministrator } from './administrator.ts';
import { connectLock, type Locks } from './locks.ts';
import { tell, type Listener } from './reporter.ts';
import type { Tenants } from './tenants.ts';

export interface OperatorParts {
  readonly tenants: Tenants;
  readonly locks: Locks;
}

/** ISO 8601 UTC, of the certificate that this browser has for the app; null without one. */
export async function operatorKeyEnds({ tenants }: OperatorParts): Promise<Result<string | null>> {
  const operator = operatorOf(tenants);
  if (!operator.ok) return operator;
  const store = operatorStore(tenants.deps.store, operator.value);
  const next = await store.nextKey('');
  if (!next.ok) return next;
  // One without an id may never have reached Entra.
  const key = next.value?.keyId ? next : await store.deviceKey('');
  if (!key.ok) return key;
  return ok(key.value ? new Date(key.value.expires).toISOString() : null);
}

/** At home, with the sign-in of the operator. */
export async function prepareOperator(
  { tenants, locks }: OperatorParts,
  listener: Listener<OnboardProgress>,
): Promise<Result<string>> {
  const operator = operatorOf(tenants);
  if (!operator.ok) return operator;
  const relay = tenants.relay();
  if (!relay.ok) return relay;
  const { homeTenantId } = operator.value;
  const store = operatorStore(tenants.deps.store, operator.value);
  return locks.hold(connectLock(homeTenantId), () =>
    asAdministrator(tenants, { tenantId: homeTenantId, interactive: true }, async ({ graph, signedIn }) => {
      const key = await prepareOperatorApp(operator.value, {
        ...tenants.deps,
        store,
        graph,
        signedIn,
        redirectUris: [],
        appTokens: (app) => createAppTokens(app, { ...tenants.deps, store, relay: relay.value }),
        report: (progress) => tell(listener, progress),
      });
      return key.ok ? ok(new Date(key.value.expires).toISOString()) : key;
    }),
  );
}

/** In a customer's tenant, with a token of that tenant and nobody's sign-in. */
export async function connectOperator(
  tenantId: string,
  { tenants, locks }: OperatorParts,
): Promise<Result<Connection>> {
  const operator = operatorOf(tenants);
  if (!operator.ok) return operator;
  const relay = tenants.relay();
  if (!relay.ok) return relay;
  const store = operatorStore(tenants.deps.store, operator.value);
  const app = { tenantId, clientId: operator.value.clientId };
  const tokens = createAppTokens(app, { ...tenants.deps, store, relay: relay.value });
  const graph = tenants.client(tenantId, tokens);
  if (!graph.ok) return graph;
  return locks.hold(connectLock(tenantId), async () => {
    const known = await tenants.deps.store.connection(tenantId);
    if (!known.ok) return known;
    if (known.value && known.value.kind !== 'operator-app')
      return err(failure('input/invalid', 'this device is connected to the tenant by its own backup app'));
    const connected = await connectOperatorApp(tenantId, operator.value, {
      graph: graph.value,
      tokens,
      store,
    });
    tenants.forget(tenantId);
    return connected;
  });
}

function operatorOf(tenants: Tenants): Result<OperatorApp> {
  const configured = tenants.configured();
  if (!configured.ok) return configured;
  const { operatorApp } = configured.value.config;
  return operatorApp
    ? ok(operatorApp)
    : err(failure('input/not-configured', 'config.json names no operatorApp'));
}
