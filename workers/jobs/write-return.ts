/** Takes a lent right to write back and proves it: no assignment in the directory, none of the roles in a fresh token. */
import { requireGranter } from '../access/approvers.ts';
import { tokenLifetimeMs } from '../access/disconnect-proof.ts';
import { findApp, heldRoles, chosenProfile, removeRoles } from '../access/write-grants.ts';
import { notOfProfile, writeRoles } from '../access/write-roles.ts';
import type { WriteProgress, WriteProof } from '../contract/write-rights.ts';
import { ok, type Result } from '../kernel/result.ts';
import { asAdministrator, type Person } from './administrator.ts';
import { iso } from './backup-run.ts';
import { tokensOfApp, type Tenant, type Tenants } from './tenants.ts';
import {
  dropWrite,
  lastWriteToken,
  newEntry,
  putWrite,
  readWrite,
  type WriteEntry,
  type WriteRecordDeps,
} from './write-record.ts';
import { untilGone } from './write-token.ts';

interface ReturnDeps extends WriteRecordDeps {
  readonly tenants: Tenants;
}

/** Where it fails, the record stays. */
export async function takeBack(
  deps: ReturnDeps,
  at: { readonly tenantId: string; readonly interactive: boolean },
  report: (step: WriteProgress['step']) => void,
): Promise<Result<WriteProof>> {
  const { clock, tenants } = deps;
  const known = await readWrite(deps, at.tenantId);
  if (!known.ok) return known;
  const tenant = await tenants.open(at.tenantId);
  if (!tenant.ok) return tenant;
  const { connection } = tenant.value;
  const app = tokensOfApp(tenant.value);
  if (!app.ok) return app;
  const tokens = app.value;
  const noted = known.value ? await putWrite(deps, { ...known.value, phase: 'removing' }) : ok();
  if (!noted.ok) return noted;
  report('removing');
  const entry = known.value ?? unrecorded(tenant.value, clock.now());
  const roles = notOfProfile(connection.profile, entry.roles);
  const removed = await asAdministrator(tenants, at, (person) => remove(deps, person, { ...entry, roles }));
  if (!removed.ok) return removed;
  const absentAt = iso(clock.now());
  tokens.discard();
  report('proving');
  const gone = await untilGone(tokens, removed.value, clock);
  if (!gone.ok) {
    tokens.discard();
    return gone;
  }
  const tokenAt = clock.now();
  const last = await settle(deps, at.tenantId, tokenAt);
  if (!last.ok) return last;
  const lastTokenEnds = removed.value.length === 0 ? null : iso(last.value);
  return ok({ tenantId: at.tenantId, roles: removed.value, absentAt, tokenAt: iso(tokenAt), lastTokenEnds });
}

/** Drops what is proved; gives when the last token ends. */
async function settle(deps: ReturnDeps, tenantId: string, tokenAt: number): Promise<Result<number>> {
  const last = await lastWriteToken(deps, tenantId);
  if (!last.ok) return last;
  const dropped = await dropWrite(deps, tenantId);
  if (!dropped.ok) return dropped;
  // Another device may have fetched one until now, and tells nobody.
  return ok(Math.max(last.value ?? 0, tokenAt + tokenLifetimeMs));
}

/** Without a record, a reading installation gives back every role that is ever lent. */
const unrecorded = (tenant: Tenant, now: number): WriteEntry =>
  newEntry(tenant, null, tenant.connection.profile === 'read-only' ? writeRoles : [], now);

/** Gives the roles that are gone: not those of a profile that the app has been given meanwhile. */
async function remove(
  { clock }: ReturnDeps,
  { graph, signedIn }: Person,
  entry: Omit<WriteEntry, 'roles'> & { readonly roles: readonly string[] },
): Promise<Result<readonly string[]>> {
  const deps = { graph, clock };
  const { clientId, roles, assignments: known, unansweredAt } = entry;
  const app = await findApp(deps, clientId);
  // With the app's principal, everything that was assigned to it is gone.
  if (!app.ok) return app.error.code === 'graph/not-found' ? ok(roles) : app;
  const held = await heldRoles(deps, app.value);
  if (!held.ok) return held;
  const chosen = await chosenProfile(deps, clientId, held.value);
  if (!chosen.ok) return chosen;
  const doomed = notOfProfile(chosen.value, roles);
  if (doomed.length === 0) return ok([]);
  const removed = await removeRoles(deps, app.value, { roles: doomed, known, unansweredAt }, () =>
    requireGranter(graph, signedIn),
  );
  return removed.ok ? ok(doomed) : removed;
}
