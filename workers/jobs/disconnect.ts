/** Removes the backup app of a tenant or this device alone, also where an earlier try was cut short; and looks beforehand. */
import { createAppTokens } from '../access/app-token.ts';
import { disconnect } from '../access/disconnect.ts';
import { leaveDevice, leaveOperatorApp } from '../access/leave-device.ts';
import { keysOf } from '../access/operator-app.ts';
import type { AppToRemove } from '../access/removal.ts';
import { previewRemoval } from '../access/removal-preview.ts';
import type { Disconnected, DisconnectProgress, RemovalPreview } from '../contract/disconnect.ts';
import { failure } from '../kernel/failure.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import { asAdministrator } from './administrator.ts';
import { forgetLicences } from './licence-settings.ts';
import { tell, type Listener } from './reporter.ts';
import { forgetSeats } from './seat-ledger.ts';
import type { Tenants } from './tenants.ts';
import { carryOut, factsLeft, type Progress, type UnfinishedDeps } from './unfinished.ts';
import type { WriteRights } from './write-rights.ts';

export interface DisconnectDeps extends UnfinishedDeps {
  readonly tenants: Tenants;
  readonly writes: WriteRights;
}

export async function previewDisconnect(
  tenantId: string,
  deps: DisconnectDeps,
): Promise<Result<RemovalPreview>> {
  const app = await appOf(tenantId, deps);
  if (!app.ok) return app;
  const { store, clock } = deps.tenants.deps;
  return asAdministrator(deps.tenants, { tenantId, interactive: true }, ({ graph, signedIn }) =>
    previewRemoval(app.value, { graph, signedIn, store, clock }),
  );
}

/** `leave` takes out this device alone. */
export async function disconnectTenant(
  { tenantId, verb }: { readonly tenantId: string; readonly verb: 'disconnect' | 'leave' },
  deps: DisconnectDeps,
  listener: Listener<DisconnectProgress>,
): Promise<Result<Disconnected>> {
  const app = await appOf(tenantId, deps);
  if (!app.ok) return app;
  const relay = deps.tenants.relay();
  const appTokens = relay.ok
    ? createAppTokens(app.value, {
        ...deps.tenants.deps,
        store: keysOf(deps.tenants.deps.store, app.value),
        relay: relay.value,
      })
    : null;
  const tenant = verb === 'leave' ? await deps.tenants.open(tenantId) : undefined;
  const appGraph = tenant?.ok ? tenant.value.graph : null;
  const remove = verb === 'leave' ? leaveDevice : disconnect;
  const take = (progress: Progress) => {
    const at = {
      ...deps.tenants.deps,
      ...progress,
      report: (step: DisconnectProgress) => tell(listener, step),
    };
    return verb === 'leave' && app.value.kind === 'operator-app'
      ? leaveOperatorApp(app.value, at)
      : asAdministrator(deps.tenants, { tenantId, interactive: true }, (administrator) =>
          remove(app.value, { ...at, ...administrator, appTokens, appGraph }),
        );
  };
  const result = await carryOut(deps, { tenantId, verb }, (progress) =>
    deps.writes.removing(tenantId, verb, () => take(progress)),
  );
  if (result.ok) await forgetTenant(tenantId, deps);
  return result;
}

/** What stays of its settings, where the browser does not let go, is ids without a use. */
async function forgetTenant(tenantId: string, deps: DisconnectDeps): Promise<void> {
  deps.tenants.forget(tenantId);
  await forgetLicences(deps.records, tenantId);
  await forgetSeats(deps, tenantId);
}

/** As this device is connected, or as the note of a removal says that had come as far as the connection itself. */
async function appOf(tenantId: string, { tenants, records }: DisconnectDeps): Promise<Result<AppToRemove>> {
  const connection = await tenants.deps.store.connection(tenantId);
  if (!connection.ok) return connection;
  if (connection.value) return ok(connection.value);
  const left = await factsLeft(records, tenantId);
  if (!left.ok) return left;
  const { clientId, kind } = left.value ?? {};
  return typeof clientId === 'string'
    ? ok({ tenantId, clientId, kind: kind === 'operator-app' ? kind : 'app' })
    : err(
        failure('input/not-connected', 'this device is not connected to the tenant', { retry: 'after-user' }),
      );
}
