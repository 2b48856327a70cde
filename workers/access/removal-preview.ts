/** What a removal would take away, and whether whoever signed in may; nothing is changed. */
import type { RemovalPreview } from '../contract/disconnect.ts';
import { toBase64 } from '../kernel/bytes.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import { canManageApps, canRemove, readDirectoryRoles, roleName } from './directory-roles.ts';
import { readInstalledApp, type KeyCredential } from './installed-app.ts';
import { explainRefusal } from './refusal.ts';
import { readRights } from './remove-rights.ts';
import type { AppToRemove, RemovalDeps } from './removal.ts';

/** Failures: sign-in/consent-missing with fact `scopes` as of `onboard`; graph/*, storage/*. */
export async function previewRemoval(
  { tenantId, clientId, kind }: AppToRemove,
  at: Pick<RemovalDeps, 'graph' | 'signedIn' | 'store' | 'clock'>,
): Promise<Result<RemovalPreview>> {
  const held = await readDirectoryRoles(at.signedIn, at.graph);
  if (!held.ok) return held;
  const found = await readInstalledApp(at.graph, clientId);
  if (!found.ok) return err(explainRefusal(found.error, at.signedIn));
  const rights = await readRights(at, found.value);
  if (!rights.ok) return rights;
  const own = await at.store.deviceKey(tenantId);
  if (!own.ok) return own;
  const next = await at.store.nextKey(tenantId);
  if (!next.ok) return next;
  const certificates = [own.value, next.value].flatMap((key) => (key ? toBase64(key.certificate) : []));
  // A device that has its key proves so, and needs nobody's rights.
  const isAlive = own.value !== undefined && own.value.expires > at.clock.now();
  const isMine = ({ key }: KeyCredential) => certificates.includes(key ?? '');
  // Those of an operator's app are not this tenant's, and stay.
  const keys = kind === 'operator-app' ? [] : (found.value.application?.keys ?? []);
  return ok({
    tenantId,
    mayRemove: canRemove(held.value),
    mayLeave: canManageApps(held.value) || isAlive || !keys.some(isMine),
    heldRoles: held.value.map(roleName),
    roles: rights.value.assignments.length,
    grants: rights.value.grants.length,
    ownCertificate: keys.some(isMine),
    otherCertificates: keys
      .filter((key) => !isMine(key))
      .map(({ displayName, endDateTime }) => ({ name: displayName ?? 'unnamed', ends: endDateTime ?? null })),
  });
}
