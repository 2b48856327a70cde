/**
 * A device renews its certificate by itself, with the app's own token and a proof by the key it has. The new key is kept
 * before Entra hears of it, the old one until the new one has brought a token and the old certificate is gone: whatever
 * cuts it short, the next try goes on from there.
 */
import { looseObject, nullish, string, unknown } from 'valibot';
import type { Connection } from '../contract/connections.ts';
import type { GraphClient } from '../graph/client.ts';
import type { Clock, Random } from '../kernel/clock.ts';
import { failure, type Failure } from '../kernel/failure.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import type { AccessStore } from './access-store.ts';
import type { AppTokens } from './app-token.ts';
import { lateWriteMs } from './await-token.ts';
import { ageOf, createDeviceKey, isFresh, shortDays, type DeviceKey } from './device-key.ts';
import { wantsShorter } from './install-certificate.ts';
import { directory } from './installation.ts';
import { credentialOf } from './key-credentials.ts';
import { signProof } from './key-proof.ts';
import { patienceMs, untilReplicated } from './patience.ts';

export interface RenewDeps {
  /** On the app's own tokens. */
  readonly graph: GraphClient;
  readonly tokens: AppTokens;
  readonly store: AccessStore;
  readonly clock: Clock;
  readonly random: Random;
  readonly signal?: AbortSignal;
}

interface Renewal extends RenewDeps {
  readonly connection: Connection;
  readonly current: DeviceKey | undefined;
}

/**
 * Does nothing before two thirds of the lifetime. Failures: sign-in/interaction-required where this device has no key
 * any more, or an older version did not note the app's object id: join again; graph/*, relay/*, storage/*.
 */
export async function renew(connection: Connection, deps: RenewDeps): Promise<Result<Connection>> {
  const { store, clock } = deps;
  const current = await store.deviceKey(connection.tenantId);
  if (!current.ok) return current;
  const left = await store.nextKey(connection.tenantId);
  if (!left.ok) return left;
  if (current.value && !left.value && isFresh(current.value, clock.now()))
    return keep(connection, current.value, store);
  const at: Renewal = { ...deps, connection, current: current.value };
  const next = await registeredNext(at, left.value);
  if (!next.ok) return next;
  const removed = await removeOld(at, next.value);
  if (!removed.ok) return removed;
  const promoted = await store.promoteNextKey(connection.tenantId);
  return promoted.ok ? keep(connection, next.value, store) : promoted;
}

async function keep(connection: Connection, key: DeviceKey, store: AccessStore): Promise<Result<Connection>> {
  const certificateExpires = new Date(key.expires).toISOString();
  if (connection.certificateExpires === certificateExpires) return ok(connection);
  const renewed = { ...connection, certificateExpires };
  const saved = await store.saveConnection(renewed);
  return saved.ok ? ok(renewed) : saved;
}

/** A key that has brought a token: the one that an earlier try has left, or a new one. */
async function registeredNext(at: Renewal, left: DeviceKey | undefined): Promise<Result<DeviceKey>> {
  const isAlive = left !== undefined && left.expires > at.clock.now();
  if (isAlive) {
    // Whether Entra has heard of it shows in time: a second certificate of the same key would stay behind.
    const known = await awaitToken(at, left, patienceMs - ageOf(left, at.clock.now()));
    if (known.ok || known.error.code !== 'relay/certificate-unknown') return known;
  }
  const signer = signerOf(at);
  if (!signer.ok) return signer;
  const made = isAlive ? ok(left) : await makeNext(at);
  if (!made.ok) return made;
  const added = await addKey(at, made.value);
  const known = added.ok ? await awaitToken(at, added.value) : added;
  return known.ok ? outlastLateWrites(at, known.value) : known;
}

/**
 * A device that had read the list of certificates before may only now have written it back, without this one: as long as
 * the old key is kept, the next try mends that.
 */
async function outlastLateWrites(at: Renewal, key: DeviceKey): Promise<Result<DeviceKey>> {
  await at.clock.sleep(lateWriteMs, at.signal);
  if (at.signal?.aborted) return err(failure('job/cancelled', 'stopped before the old certificate goes'));
  return awaitToken(at, key);
}

async function makeNext(at: Renewal, days?: number): Promise<Result<DeviceKey>> {
  const made = await createDeviceKey(at.connection.tenantId, at, days);
  const saved = await at.store.saveNextKey(made);
  return saved.ok ? ok(made) : saved;
}

async function addKey(at: Renewal, key: DeviceKey): Promise<Result<DeviceKey>> {
  const added = await sendKey(at, key);
  if (added.ok || !wantsShorter(added.error)) return added;
  const shorter = await makeNext(at, shortDays);
  return shorter.ok ? sendKey(at, shorter.value) : shorter;
}

const addedSchema = looseObject({ keyId: nullish(string()) });

/** Without a key that is alive, or the app's object id, Entra takes no proof from this device. */
function signerOf({ current, connection, clock }: Renewal) {
  const { applicationId } = connection;
  if (current && current.expires > clock.now() && applicationId !== null)
    return ok({ current, applicationId });
  const detail = 'an administrator has to renew the certificate of this device';
  return err(failure('sign-in/interaction-required', detail, { retry: 'after-user' }));
}

async function sendKey(at: Renewal, key: DeviceKey): Promise<Result<DeviceKey>> {
  const { graph, clock, store } = at;
  const signer = signerOf(at);
  if (!signer.ok) return signer;
  const { current, applicationId } = signer.value;
  const proof = await signProof(current, applicationId, clock);
  const body = { keyCredential: credentialOf(key), passwordCredential: null, proof };
  const added = await graph.send(
    'POST',
    `/applications/${applicationId}/addKey`,
    body,
    addedSchema,
    directory,
  );
  if (!added.ok) return added;
  if (!added.value.keyId) return ok(key);
  const named = { ...key, keyId: added.value.keyId };
  const saved = await store.saveNextKey(named);
  return saved.ok ? ok(named) : saved;
}

/** `forMs`: how long a certificate may stay unknown. */
async function awaitToken(
  { tokens, clock, signal }: Renewal,
  key: DeviceKey,
  forMs: number = patienceMs,
): Promise<Result<DeviceKey>> {
  const until = clock.now() + forMs;
  const had = await untilReplicated(
    () => tokens.fresh(key),
    ({ code, retry }: Failure) => retry === 'later' && code.startsWith('relay/') && clock.now() < until,
    { clock, waiting: () => undefined, ...(signal && { signal }) },
  );
  return had.ok ? ok(key) : had;
}

/** One whose id no answer has told, or that has ended, is left to its end: at most a third of its lifetime. */
async function removeOld(at: Renewal, next: DeviceKey): Promise<Result<void>> {
  const { current, connection, graph, clock } = at;
  const { applicationId } = connection;
  if (!current?.keyId || applicationId === null || current.expires <= clock.now()) return ok();
  const proof = await signProof(next, applicationId, clock);
  const path = `/applications/${applicationId}/removeKey`;
  const removed = await graph.send('POST', path, { keyId: current.keyId, proof }, unknown(), directory);
  // The directory answers so where an earlier try has removed it.
  const isGone = !removed.ok && ['graph/bad-request', 'graph/not-found'].includes(removed.error.code);
  return removed.ok || isGone ? ok() : removed;
}
