/** JSON Web Tokens as Entra signs and accepts them. */
import { constants, sign, verify, type KeyObject } from 'node:crypto';

export type Claims = Record<string, unknown>;

export interface DecodedToken {
  readonly header: Claims;
  readonly claims: Claims;
}

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

export function signToken(header: Claims, claims: Claims, key: KeyObject): string {
  const content = `${encode({ typ: 'JWT', alg: 'RS256', ...header })}.${encode(claims)}`;
  return `${content}.${sign('sha256', Buffer.from(content), key).toString('base64url')}`;
}

const isObject = (value: unknown): value is Claims =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Reads without trusting: undefined where the text is no JWT. */
export function decodeToken(token: string): DecodedToken | undefined {
  const [header, claims, signature, ...rest] = token.split('.');
  if (!header || !claims || signature === undefined || rest.length > 0 || token.length > 65_536)
    return undefined;
  try {
    const decode = (part: string): unknown => JSON.parse(Buffer.from(part, 'base64url').toString());
    const decoded = { header: decode(header), claims: decode(claims) };
    return isObject(decoded.header) && isObject(decoded.claims)
      ? { header: decoded.header, claims: decoded.claims }
      : undefined;
  } catch {
    return undefined;
  }
}

/** Holds for RS256 and PS256 (salt as long as the digest, RFC 7518 §3.5); every other algorithm fails. */
export function isSignedBy(token: string, algorithm: unknown, key: KeyObject): boolean {
  const end = token.lastIndexOf('.');
  const content = Buffer.from(token.slice(0, end));
  const signature = Buffer.from(token.slice(end + 1), 'base64url');
  if (key.asymmetricKeyType !== 'rsa') return false;
  if (algorithm === 'RS256') return verify('sha256', content, key, signature);
  if (algorithm !== 'PS256') return false;
  const padding = constants.RSA_PKCS1_PSS_PADDING;
  return verify('sha256', content, { key, padding, saltLength: 32 }, signature);
}
