/**
 * Takes this device out of the backup app and leaves the app to the others: its certificate, and no other, then the key
 * in the browser. Safe to repeat.
 */
import { unknown } from 'valibot';
import type { Disconnected } from '../contract/disconnect.ts';
import { toBase64 } from '../kernel/bytes.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import { canManageApps } from './directory-roles.ts';
import { leavingProof, operatorLeavingProof } from './disconnect-proof.ts';
import { forgetKey } from './forget-key.ts';
import { checkRole } from './install-steps.ts';
import { directory } from './installation.ts';
import { readRegistered, type Registered } from './installed-app.ts';
import { proveRefused } from './prove-gone.ts';
import { explainRefusal } from './refusal.ts';
import { untilGone, type AppToRemove, type RemovalDeps } from './removal.ts';

/**
 * Failures: sign-in/not-administrator where the certificate is registered and somebody else has to take it out;
 * sign-in/consent-missing with fact `scopes` as of `onboard`; graph/*, relay/*, storage/*.
 */
export async function leaveDevice(app: AppToRemove, at: RemovalDeps): Promise<Result<Disconnected>> {
  const removed = await removeOwnCertificates(app, at);
  if (!removed.ok) return err(explainRefusal(removed.error, at.signedIn));
  const refused = await proveRefused(at);
  if (!refused.ok) return refused;
  const forgotten = await forgetKey(at, app);
  return forgotten.ok ? ok(leavingProof(at.facts(), at.clock.now())) : forgotten;
}

/** Of an operator's app there is nothing of this device's in the tenant: only the connection goes. */
export async function leaveOperatorApp(
  app: AppToRemove,
  at: Pick<RemovalDeps, 'store' | 'reach' | 'report' | 'clock'>,
): Promise<Result<Disconnected>> {
  const forgotten = await forgetKey(at, app);
  return forgotten.ok ? ok(operatorLeavingProof(at.clock.now())) : forgotten;
}

async function removeOwnCertificates(app: AppToRemove, at: RemovalDeps): Promise<Result<void>> {
  const own = await ownCertificates(at, app);
  if (!own.ok) return own;
  const registered = await readRegistered(at.graph, app.clientId);
  if (!registered.ok) return registered;
  const mine = registered.value?.keys.filter(({ key }) => own.value.has(key ?? '')) ?? [];
  if (mine.length > 0) {
    const allowed = await checkRole(at, canManageApps);
    if (!allowed.ok) return allowed;
  }
  const before = Number(at.facts()['certificates'] ?? 0);
  const reached = await at.reach('certificates', {
    clientId: app.clientId,
    kind: app.kind,
    certificates: Math.max(before, mine.length),
  });
  if (!reached.ok) return reached;
  const others = await untilGone(at, 'certificates', () => removeOnce(app, at, own.value));
  if (!others.ok) return others;
  const note = `Read back: not among the ${others.value} that are left`;
  at.report({ step: 'certificates', state: 'done', note });
  return at.reach('token', { others: others.value, goneAt: at.facts()['goneAt'] ?? at.clock.now() });
}

/** Writing replaces the whole collection: read again afterwards. Gives how many are left of others. */
async function removeOnce(
  { clientId }: AppToRemove,
  { graph, report }: RemovalDeps,
  own: ReadonlySet<string>,
): Promise<Result<number | 'left'>> {
  const found = await readRegistered(graph, clientId);
  if (!found.ok) return found;
  if (!found.value) return ok(0);
  const rest = othersOf(found.value, own);
  if (rest.length === found.value.keys.length) return ok(rest.length);
  report({ step: 'certificates', state: 'running', note: 'Removing this device’s' });
  const path = `/applications/${found.value.id}`;
  const options = { ...directory, idempotent: true };
  const written = await graph.send('PATCH', path, { keyCredentials: rest }, unknown(), options);
  return written.ok ? ok('left') : written;
}

const othersOf = ({ keys }: Registered, own: ReadonlySet<string>) =>
  keys.filter(({ key }) => !own.has(key ?? ''));

/** A certificate that is only half registered is one as well. */
async function ownCertificates(
  { store }: RemovalDeps,
  { tenantId }: AppToRemove,
): Promise<Result<Set<string>>> {
  const current = await store.deviceKey(tenantId);
  if (!current.ok) return current;
  const next = await store.nextKey(tenantId);
  if (!next.ok) return next;
  const keys = [current.value, next.value].flatMap((key) => key ?? []);
  return ok(new Set(keys.map(({ certificate }) => toBase64(certificate))));
}
