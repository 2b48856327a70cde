/**
 * Takes the backup app out of the tenant and this device's key out of the browser, and proves it. Safe to repeat from
 * wherever it was cut short: every step looks first. Order: rights, credentials, service principal, app, a refused
 * token, the key; the key goes last because the refusal needs it.
 */
import { unknown } from 'valibot';
import type { Disconnected } from '../contract/disconnect.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import { canRemove } from './directory-roles.ts';
import { proofOf } from './disconnect-proof.ts';
import { forgetKey } from './forget-key.ts';
import { checkRole } from './install-steps.ts';
import { directory } from './installation.ts';
import { readInstalledApp, type InstalledApp } from './installed-app.ts';
import { pathOf, proveGone, proveRefused } from './prove-gone.ts';
import { explainRefusal } from './refusal.ts';
import { readRights, removeRights, type Rights } from './remove-rights.ts';
import type { AppToRemove, RemovalDeps } from './removal.ts';

/**
 * Failures: sign-in/not-administrator; sign-in/consent-missing with fact `scopes` as of `onboard`; graph/conflict where
 * something is still seen after minutes; graph/*, relay/*, storage/*. The key is kept until all else is proven gone.
 */
export async function disconnect(app: AppToRemove, at: RemovalDeps): Promise<Result<Disconnected>> {
  const result = await remove(app, at);
  return result.ok ? result : err(explainRefusal(result.error, at.signedIn));
}

async function remove(app: AppToRemove, at: RemovalDeps): Promise<Result<Disconnected>> {
  const allowed = await checkRole(at, canRemove);
  if (!allowed.ok) return allowed;
  const found = await readInstalledApp(at.graph, app.clientId);
  if (!found.ok) return found;
  const rights = await readRights(at, found.value);
  if (!rights.ok) return rights;
  const counts = countsOf(at, found.value, rights.value);
  const noted = await at.reach('roles', { clientId: app.clientId, kind: app.kind, ...counts });
  if (!noted.ok) return noted;
  const stripped = await removeRights(at, app, found.value, rights.value);
  if (!stripped.ok) return stripped;
  const gone = await removeObjects(at, app);
  if (!gone.ok) return gone;
  const refused = await proveRefused(at);
  if (!refused.ok) return refused;
  const forgotten = await forgetKey(at, app);
  return forgotten.ok ? ok(proofOf(at.facts(), at.clock.now())) : forgotten;
}

/** An operator's app itself stays where it is registered. */
async function removeObjects(at: RemovalDeps, app: AppToRemove): Promise<Result<void>> {
  const steps = [
    'service-principal' as const,
    ...(app.kind === 'operator-app' ? [] : ['application' as const]),
  ];
  for (const step of steps) {
    const deleted = await deleteObject(at, app, step);
    if (!deleted.ok) return deleted;
  }
  for (const step of steps) {
    const gone = await proveGone(at, app, step);
    if (!gone.ok) return gone;
  }
  return ok();
}

/** How many there were at first: a try that goes on finds fewer. */
function countsOf({ facts }: RemovalDeps, { application }: InstalledApp, { assignments, grants }: Rights) {
  const before = facts();
  const most = (name: string, now: number) => Math.max(Number(before[name] ?? 0), now);
  return {
    roles: most('roles', assignments.length),
    grants: most('grants', grants.length),
    certificates: most('certificates', application?.keys.length ?? 0),
    secrets: most('secrets', application?.secrets.length ?? 0),
  };
}

async function deleteObject(
  { graph, report, reach }: RemovalDeps,
  app: AppToRemove,
  step: 'service-principal' | 'application',
): Promise<Result<void>> {
  const reached = await reach(step);
  if (!reached.ok) return reached;
  report({ step, state: 'running', note: 'Deleting' });
  const deleted = await graph.send('DELETE', pathOf(step, app), undefined, unknown(), directory);
  return deleted.ok || deleted.error.code === 'graph/not-found' ? ok() : deleted;
}
