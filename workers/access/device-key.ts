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
  /** The same: when its certificate begins. Keys of older versions lack it and live for 90 days. */
  readonly begins?: number;
  /** Entra's id of the certificate, once it has told. */
  readonly keyId?: string;
}

const day = 24 * 60 * 60_000;
const usualDays = 90;
/** What the stricter app management policies allow (learn.microsoft.com/graph/api/resources/appmanagementpolicy). */
export const shortDays = 30;
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
  days: number = usualDays,
): Promise<DeviceKey> {
  const keys = await crypto.subtle.generateKey(algorithm, false, ['sign', 'verify']);
  const notBefore = Math.floor((clock.now() - backdate) / 1000) * 1000;
  const notAfter = notBefore + days * day;
  const serial = random.bytes(16);
  const commonName = `Holdfast device ${toHex(serial.subarray(0, 4))}`;
  const certificate = await createCertificate(keys, { commonName, serial, notBefore, notAfter });
  const digest = await crypto.subtle.digest('SHA-256', certificate);
  const thumbprint = toBase64Url(new Uint8Array(digest));
  const { privateKey } = keys;
  return { tenantId, privateKey, certificate, thumbprint, expires: notAfter, begins: notBefore };
}

const beginOf = ({ begins, expires }: DeviceKey): number => begins ?? expires - usualDays * day;

/** Of its certificate's lifetime. */
export const daysOf = (key: DeviceKey): number => Math.round((key.expires - beginOf(key)) / day);

/** A device renews from two thirds of the lifetime on: day 60 of 90, day 20 of 30. */
export const isFresh = (key: DeviceKey, now: number): boolean =>
  now < beginOf(key) + ((key.expires - beginOf(key)) * 2) / 3;

/** Milliseconds since it was made. */
export const ageOf = (key: DeviceKey, now: number): number => now - beginOf(key) - backdate;
