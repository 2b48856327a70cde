/** Keys from keys: HKDF-SHA-256 (RFC 5869) for purposes, HMAC-SHA-256 for single objects. Nothing here is extractable. */
import { utf8, type Bytes } from '../kernel/bytes.ts';

const hkdf = (salt: Bytes, label: string) => ({ name: 'HKDF', hash: 'SHA-256', salt, info: utf8(label) });

/** Key material that can only be derived from. */
export const importMaterial = (raw: Bytes): Promise<CryptoKey> =>
  crypto.subtle.importKey('raw', raw, 'HKDF', false, ['deriveKey', 'deriveBits']);

/** A key for `hmac`, for one purpose named by its label. */
export const deriveHmac = (material: CryptoKey, salt: Bytes, label: string): Promise<CryptoKey> =>
  crypto.subtle.deriveKey(
    hkdf(salt, label),
    material,
    { name: 'HMAC', hash: 'SHA-256', length: 256 },
    false,
    ['sign'],
  );

/** A key that wraps other keys. */
export const deriveWrapping = (material: CryptoKey, salt: Bytes, label: string): Promise<CryptoKey> =>
  crypto.subtle.deriveKey(hkdf(salt, label), material, { name: 'AES-GCM', length: 256 }, false, [
    'encrypt',
    'unwrapKey',
  ]);

/** For secrets that are no keys, such as the chunker's table. */
export async function deriveBytes(
  material: CryptoKey,
  salt: Bytes,
  label: string,
  count: number,
): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.deriveBits(hkdf(salt, label), material, count * 8));
}

export async function hmac(key: CryptoKey, message: Bytes): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.sign('HMAC', key, message));
}

/**
 * The AES key of one object, by its id. One key for each id means that a key meets one plaintext (or, where a blob is
 * stored twice, the same one again), so random nonces never come near the 2^32 of SP 800-38D.
 */
export async function objectKey(root: CryptoKey, id: Bytes): Promise<CryptoKey> {
  return crypto.subtle.importKey('raw', await hmac(root, id), 'AES-GCM', false, ['encrypt', 'decrypt']);
}
