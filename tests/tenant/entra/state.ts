/** What the sign-in service remembers: signing keys, sessions, codes, refresh tokens, revocations. */
import { createHash, generateKeyPairSync, randomBytes, type KeyObject } from 'node:crypto';

export interface SigningKey {
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

/** How the app is known at the redirect address it used; decides who may redeem its codes, and from where. */
export type ClientKind = 'spa' | 'web' | 'native';

export interface AuthorizationCode {
  readonly clientId: string;
  readonly clientKind: ClientKind;
  readonly redirectUri: string;
  readonly userId: string;
  readonly scopes: readonly string[];
  readonly nonce: string | undefined;
  readonly challenge: string | undefined;
  readonly issuedAt: number;
  redeemed: boolean;
}

export interface RefreshToken {
  readonly clientId: string;
  readonly clientKind: ClientKind;
  readonly userId: string;
  readonly scopes: readonly string[];
  /** When the user signed in: a SPA's tokens end 24 h after it, however often they rotate. */
  readonly signedInAt: number;
  readonly issuedAt: number;
}

export interface EntraState {
  signingKey(): SigningKey;
  signingKeys(): readonly SigningKey[];
  /** New tokens are signed with a new key from now on; the old one stays published. */
  rotateKeys(): void;
  readonly sessions: Map<string, { readonly userId: string }>;
  readonly codes: Map<string, AuthorizationCode>;
  readonly refreshTokens: Map<string, RefreshToken>;
  /** Object id (user or service principal) → tokens issued before this time are revoked. */
  readonly revokedBefore: Map<string, number>;
  /** A random handle for sessions, codes and refresh tokens. */
  handle(prefix: string): string;
}

function createKey(): SigningKey {
  const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const der = pair.publicKey.export({ type: 'spki', format: 'der' });
  return { ...pair, kid: createHash('sha1').update(der).digest('base64url') };
}

/** Making an RSA key takes as long as a hundred requests: tenants of one process start with the same. */
let firstKey: SigningKey | undefined;

export function createEntraState(): EntraState {
  firstKey ??= createKey();
  const keys = [firstKey];
  return {
    signingKey: () => {
      const newest = keys.at(-1);
      if (!newest) throw new Error('the tenant has no signing key');
      return newest;
    },
    signingKeys: () => keys,
    rotateKeys: () => void keys.push(createKey()),
    sessions: new Map(),
    codes: new Map(),
    refreshTokens: new Map(),
    revokedBefore: new Map(),
    handle: (prefix) => `${prefix}${randomBytes(48).toString('base64url')}`,
  };
}
