/** AES-256-GCM. WebCrypto takes nonces of any length without a word, so the length is checked here. */
import type { Bytes } from '../kernel/bytes.ts';

/** NIST SP 800-38D §8.2: 96-bit nonces; 128-bit tags. */
export const nonceLength = 12;
export const tagLength = 16;

const parameters = (nonce: Bytes, additionalData: Bytes) => {
  if (nonce.length !== nonceLength) throw new RangeError(`nonce of ${nonce.length} bytes`);
  return { name: 'AES-GCM', iv: nonce, additionalData, tagLength: tagLength * 8 };
};

/** Ciphertext followed by the tag. The caller never uses a nonce twice with one key. */
export async function seal(
  key: CryptoKey,
  nonce: Bytes,
  associated: Bytes,
  plaintext: Bytes,
): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.encrypt(parameters(nonce, associated), key, plaintext));
}

/** Undefined where key, nonce, associated data or ciphertext are not those that were sealed: never says which. */
export async function open(
  key: CryptoKey,
  nonce: Bytes,
  associated: Bytes,
  sealed: Bytes,
): Promise<Bytes | undefined> {
  const algorithm = parameters(nonce, associated);
  try {
    return new Uint8Array(await crypto.subtle.decrypt(algorithm, key, sealed));
  } catch {
    return undefined;
  }
}
