/** Proves that a confidential client is who it says: a secret, or an assertion signed by a registered certificate. */
import { X509Certificate, createHash, timingSafeEqual } from 'node:crypto';
import type { Application, KeyCredential } from '../directory/app-registry.ts';
import type { World } from '../world/world.ts';
import { EntraError } from './errors.ts';
import { decodeToken, isSignedBy, type DecodedToken } from './jwt.ts';

const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
/** Entra tolerates clocks that differ by five minutes. */
const skewSeconds = 300;

const isEqual = (left: string, right: string) => {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(left), digest(right));
};

function checkSecret(world: World, app: Application, secret: string): void {
  const { clock, replication } = world;
  const found = app.passwords.find((one) => isEqual(one.secretText, secret));
  if (!found || clock.now() - found.addedAt < replication.credentialMs) {
    throw new EntraError(7000215, app.appId);
  }
  if (Date.parse(found.endDateTime) <= clock.now()) throw new EntraError(7000222, app.appId);
}

const thumbprint = (key: KeyCredential, algorithm: 'sha1' | 'sha256') =>
  createHash(algorithm).update(Buffer.from(key.key, 'base64')).digest('base64url');

function keyOf(app: Application, { header }: DecodedToken): KeyCredential | undefined {
  const sha256 = header['x5t#S256'];
  const sha1 = header['x5t'] ?? header['kid'];
  if (typeof sha256 === 'string') return app.keys.find((key) => thumbprint(key, 'sha256') === sha256);
  return app.keys.find((key) => thumbprint(key, 'sha1') === sha1);
}

/** The audiences Entra takes for an assertion: the token endpoint by tenant id or name, or the issuer. */
function isAudience(world: World, audience: unknown): boolean {
  const { id, name, domain } = world.tenant;
  const tenants = [id, domain, `${name}.onmicrosoft.com`];
  const roots = ['https://login.microsoftonline.com', world.urls.login];
  return roots.some((root) =>
    tenants.some((tenant) =>
      [
        `${root}/${tenant}/oauth2/v2.0/token`,
        `${root}/${tenant}/oauth2/token`,
        `${root}/${tenant}/v2.0`,
      ].includes(String(audience)),
    ),
  );
}

function checkLifetime(world: World, { claims }: DecodedToken): void {
  const now = Math.floor(world.clock.now() / 1000);
  const { nbf, exp } = claims;
  const isValid =
    typeof exp === 'number' &&
    exp > now - skewSeconds &&
    (nbf === undefined || (typeof nbf === 'number' && nbf < now + skewSeconds));
  if (!isValid) throw new EntraError(700024, new Date(now * 1000).toISOString());
}

function checkAssertion(world: World, app: Application, assertion: string): void {
  const token = decodeToken(assertion);
  // An assertion may be used again while it is valid: MSAL Node caches its own. It must carry an id all the same.
  if (!token || typeof token.claims['jti'] !== 'string') throw new EntraError(50027);
  const { claims, header } = token;
  if (claims['iss'] !== app.appId || claims['sub'] !== app.appId || !isAudience(world, claims['aud'])) {
    throw new EntraError(700027, 'Client assertion contains an invalid issuer, subject or audience.');
  }
  checkLifetime(world, token);
  const key = keyOf(app, token);
  if (!key || world.clock.now() - key.addedAt < world.replication.credentialMs) {
    throw new EntraError(700027, 'The key was not found.');
  }
  const { publicKey, validToDate } = certificateOf(key);
  const end = Math.min(validToDate.getTime(), Date.parse(key.endDateTime));
  if (end <= world.clock.now()) throw new EntraError(700027, 'The key used is expired.');
  if (!isSignedBy(assertion, header['alg'], publicKey)) {
    throw new EntraError(700027, 'Client assertion signature is invalid.');
  }
}

/** The registered certificate of a key, with its end as a date. */
export function certificateOf(key: Pick<KeyCredential, 'key'>): X509Certificate & { validToDate: Date } {
  const certificate = new X509Certificate(Buffer.from(key.key, 'base64'));
  return Object.assign(certificate, { validToDate: new Date(certificate.validTo) });
}

/**
 * How the client proved itself: `1` secret, `2` certificate. Throws AADSTS7000218 where it gave neither, and the
 * code of what is wrong with what it gave.
 */
export function checkCredential(world: World, app: Application, form: URLSearchParams): '1' | '2' {
  const assertion = form.get('client_assertion');
  const secret = form.get('client_secret');
  if (assertion !== null && form.get('client_assertion_type') === assertionType) {
    checkAssertion(world, app, assertion);
    return '2';
  }
  if (secret === null) throw new EntraError(7000218);
  checkSecret(world, app, secret);
  return '1';
}
