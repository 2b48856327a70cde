/**
 * What a client assertion must look like before it is carried to Entra. The signature is Entra's to check: the relay
 * knows no certificates. It makes sure that an assertion can only be meant for the one request it comes with.
 */
import { fromBase64Url, fromUtf8, toBase64Url } from '../workers/kernel/bytes.ts';

export interface AssertionContext {
  readonly tenantId: string;
  readonly clientId: string;
  /** `https://login.microsoftonline.com` */
  readonly login: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export type AssertionVerdict =
  | { readonly kind: 'ok'; readonly id: string; readonly expiresAt: number }
  | { readonly kind: 'bad' }
  | { readonly kind: 'not-current' };

const maxLength = 4_096;
const longestLifeSeconds = 300;
const clockSkewSeconds = 60;
const bad = { kind: 'bad' } as const;

export function checkAssertion(assertion: string, context: AssertionContext): AssertionVerdict {
  const parts = assertion.length <= maxLength ? assertion.split('.') : [];
  if (parts.length !== 3 || !parts[2] || !isBase64Url(parts[2])) return bad;
  const header = readPart(parts[0]);
  const claims = readPart(parts[1]);
  if (!header || !claims || !isHeader(header) || !isMeantFor(claims, context)) return bad;
  return checkTime(claims, context.now);
}

/** One spelling, the one this app signs with. Keys that could make Entra look elsewhere for a certificate are not carried. */
function isHeader({ alg, typ, 'x5t#S256': thumbprint, ...others }: Claims): boolean {
  return (
    alg === 'PS256' &&
    (typ === undefined || typ === 'JWT') &&
    typeof thumbprint === 'string' &&
    /^[\w-]{43}$/.test(thumbprint) &&
    Object.keys(others).length === 0
  );
}

function isMeantFor(
  { aud, iss, sub, jti }: Claims,
  { tenantId, clientId, login }: AssertionContext,
): boolean {
  return (
    aud === `${login}/${tenantId}/oauth2/v2.0/token` &&
    iss === clientId &&
    sub === clientId &&
    typeof jti === 'string' &&
    /^[\w-]{16,64}$/.test(jti)
  );
}

function checkTime({ iat, nbf, exp, jti }: Claims, nowMs: number): AssertionVerdict {
  if (!isTime(iat) || !isTime(exp) || (nbf !== undefined && !isTime(nbf)) || typeof jti !== 'string')
    return bad;
  if (exp <= iat || exp - iat > longestLifeSeconds) return bad;
  const now = nowMs / 1000;
  const early = Math.max(iat, nbf ?? iat) > now + clockSkewSeconds;
  const late = exp <= now || iat < now - longestLifeSeconds;
  return early || late ? { kind: 'not-current' } : { kind: 'ok', id: jti, expiresAt: exp * 1000 };
}

type Claims = Readonly<Record<string, unknown>>;

const isTime = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) > 0;
const isBase64Url = (text: string): boolean => /^[A-Za-z0-9_-]+$/.test(text);

/**
 * Only JSON as JSON.stringify writes it: a name that stands twice would otherwise mean one thing here and another
 * thing to Entra.
 */
function readPart(part: string | undefined): Claims | undefined {
  const bytes = part && isBase64Url(part) ? fromBase64Url(part) : undefined;
  if (!bytes || toBase64Url(bytes) !== part) return undefined;
  try {
    const text = fromUtf8(bytes);
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject && JSON.stringify(value) === text ? (value as Claims) : undefined;
  } catch {
    return undefined;
  }
}
