/** Lends the app roles that a restore needs: granted by who signs in now, or approved by somebody else meanwhile. */
import { requireGranter } from '../access/approvers.ts';
import { findApp, grantRole } from '../access/write-grants.ts';
import type { WriteProgress } from '../contract/write-rights.ts';
import { ok, type Result } from '../kernel/result.ts';
import { asAdministrator, type Person } from './administrator.ts';
import { tell, type Listener } from './reporter.ts';
import { tokensOfApp, type Tenant, type Tenants } from './tenants.ts';
import { dropAsked, putAsked } from './write-asked.ts';
import { putWrite, type WriteEntry, type WriteRecordDeps } from './write-record.ts';
import { untilInToken } from './write-token.ts';

interface LendDeps extends WriteRecordDeps {
  readonly tenants: Tenants;
}

interface Lending {
  readonly entry: WriteEntry;
  readonly way: 'sign-in' | 'approval';
  readonly signal: AbortSignal;
}

/** Ends when a token carries the roles. The record is written before anything can be granted; it stays where this fails. */
export async function lend(
  deps: LendDeps,
  tenant: Tenant,
  { entry, way, signal }: Lending,
  listener: Listener<WriteProgress>,
): Promise<Result<void>> {
  const { clock, tenants } = deps;
  const { tenantId, roles } = entry;
  const since = clock.now();
  tell(listener, { step: way === 'sign-in' ? 'signing-in' : 'waiting', since });
  const begun =
    way === 'approval'
      ? await ask(deps, entry)
      : await asAdministrator(tenants, { tenantId, interactive: true }, (person) => {
          tell(listener, { step: 'granting', since });
          return grant(deps, person, { entry, signal });
        });
  if (!begun.ok) return begun;
  tell(listener, { step: 'waiting', since });
  const tokens = tokensOfApp(tenant);
  if (!tokens.ok) return tokens;
  const arrived = await untilInToken(tokens.value, roles, { clock, signal });
  if (!arrived.ok || way === 'sign-in') return arrived;
  const noted = await putWrite(deps, { ...entry, phase: 'open' });
  // The link was followed.
  return noted.ok ? dropAsked(deps, tenantId) : noted;
}

async function ask(deps: LendDeps, entry: WriteEntry): Promise<Result<void>> {
  const noted = await putAsked(deps, entry);
  return noted.ok ? putWrite(deps, { ...entry, phase: 'asked' }) : noted;
}

async function grant(
  deps: LendDeps,
  { graph, signedIn }: Person,
  { entry, signal }: Pick<Lending, 'entry' | 'signal'>,
): Promise<Result<void>> {
  const may = await requireGranter(graph, signedIn);
  if (!may.ok) return may;
  const at = { graph, clock: deps.clock, signal };
  const app = await findApp(at, entry.clientId);
  if (!app.ok) return app;
  const noted = await putWrite(deps, { ...entry, phase: 'open' });
  if (!noted.ok) return noted;
  const assignments = [...entry.assignments];
  for (const role of entry.roles) {
    const granted = await grantRole(at, app.value, role, () =>
      putWrite(deps, { ...entry, phase: 'open', assignments, unansweredAt: deps.clock.now() }),
    );
    if (!granted.ok) return granted;
    if (granted.value !== null) assignments.push({ id: granted.value, role });
    const kept = await putWrite(deps, { ...entry, phase: 'open', assignments, unansweredAt: null });
    if (!kept.ok) return kept;
  }
  return ok();
}
