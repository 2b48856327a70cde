/**
 * The certificates of an application. `PATCH keyCredentials` replaces the whole collection, and Entra knows no condition
 * for it: read, merge, write, read again; where another device wrote at the same moment, or the write came to nothing,
 * once more from the reading on. A list that was read is never written later than at once: it would drop what came since.
 */
import { array, looseObject, nullish, object, string, unknown, type InferOutput } from 'valibot';
import { toBase64 } from '../kernel/bytes.ts';
import { failure, type Failure } from '../kernel/failure.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import type { DeviceKey } from './device-key.ts';
import { directory, patienceFor, type Application, type InstallDeps, type LookDeps } from './installation.ts';
import { isNotThereYet, untilReplicated, type Patience } from './patience.ts';

const credentialSchema = looseObject({
  key: nullish(string()),
  keyId: nullish(string()),
  endDateTime: nullish(string()),
});
const keysSchema = object({ keyCredentials: array(credentialSchema) });
type Registered = InferOutput<typeof credentialSchema>;
type App = Pick<Application, 'id'>;

/** Begins the name of every certificate that a device of Holdfast adds. */
export const deviceLabel = 'Holdfast device ';

/** As an application's PATCH and `addKey` take it. */
export const credentialOf = (key: DeviceKey) => ({
  type: 'AsymmetricX509Cert',
  usage: 'Verify',
  key: toBase64(key.certificate),
  displayName: deviceLabel + key.thumbprint.slice(0, 8),
  endDateTime: new Date(key.expires).toISOString(),
});

export const entryOf = (registered: readonly Registered[], key: DeviceKey): Registered | undefined => {
  const certificate = toBase64(key.certificate);
  return registered.find((one) => one.key === certificate);
};

/** The directory may list a certificate with an earlier end than its own. */
export const hasEnded = (entry: Registered | undefined, now: number): boolean =>
  typeof entry?.endDateTime === 'string' && Date.parse(entry.endDateTime) <= now;

/** Gives what is registered afterwards. */
export const changeKeys = (
  at: InstallDeps,
  app: App,
  wanted: (registered: Registered[]) => Registered[],
): Promise<Result<Registered[]>> =>
  untilReplicated(
    () => changeOnce(at, app, wanted),
    (reason) => isNotThereYet(reason) || isLostWrite(reason) || reason.facts?.['toRead'] === true,
    jittered(at),
  );

async function changeOnce(
  at: InstallDeps,
  app: App,
  wanted: (registered: Registered[]) => Registered[],
): Promise<Result<Registered[]>> {
  const before = await readOnce(at, app);
  if (!before.ok) return before;
  const keyCredentials = wanted(before.value);
  if (sameKeys(keyCredentials, before.value)) return before;
  const written = await at.graph.send('PATCH', `/applications/${app.id}`, { keyCredentials }, unknown(), {
    ...directory,
    once: true,
  });
  if (!written.ok) return err(mayBeRepeated(written.error) ? toRead(written.error) : written.error);
  const after = await readOnce(at, app);
  if (!after.ok) return after;
  return sameKeys(wanted(after.value), after.value) && holdsAll(after.value, keyCredentials)
    ? after
    : err(failure('graph/conflict', 'another device changed the certificates at the same time'));
}

/** Of a refused write: not the write itself, which another device's may have overtaken, but everything from the reading on. */
export const mayBeRepeated = ({ code }: Failure): boolean =>
  /^(graph\/(throttled|unavailable|unexpected-shape)|network\/)/.test(code);

const toRead = (reason: Failure): Failure => ({ ...reason, facts: { ...reason.facts, toRead: true } });

const holdsAll = (all: readonly Registered[], some: readonly Registered[]): boolean => {
  const keys = new Set(all.map(({ key }) => key));
  return some.every(({ key }) => keys.has(key));
};

const sameKeys = (some: readonly Registered[], others: readonly Registered[]): boolean =>
  some.length === others.length && holdsAll(some, others);

/** The certificates themselves are shown only where they are selected. */
async function readOnce({ graph }: LookDeps, app: App): Promise<Result<Registered[]>> {
  const answer = await graph.get(`/applications/${app.id}?$select=id,keyCredentials`, keysSchema, directory);
  return answer.ok ? ok(answer.value.keyCredentials) : answer;
}

export const readKeys = (at: LookDeps, app: App): Promise<Result<Registered[]>> =>
  untilReplicated(() => readOnce(at, app), isNotThereYet, jittered(at));

const isLostWrite = ({ code }: Failure): boolean => code === 'graph/conflict';

/** Two devices that collided do not collide again at the next try. */
function jittered(at: LookDeps): Patience {
  const patience = patienceFor(at, 'certificate', 'the certificate to appear');
  const { clock, random } = at;
  const sleep = (ms: number, signal?: AbortSignal) => clock.sleep(ms * (0.5 + random.fraction()), signal);
  return { ...patience, clock: { now: clock.now, sleep } };
}
