/**
 * This device's certificate in the backup app. A new key is stored as the next one before Entra hears of it, and takes
 * its place only after a token was had with it: whenever the browser is closed, it still has every key that Entra knows.
 */
import type { Failure } from '../kernel/failure.ts';
import { ok, type Result } from '../kernel/result.ts';
import { createDeviceKey, daysOf, isFresh, shortDays, type DeviceKey } from './device-key.ts';
import type { Application, InstallDeps } from './installation.ts';
import { changeKeys, credentialOf, entryOf, hasEnded, readKeys } from './key-credentials.ts';

type App = Pick<Application, 'id'>;

/** Gives the key that the app now knows. `graph/credential-refused` where the tenant's policy takes none of ours. */
export async function installCertificate(at: InstallDeps, app: App): Promise<Result<DeviceKey>> {
  const key = await keyToUse(at, app);
  if (!key.ok) return key;
  const added = await add(at, app, key.value);
  if (added.ok || !wantsShorter(added.error)) return added;
  const note = `The tenant’s policy allows no ${daysOf(key.value)} days: trying ${shortDays}`;
  at.report({ step: 'certificate', state: 'running', note });
  const shorter = await makeNext(at, shortDays);
  return shorter.ok ? add(at, app, shorter.value) : shorter;
}

/** The policy refuses the lifetime, not certificates. */
export const wantsShorter = ({ code, facts }: Failure): boolean =>
  code === 'graph/credential-refused' && facts?.['graphCode'] === 'CredentialInvalidLifetimeAsPerAppPolicy';

/** One that an earlier try has left, the device's own, or a new one. */
async function keyToUse(at: InstallDeps, app: App): Promise<Result<DeviceKey>> {
  const own = await ownKeys(at);
  if (!own.ok) return own;
  const registered = await readKeys(at, app);
  if (!registered.ok) return registered;
  const { next, current } = own.value;
  const now = at.clock.now();
  const known = next ?? current;
  if (known && isFresh(known, now) && !hasEnded(entryOf(registered.value, known), now)) return ok(known);
  // Overwritten it would be forgotten, and stay registered.
  const withdrawn = next ? await withdraw(at, app, next) : ok();
  return withdrawn.ok ? makeNext(at) : withdrawn;
}

async function makeNext(
  { store, signedIn, clock, random }: InstallDeps,
  days?: number,
): Promise<Result<DeviceKey>> {
  const made = await createDeviceKey(signedIn.tenantId, { clock, random }, days);
  const saved = await store.saveNextKey(made);
  return saved.ok ? ok(made) : saved;
}

/**
 * After a token was had with `key`: the certificate that it replaces is taken out of the app, then `key` is the device's.
 * Does nothing where it is that already.
 */
export async function settleKey(at: InstallDeps, app: App, key: DeviceKey): Promise<Result<void>> {
  const own = await ownKeys(at);
  if (!own.ok) return own;
  const { next, current } = own.value;
  if (next?.thumbprint !== key.thumbprint) return ok();
  const withdrawn = current ? await withdraw(at, app, current) : ok();
  return withdrawn.ok ? at.store.promoteNextKey(key.tenantId) : withdrawn;
}

/** Adds it where another device, writing at the same moment, has left it out. True where it was there. */
export async function keepRegistered(at: InstallDeps, app: App, key: DeviceKey): Promise<Result<boolean>> {
  let wasThere = true;
  const added = await add(at, app, key, () => {
    wasThere = false;
  });
  return added.ok ? ok(wasThere) : added;
}

async function ownKeys({ store, signedIn }: InstallDeps) {
  const next = await store.nextKey(signedIn.tenantId);
  if (!next.ok) return next;
  const current = await store.deviceKey(signedIn.tenantId);
  return current.ok ? ok({ next: next.value, current: current.value }) : current;
}

/** `lacking`: told where the app does not have it. */
async function add(
  at: InstallDeps,
  app: App,
  key: DeviceKey,
  lacking: () => void = () => undefined,
): Promise<Result<DeviceKey>> {
  const added = await changeKeys(at, app, (registered) => {
    if (entryOf(registered, key)) return registered;
    lacking();
    return [...registered, credentialOf(key)];
  });
  if (!added.ok) return added;
  const keyId = entryOf(added.value, key)?.keyId;
  if (!keyId || keyId === key.keyId) return ok(key);
  const named = { ...key, keyId };
  const next = await at.store.nextKey(key.tenantId);
  if (!next.ok) return next;
  const isNext = next.value?.thumbprint === key.thumbprint;
  const saved = await (isNext ? at.store.saveNextKey(named) : at.store.saveDeviceKey(named));
  return saved.ok ? ok(named) : saved;
}

async function withdraw(at: InstallDeps, app: App, key: DeviceKey): Promise<Result<void>> {
  const removed = await changeKeys(at, app, (registered) => {
    const mine = entryOf(registered, key);
    return registered.filter((one) => one !== mine);
  });
  return removed.ok ? ok() : removed;
}
