/** Renews this device's certificate in a tenant, alone among all tabs; beside a run it is a notice at most. */
import { createAppTokens } from '../access/app-token.ts';
import { renew } from '../access/renew-certificate.ts';
import type { Connection } from '../contract/connections.ts';
import type { Failure } from '../kernel/failure.ts';
import { ok, type Result } from '../kernel/result.ts';
import { connectLock, type Locks } from './locks.ts';
import type { Tenants } from './tenants.ts';

export interface RenewParts {
  readonly tenants: Tenants;
  readonly locks: Locks;
}

export function renewCertificate(
  { tenants, locks }: RenewParts,
  tenantId: string,
  signal?: AbortSignal,
): Promise<Result<Connection>> {
  return locks.hold(connectLock(tenantId), async () => {
    const tenant = await tenants.open(tenantId);
    if (!tenant.ok) return tenant;
    const { connection, graph } = tenant.value;
    const relay = tenants.relay();
    if (!relay.ok) return relay;
    if (connection.kind !== 'app') return ok(connection);
    const tokens = createAppTokens(connection, { ...tenants.deps, relay: relay.value });
    const renewed = await renew(connection, { ...tenants.deps, graph, tokens, ...(signal && { signal }) });
    if (renewed.ok && renewed.value !== connection) tenants.forget(tenantId);
    return renewed;
  });
}

export interface RenewalBesideRun {
  /** To be called when the run has ended: what went wrong. What was cut short by that goes on with the next run. */
  end(): Promise<Failure | undefined>;
}

export function renewBeside(parts: RenewParts, tenantId: string): RenewalBesideRun {
  const stop = new AbortController();
  const renewal = renewCertificate(parts, tenantId, stop.signal);
  return {
    async end() {
      stop.abort();
      const renewed = await renewal;
      if (renewed.ok) return undefined;
      const isNoNews = ['job/cancelled', 'job/already-running'].includes(renewed.error.code);
      return isNoNews ? undefined : renewed.error;
    },
  };
}
