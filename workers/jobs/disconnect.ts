/** Removes the backup app of a tenant or this device alone, also where an earlier try was cut short; and looks beforehand. */
import { createAppTokens } from '../access/app-token.ts';
import { disconnect } from '../access/disconnect.ts';
import { leaveDevice, leaveOperatorApp } from '../access/leave-device.ts';
import { keysOf } from '../access/operator-app.ts';
import { previewRemoval } from '../access/removal-preview.ts';
import type { Disconnected, DisconnectProgress, RemovalPreview } from '../contract/disconnect.ts';
import { ok, type Result } from '../kernel/result.ts';
import { asAdministrator } from './administrator.ts';
import { appToRemove } from './app-to-remove.ts';
import { forgetLicences } from './licence-settings.ts';
import { tell, type Listener } from './reporter.ts';
import { forgetSeats } from './seat-ledger.ts';
import type { Tenants } from './tenants.ts';
import { carryOut, type Progress, type UnfinishedDeps } from './unfinished.ts';
import type { WriteRights } from './write-rights.ts';

export interface DisconnectDeps extends UnfinishedDeps {
  readonly tenants: Tenants;
  readonly writes: WriteRights;
}

export async function previewDisconnect(
  tenantId: string,
  deps: DisconnectDeps,
): Promise<Result<RemovalPreview>> {
  const app = await appToRemove(tenantId, deps);
  if (!app.ok) return app;
  const known = app.value;
  if (!known) return ok(nothingThere(tenantId));
  const { store, clock } = deps.tenants.deps;
  return asAdministrator(deps.tenants, { tenantId, interactive: true }, ({ graph, signedIn }) =>
    previewRemoval(known, { graph, signedIn, store, clock }),
  );
}

/** `leave` takes out this device alone. */
export async function disconnectTenant(
  { tenantId, verb }: { readonly tenantId: string; readonly verb: 'disconnect' | 'leave' },
  deps: DisconnectDeps,
  listener: Listener<DisconnectProgress>,
): Promise<Result<Disconnected>> {
  const found = await appToRemove(tenantId, deps);
  if (!found.ok) return found;
  if (!found.value) return forgetAttempt({ tenantId, verb }, deps);
  const app = found.value;
  const relay = deps.tenants.relay();
  const appTokens = relay.ok
    ? createAppTokens(app, {
        ...deps.tenants.deps,
        store: keysOf(deps.tenants.deps.store, app),
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
    return verb === 'leave' && app.kind === 'operator-app'
      ? leaveOperatorApp(app, at)
      : asAdministrator(deps.tenants, { tenantId, interactive: true }, (administrator) =>
          remove(app, { ...at, ...administrator, appTokens, appGraph }),
        );
  };
  const result = await carryOut(deps, { tenantId, verb }, (progress) =>
    deps.writes.removing(tenantId, verb, () => take(progress)),
  );
  if (result.ok) await forgetTenant(tenantId, deps);
  return result;
}

/** An installation was cut short before it had made anything: there is its note alone. */
function forgetAttempt(
  work: { readonly tenantId: string; readonly verb: 'disconnect' | 'leave' },
  deps: DisconnectDeps,
): Promise<Result<Disconnected>> {
  const now = new Date(deps.clock.now()).toISOString();
  const seen = 'looked for: the tenant has none';
  return carryOut(deps, work, async () =>
    ok({ proof: [{ what: 'Application', seen }], tokensEnd: now, restorableUntil: null }),
  );
}

const nothingThere = (tenantId: string): RemovalPreview => ({
  tenantId,
  mayRemove: true,
  mayLeave: true,
  heldRoles: [],
  roles: 0,
  grants: 0,
  ownCertificate: false,
  otherCertificates: [],
});

/** What stays of its settings, where the browser does not let go, is ids without a use. */
async function forgetTenant(tenantId: string, deps: DisconnectDeps): Promise<void> {
  deps.tenants.forget(tenantId);
  await forgetLicences(deps.records, tenantId);
  await forgetSeats(deps, tenantId);
}
