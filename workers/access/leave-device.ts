/**
 * Takes this device out of the backup app and leaves the app to the others: its certificate, and no other, then the key
 * in the browser. Safe to repeat.
 */
import { unknown } from 'valibot';
import type { Disconnected } from '../contract/disconnect.ts';
import { toBase64 } from '../kernel/bytes.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import type { DeviceKey } from './device-key.ts';
import { canManageApps } from './directory-roles.ts';
import { leavingProof, operatorLeavingProof } from './disconnect-proof.ts';
import { forgetKey } from './forget-key.ts';
import { checkRole } from './install-steps.ts';
import { directory } from './installation.ts';
import { readRegistered, type Registered } from './installed-app.ts';
import { proveRefused } from './prove-gone.ts';
import { mayBeRepeated } from './key-credentials.ts';
import { removeByProof, type LeaveDeps, type Own } from './remove-by-proof.ts';
import { explainRefusal } from './refusal.ts';
import { untilGone, type AppToRemove, type RemovalDeps } from './removal.ts';

/**
 * With an administrator's rights, or by a proof that this device has the key. Failures: sign-in/not-administrator where neither can;
 * sign-in/consent-missing with fact `scopes` as of `onboard`; graph/*, relay/*, storage/*.
 */
export async function leaveDevice(app: AppToRemove, at: LeaveDeps): Promise<Result<Disconnected>> {
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

async function removeOwnCertificates(app: AppToRemove, at: LeaveDeps): Promise<Result<void>> {
  const own = await ownKeys(at, app);
  if (!own.ok) return own;
  const registered = await readRegistered(at.graph, app.clientId);
  if (!registered.ok) return registered;
  const mine = registered.value?.keys.filter(({ key }) => own.value.has(key ?? '')) ?? [];
  const before = Number(at.facts()['certificates'] ?? 0);
  const certificates = Math.max(before, mine.length);
  const reach = () => at.reach('certificates', { clientId: app.clientId, kind: app.kind, certificates });
  const mayWrite =
    mine.length > 0 ? await writesOrProves(at, registered.value, { mine, own: own.value, reach }) : ok(true);
  if (!mayWrite.ok) return mayWrite;
  const reached = await reach();
  if (!reached.ok) return reached;
  const others = await untilGone(at, 'certificates', () => removeOnce(app, at, own.value, mayWrite.value));
  if (!others.ok) return others;
  const note = `Read back: not among the ${others.value} that are left`;
  at.report({ step: 'certificates', state: 'done', note });
  return at.reach('token', { others: others.value, goneAt: at.facts()['goneAt'] ?? at.clock.now() });
}

/** True: an administrator may write. False: the certificates were taken out by proof. Else the refusal. */
async function writesOrProves(
  at: LeaveDeps,
  application: Registered | null,
  own: Own,
): Promise<Result<boolean>> {
  const allowed = await checkRole(at, canManageApps);
  if (allowed.ok) return ok(true);
  if (allowed.error.code !== 'sign-in/not-administrator') return allowed;
  const proven = await removeByProof(at, application, own);
  if (proven.ok) return ok(false);
  return proven.error.code === 'input/invalid' ? allowed : proven;
}

/** Writing replaces the whole collection: read again afterwards. Gives how many are left of others. */
async function removeOnce(
  { clientId }: AppToRemove,
  { graph, report }: RemovalDeps,
  own: ReadonlyMap<string, DeviceKey>,
  mayWrite: boolean,
): Promise<Result<number | 'left'>> {
  const found = await readRegistered(graph, clientId);
  if (!found.ok) return found;
  if (!found.value) return ok(0);
  const rest = othersOf(found.value, own);
  if (rest.length === found.value.keys.length) return ok(rest.length);
  if (!mayWrite) return ok('left');
  report({ step: 'certificates', state: 'running', note: 'Removing this device’s' });
  const path = `/applications/${found.value.id}`;
  const options = { ...directory, once: true };
  const written = await graph.send('PATCH', path, { keyCredentials: rest }, unknown(), options);
  return written.ok || mayBeRepeated(written.error) ? ok('left') : written;
}

const othersOf = ({ keys }: Registered, own: ReadonlyMap<string, DeviceKey>) =>
  keys.filter(({ key }) => !own.has(key ?? ''));

/** By certificate; one that is only half registered is one as well. */
async function ownKeys(
  { store }: RemovalDeps,
  { tenantId }: AppToRemove,
): Promise<Result<Map<string, DeviceKey>>> {
  const current = await store.deviceKey(tenantId);
  if (!current.ok) return current;
  const next = await store.nextKey(tenantId);
  if (!next.ok) return next;
  const keys = [current.value, next.value].flatMap((key) => key ?? []);
  return ok(new Map(keys.map((key) => [toBase64(key.certificate), key])));
}
