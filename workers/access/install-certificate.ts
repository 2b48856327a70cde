/**
 * Registers this device's certificate beside those of others. `PATCH keyCredentials` replaces the whole collection:
 * read, merge, write, read again; where another device wrote at the same moment, once more.
 */
import { array, object, unknown, type InferOutput } from 'valibot';
import { toBase64 } from '../kernel/bytes.ts';
import { failure, type Failure } from '../kernel/failure.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import { createDeviceKey, isFresh, type DeviceKey } from './device-key.ts';
import {
  directory,
  keyCredentialSchema,
  patienceFor,
  type Application,
  type Installation,
} from './installation.ts';
import { isNotThereYet, untilReplicated, type Patience } from './patience.ts';

const keysSchema = object({ keyCredentials: array(keyCredentialSchema) });
type KeyCredentials = InferOutput<typeof keysSchema>['keyCredentials'];

export async function installCertificate(at: Installation, app: Application): Promise<Result<DeviceKey>> {
  const { store, signedIn, clock, random } = at;
  const stored = await store.deviceKey(signedIn.tenantId);
  if (!stored.ok) return stored;
  if (stored.value && isFresh(stored.value, clock.now())) return add(at, app, stored.value);
  const made = await createDeviceKey(signedIn.tenantId, { clock, random });
  // Stored before Entra hears of it, a run that is cut short finds it again. One that still works is kept until then.
  const isStillGood = stored.value !== undefined && stored.value.expires > clock.now();
  const [first, second] = isStillGood
    ? [() => add(at, app, made), () => store.saveDeviceKey(made)]
    : [() => store.saveDeviceKey(made), () => add(at, app, made)];
  const begun = await first();
  if (!begun.ok) return begun;
  const finished = await second();
  return finished.ok ? ok(made) : finished;
}

async function add(at: Installation, app: Application, key: DeviceKey): Promise<Result<DeviceKey>> {
  const added = await untilReplicated(
    () => addOnce(at, app, key),
    (reason) => isNotThereYet(reason) || isLostWrite(reason),
    jittered(at),
  );
  return added.ok ? ok(key) : added;
}

async function addOnce(at: Installation, app: Application, key: DeviceKey): Promise<Result<void>> {
  const mine = toBase64(key.certificate);
  const before = await readKeys(at, app);
  if (!before.ok) return before;
  if (before.value.some((one) => one.key === mine)) return ok();
  const own = {
    type: 'AsymmetricX509Cert',
    usage: 'Verify',
    key: mine,
    displayName: `Holdfast device ${key.thumbprint.slice(0, 8)}`,
    endDateTime: new Date(key.expires).toISOString(),
  };
  const keyCredentials = [...before.value, own];
  const written = await at.graph.send('PATCH', `/applications/${app.id}`, { keyCredentials }, unknown(), {
    ...directory,
    idempotent: true,
  });
  if (!written.ok) return written;
  const after = await readKeys(at, app);
  if (!after.ok) return after;
  const all = new Set(after.value.map((one) => one.key));
  const complete = keyCredentials.every((one) => all.has(one.key));
  return complete
    ? ok()
    : err(failure('graph/conflict', 'another device changed the certificates at the same time'));
}

/** The certificates themselves are shown only where they are selected. */
async function readKeys({ graph }: Installation, app: Application): Promise<Result<KeyCredentials>> {
  const answer = await graph.get(`/applications/${app.id}?$select=id,keyCredentials`, keysSchema, directory);
  return answer.ok ? ok(answer.value.keyCredentials) : answer;
}

const isLostWrite = ({ code }: Failure): boolean => code === 'graph/conflict';

/** Two devices that collided do not collide again at the next try. */
function jittered(at: Installation): Patience {
  const patience = patienceFor(at, 'certificate', 'the certificate to appear');
  const { clock, random } = at;
  const sleep = (ms: number, signal?: AbortSignal) => clock.sleep(ms * (0.5 + random.fraction()), signal);
  return { ...patience, clock: { now: clock.now, sleep } };
}
