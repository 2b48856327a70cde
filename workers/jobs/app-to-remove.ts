/** Which app is to be removed from a tenant, also where work was cut short before this device was connected to it. */
import { findApplication } from '../access/find-application.ts';
import type { AppToRemove } from '../access/removal.ts';
import { failure } from '../kernel/failure.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import { asAdministrator } from './administrator.ts';
import type { Tenants } from './tenants.ts';
import { factsLeft, type UnfinishedDeps } from './unfinished.ts';

/** null: an installation was begun that has made none, or whose app is gone again. May open a sign-in window. */
export async function appToRemove(
  tenantId: string,
  { tenants, records }: Pick<UnfinishedDeps, 'records'> & { readonly tenants: Tenants },
): Promise<Result<AppToRemove | null>> {
  const connection = await tenants.deps.store.connection(tenantId);
  if (!connection.ok) return connection;
  if (connection.value) return ok(connection.value);
  const left = await factsLeft(records, tenantId);
  if (!left.ok) return left;
  if (left.value === undefined)
    return err(
      failure('input/not-connected', 'this device is not connected to the tenant', { retry: 'after-user' }),
    );
  const { clientId, kind } = left.value;
  return typeof clientId === 'string'
    ? ok({ tenantId, clientId, kind: kind === 'operator-app' ? kind : 'app' })
    : lookUp(tenantId, tenants);
}

/** An installation that dies in its first step knows no id of the app, not even whether there is one. */
function lookUp(tenantId: string, tenants: Tenants): Promise<Result<AppToRemove | null>> {
  return asAdministrator(tenants, { tenantId, interactive: true }, async ({ graph, signedIn }) => {
    const found = await findApplication({ ...tenants.deps, graph, signedIn, report: () => undefined });
    if (!found.ok) return found;
    const { ours } = found.value;
    return ok(ours ? { tenantId, clientId: ours.appId, kind: 'app' } : null);
  });
}
