/**
 * This device's credential for one tenant's backup app. The private key is made here, cannot be exported, and is
 * replaceable: losing it costs a sign-in, never a backup.
 */
import { toBase64Url, toHex, type Bytes } from '../kernel/bytes.ts';
import type { Clock, Random } from '../kernel/clock.ts';
import { createCertificate } from './certificate.ts';

export interface DeviceKey {
  readonly tenantId: string;
  readonly privateKey: CryptoKey;
  /** DER. */
  readonly certificate: Bytes;
  /** SHA-256 of the certificate in base64url, as an assertion names it. */
  readonly thumbprint: string;
  /** Milliseconds since the epoch. */
  readonly expires: number;
  /** Entra's id of the certificate, once it has told. */
  readonly keyId?: string;
}

const day = 24 * 60 * 60_000;
const lifetime = 90 * day;
/** For devices whose clock is ahead of Entra's. */
const backdate = 10 * 60_000;

const algorithm: RsaHashedKeyGenParams = {
  name: 'RSA-PSS',
  modulusLength: 3072,
  publicExponent: new Uint8Array([1, 0, 1]),
  hash: 'SHA-256',
};

export async function createDeviceKey(
  tenantId: string,
  { clock, random }: { readonly clock: Clock; readonly random: Random },
): Promise<DeviceKey> {
  const keys = await crypto.subtle.generateKey(algorithm, false, ['sign', 'verify']);
  const notBefore = Math.floor((clock.now() - backdate) / 1000) * 1000;
  const notAfter = notBefore + lifetime;
  const serial = random.bytes(16);
  const commonName = `Holdfast device ${toHex(serial.subarray(0, 4))}`;
  const certificate = await createCertificate(keys, { commonName, serial, notBefore, notAfter });
  const digest = await crypto.subtle.digest('SHA-256', certificate);
  const thumbprint = toBase64Url(new Uint8Array(digest));
  return { tenantId, privateKey: keys.privateKey, certificate, thumbprint, expires: notAfter };
}

/** A device renews from day 60 on. */
export const isFresh = (key: DeviceKey, now: number): boolean => key.expires - now > 30 * day;
