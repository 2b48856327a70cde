/** Certificates and secrets of an application: adding, replacing, removing, and the proof that rolling a key takes. */
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { certificateOf } from '../entra/client-credential.ts';
import { decodeToken, isSignedBy } from '../entra/jwt.ts';
import type { Entity } from '../graph/odata.ts';
import { isoSeconds } from '../world/clock.ts';
import type { World } from '../world/world.ts';
import { badRequest, notFound } from './answer.ts';
import { checkCertificatePolicy, checkSecretPolicy } from './app-policy.ts';
import type { Application, KeyCredential, PasswordCredential } from './app-registry.ts';

const isObject = (value: unknown): value is Entity =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);

const invalidKey = (why: string) => badRequest(`New key credentials are invalid: ${why}`);

/** Start and end default to the certificate's own and may not reach beyond them. */
function period(given: Entity, validFrom: Date, validTo: Date) {
  const start = text(given['startDateTime']) ?? validFrom.toISOString();
  const end = text(given['endDateTime']) ?? validTo.toISOString();
  const [from, to] = [Date.parse(start), Date.parse(end)];
  if (Number.isNaN(from) || Number.isNaN(to) || to <= from)
    throw badRequest('Key credential end date is invalid.');
  if (to > validTo.getTime() + 1000)
    throw badRequest('Key credential end date is invalid. It is after the end date of the certificate.');
  return { startDateTime: isoSeconds(from), endDateTime: isoSeconds(to) };
}

export function parseKey(world: World, given: unknown): KeyCredential {
  if (!isObject(given)) throw invalidKey('not an object.');
  const { type, usage, key } = given;
  if (type !== 'AsymmetricX509Cert' || usage !== 'Verify')
    throw invalidKey("the key 'type' must be 'AsymmetricX509Cert' with 'usage' 'Verify'.");
  if (typeof key !== 'string' || key === '') throw invalidKey("property 'key' must have a value.");
  let certificate: ReturnType<typeof certificateOf>;
  try {
    certificate = certificateOf({ key });
  } catch {
    throw invalidKey("property 'key' does not hold a DER-encoded certificate.");
  }
  const der = Buffer.from(key, 'base64');
  return {
    customKeyIdentifier:
      text(given['customKeyIdentifier']) ?? createHash('sha1').update(der).digest('base64'),
    displayName: text(given['displayName']) ?? certificate.subject.split('\n').at(-1) ?? null,
    ...period(given, new Date(certificate.validFrom), certificate.validToDate),
    key: der.toString('base64'),
    keyId: text(given['keyId']) ?? randomUUID(),
    type,
    usage,
    addedAt: world.clock.now(),
  };
}

/** What `keyCredentials` of a body makes of the keys held so far; entries that were there keep the time they were added. */
export function keysFrom(world: World, held: readonly KeyCredential[], given: unknown): KeyCredential[] {
  if (!Array.isArray(given))
    throw badRequest("Invalid value specified for property 'keyCredentials' of resource 'Application'.");
  return given.map((one: unknown) => {
    const parsed = parseKey(world, one);
    const before = held.find((key) => key.keyId === parsed.keyId && key.key === parsed.key);
    if (!before) checkCertificatePolicy(world, parsed);
    return before ?? parsed;
  });
}

/** `keyCredentials` in a PATCH replaces the whole collection; what is not in it is gone. */
export function replaceKeys(world: World, app: Application, given: unknown): void {
  app.keys = keysFrom(world, app.keys, given);
}

export function addKey(world: World, app: Application, given: unknown): KeyCredential {
  const key = parseKey(world, given);
  checkCertificatePolicy(world, key);
  app.keys.push(key);
  return key;
}

const proofAudience = '00000002-0000-0000-c000-000000000000';

/** A JWT of at most ten minutes, by the application's object id, signed with a key it has (Microsoft Learn, "Proof of possession for rolling keys"). */
export function checkProof(world: World, app: Application, proof: unknown): void {
  const refuse = () =>
    badRequest(
      'Authentication_MissingOrMalformed: The proof of possession is missing, malformed or not signed by an existing key.',
    );
  const token = typeof proof === 'string' ? decodeToken(proof) : undefined;
  if (!token || typeof proof !== 'string') throw refuse();
  const { aud, iss, nbf, exp } = token.claims;
  const now = world.clock.now() / 1000;
  const isTimely = typeof exp === 'number' && exp > now - 300 && exp - Number(nbf ?? now) <= 660;
  if (aud !== proofAudience || iss !== app.id || !isTimely) throw refuse();
  const isSigned = app.keys.some(
    (key) =>
      Date.parse(key.endDateTime) > world.clock.now() &&
      isSignedBy(proof, token.header['alg'], certificateOf(key).publicKey),
  );
  if (!isSigned) throw refuse();
}

export function removeKey(app: Application, keyId: unknown): void {
  if (!app.keys.some((key) => key.keyId === keyId))
    throw badRequest(`No credential with keyId '${String(keyId)}' was found on the application.`);
  app.keys = app.keys.filter((key) => key.keyId !== keyId);
}

/** Letters, digits and `~._-`, 40 long, as Entra's secrets are. */
const secret = () =>
  randomBytes(30)
    .toString('base64url')
    .replace(/^(.{3})./, '$1~')
    .slice(0, 40);

const year = 365.25 * 24 * 3600 * 1000;

export function addPassword(world: World, app: Application, given: unknown): PasswordCredential {
  const wanted = isObject(given) ? given : {};
  const now = world.clock.now();
  const secretText = secret();
  const credential: PasswordCredential = {
    displayName: text(wanted['displayName']),
    endDateTime: text(wanted['endDateTime']) ?? isoSeconds(now + 2 * year),
    hint: secretText.slice(0, 3),
    keyId: randomUUID(),
    secretText,
    startDateTime: text(wanted['startDateTime']) ?? isoSeconds(now),
    addedAt: now,
  };
  checkSecretPolicy(world, credential);
  app.passwords.push(credential);
  return credential;
}

export function removePassword(app: Application, keyId: unknown): void {
  if (!app.passwords.some((one) => one.keyId === keyId)) throw notFound(String(keyId));
  app.passwords = app.passwords.filter((one) => one.keyId !== keyId);
}
