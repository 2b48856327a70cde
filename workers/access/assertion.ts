/**
 * The client assertion that proves this device to Entra: five minutes, one use, for one tenant's token endpoint
 * (learn.microsoft.com/entra/identity-platform/certificate-credentials). The relay carries it and can do nothing else.
 */
import { toBase64Url, toHex, utf8 } from '../kernel/bytes.ts';
import type { Clock, Random } from '../kernel/clock.ts';
import type { DeviceKey } from './device-key.ts';

/** Entra's own name even where a demo tenant answers for it: the relay accepts no other audience. */
const authority = 'https://login.microsoftonline.com';
const lifetimeSeconds = 300;
export const assertionLifetimeMs = lifetimeSeconds * 1000;

export async function signAssertion(
  key: DeviceKey,
  clientId: string,
  { clock, random }: { readonly clock: Clock; readonly random: Random },
): Promise<string> {
  const now = Math.floor(clock.now() / 1000);
  const claims = {
    aud: `${authority}/${key.tenantId}/oauth2/v2.0/token`,
    iss: clientId,
    sub: clientId,
    jti: toGuid(random.bytes(16)),
    iat: now,
    nbf: now,
    exp: now + lifetimeSeconds,
  };
  return signJwt(key, claims);
}

/** PS256, the only algorithm that the key is made for. */
export async function signJwt(key: DeviceKey, claims: object): Promise<string> {
  const header = { alg: 'PS256', typ: 'JWT', 'x5t#S256': key.thumbprint };
  const signed = [header, claims].map((part) => toBase64Url(utf8(JSON.stringify(part)))).join('.');
  const signature = await crypto.subtle.sign(
    { name: 'RSA-PSS', saltLength: 32 },
    key.privateKey,
    utf8(signed),
  );
  return `${signed}.${toBase64Url(new Uint8Array(signature))}`;
}

function toGuid(bytes: Uint8Array): string {
  const hex = toHex(bytes);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
