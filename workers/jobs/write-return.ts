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
import { dropAsked, hasRunOut, readAsked, type Asked } from './write-asked.ts';
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

export interface ReturnDeps extends WriteRecordDeps {
  readonly tenants: Tenants;
}

/** Where it fails, the record stays. */
export async function takeBack(
  deps: ReturnDeps,
  at: { readonly tenantId: string; readonly interactive: boolean },
  report: (step: WriteProgress['step']) => void,
): Promise<Result<WriteProof>> {
  const { clock, tenants } = deps;
  const tenant = await tenants.open(at.tenantId);
  if (!tenant.ok) return tenant;
  const app = tokensOfApp(tenant.value);
  if (!app.ok) return app;
  const tokens = app.value;
  const found = await recorded(deps, tenant.value);
  if (!found.ok) return found;
  const { entry, asked } = found.value;
  report('removing');
  const removed = await asAdministrator(tenants, at, (person) => remove(deps, person, entry));
  if (!removed.ok) return removed;
  const absentAt = clock.now();
  tokens.discard();
  report('proving');
  const gone = await untilGone(tokens, removed.value, clock);
  if (!gone.ok) {
    tokens.discard();
    return gone;
  }
  const tokenAt = clock.now();
  const last = await settle(deps, asked, { tenantId: at.tenantId, absentAt, tokenAt });
  if (!last.ok) return last;
  const lastTokenEnds = removed.value.length === 0 ? null : iso(last.value);
  const seen = { absentAt: iso(absentAt), tokenAt: iso(tokenAt), lastTokenEnds };
  return ok({ tenantId: at.tenantId, roles: removed.value, ...seen });
}

/** Drops what is proved; gives when the last token ends. A link that may still be followed stays on record. */
async function settle(
  deps: ReturnDeps,
  asked: Asked | undefined,
  { tenantId, absentAt, tokenAt }: Record<'absentAt' | 'tokenAt', number> & { readonly tenantId: string },
): Promise<Result<number>> {
  const last = await lastWriteToken(deps, tenantId);
  if (!last.ok) return last;
  const dropped = await dropWrite(deps, tenantId);
  if (!dropped.ok) return dropped;
  const forgotten = asked && hasRunOut(asked, absentAt) ? await dropAsked(deps, tenantId) : ok();
  if (!forgotten.ok) return forgotten;
  // Another device may have fetched one until now, and tells nobody.
  return ok(Math.max(last.value ?? 0, tokenAt + tokenLifetimeMs));
}

interface Recorded {
  readonly entry: Omit<WriteEntry, 'roles'> & { readonly roles: readonly string[] };
  readonly asked: Asked | undefined;
}

/** What is to be taken back. Without a record, a reading installation gives back every role that is ever lent. */
async function recorded(deps: ReturnDeps, tenant: Tenant): Promise<Result<Recorded>> {
  const { tenantId, profile } = tenant.connection;
  const known = await readWrite(deps, tenantId);
  if (!known.ok) return known;
  const asked = await readAsked(deps, tenantId);
  if (!asked.ok) return asked;
  const noted = known.value ? await putWrite(deps, { ...known.value, phase: 'removing' }) : ok();
  if (!noted.ok) return noted;
  const every = profile === 'read-only' ? writeRoles : [];
  const entry = known.value ?? newEntry(tenant, null, every, deps.clock.now());
  const roles = notOfProfile(profile, [...new Set([...entry.roles, ...(asked.value?.roles ?? [])])]);
  return ok({ entry: { ...entry, roles }, asked: asked.value });
}

/** Gives the roles that are gone: not those of a profile that the app has been given meanwhile. */
async function remove(
  { clock }: ReturnDeps,
  { graph, signedIn }: Person,
  { clientId, roles, assignments: known, unansweredAt }: Recorded['entry'],
): Promise<Result<readonly string[]>> {
  const deps = { graph, clock };
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
