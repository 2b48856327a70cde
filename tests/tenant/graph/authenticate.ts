/** From the Authorization header to a caller, as Graph's gateway does it before anything else. */
import { decodeToken, isSignedBy, type Claims } from '../entra/jwt.ts';
import { graphAppId } from '../directory/resources.ts';
import type { World } from '../world/world.ts';
import { GraphError, type Caller } from './context.ts';

const authorizeUrl = 'https://login.microsoftonline.com/common/oauth2/authorize';
const challenge = `Bearer realm="", authorization_uri="${authorizeUrl}", client_id="${graphAppId}"`;

const refuse = (message: string, more = '') =>
  new GraphError(401, 'InvalidAuthenticationToken', message, {
    headers: { 'WWW-Authenticate': `${challenge}${more}` },
  });

/** Asks the client to sign in again with a token newer than the revocation (continuous access evaluation). */
function revoked(at: number): GraphError {
  const nbf = { essential: true, value: String(Math.ceil(at / 1000)) };
  const claims = Buffer.from(JSON.stringify({ access_token: { nbf } })).toString('base64');
  return refuse(
    'Continuous access evaluation resulted in challenge with result: InteractionRequired and code: TokenIssuedBeforeRevocationTimestamp',
    `, error="insufficient_claims", claims="${claims}"`,
  );
}

const isGraph = (audience: unknown) => audience === 'https://graph.microsoft.com' || audience === graphAppId;

function verify(world: World, token: string): Claims {
  const decoded = decodeToken(token);
  if (!decoded) {
    throw refuse(
      'IDX14100: JWT is not well formed, there are no dots (.).\nThe token needs to be in JWS or JWE Compact Serialization Format.',
    );
  }
  const { header, claims } = decoded;
  const key = world.entra.signingKeys().find((one) => one.kid === header['kid']);
  if (!key || header['alg'] !== 'RS256' || !isSignedBy(token, 'RS256', key.publicKey)) {
    throw refuse('Invalid authentication token. Signature validation failed.');
  }
  if (!isGraph(claims['aud']) || claims['tid'] !== world.tenant.id)
    throw refuse('Access token validation failure. Invalid audience.');
  const now = world.clock.now() / 1000;
  const { nbf, exp } = claims;
  if (typeof nbf !== 'number' || typeof exp !== 'number' || nbf > now + 300 || exp <= now) {
    throw refuse('Lifetime validation failed, the token is expired.');
  }
  return claims;
}

const wordsOf = (value: unknown): string[] => {
  if (Array.isArray(value)) return value.filter((one): one is string => typeof one === 'string');
  return typeof value === 'string' ? value.split(' ').filter((word) => word !== '') : [];
};

/** Tokens by a partner's delegated administration have no `oid`; `aai` says who it is at home. */
const partnerIn = (claims: Claims): string | undefined =>
  /object: (\S+)/.exec(String(claims['aai'] ?? ''))?.[1];

/** Throws the 401 that Graph gives for a missing, garbled, foreign, expired or revoked token. */
export function authenticate(world: World, authorization: string | null): Caller {
  const token = /^Bearer (.+)$/i.exec(authorization ?? '')?.[1];
  if (!token) throw refuse('Access token is empty.');
  const claims = verify(world, token);
  const partnerId = partnerIn(claims);
  const objectId = partnerId ?? String(claims['oid']);
  const isApp = claims['idtyp'] === 'app';
  const revokedAt = world.entra.revokedBefore.get(objectId) ?? 0;
  // Tokens carry whole seconds; a token of the very second of the revocation is not older than it.
  if (Number(claims['iat']) < Math.floor(revokedAt / 1000)) throw revoked(revokedAt);
  return {
    kind: isApp ? 'app' : 'user',
    tenantId: world.tenant.id,
    appId: String(claims['appid']),
    objectId,
    permissions: new Set(wordsOf(isApp ? claims['roles'] : claims['scp'])),
    ...(partnerId === undefined ? {} : { delegatedRoles: new Set(wordsOf(claims['wids'])) }),
  };
}
