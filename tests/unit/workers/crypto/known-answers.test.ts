/** Known answers of the published standards, so that another implementation can open what this one wrote. */
import { argon2id as nobleArgon2id } from '@noble/hashes/argon2.js';
import { describe, expect, it } from 'vitest';
import { open, seal } from '../../../../workers/crypto/aead.ts';
import { deriveBytes, hmac, importMaterial } from '../../../../workers/crypto/derive.ts';
import { stretchPassphrase } from '../../../../workers/crypto/passphrase.ts';
import { recoveryKeyToWords, wordsToRecoveryKey } from '../../../../workers/crypto/recovery-words.ts';
import { fromHex, toHex, utf8, type Bytes } from '../../../../workers/kernel/bytes.ts';

const hex = (text: string): Bytes => {
  const bytes = fromHex(text);
  if (!bytes) throw new Error('bad hex');
  return bytes;
};
const none = new Uint8Array(0);

describe('AES-256-GCM', () => {
  // McGrew and Viega, The Galois/Counter Mode of Operation, appendix B, test case 16.
  const nonce = hex('cafebabefacedbaddecaf888');
  const associated = hex('feedfacedeadbeeffeedfacedeadbeefabaddad2');
  const plaintext = hex(
    'd9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72' +
      '1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39',
  );
  const sealed =
    '522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa' +
    '8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662' +
    '76fc6ece0f4e1768cddf8853bb2d551b';
  const key = () =>
    crypto.subtle.importKey('raw', hex('feffe9928665731c6d6a8f9467308308'.repeat(2)), 'AES-GCM', false, [
      'encrypt',
      'decrypt',
    ]);

  it('seals and opens test case 16', async () => {
    expect(toHex(await seal(await key(), nonce, associated, plaintext))).toBe(sealed);
    const back = await open(await key(), nonce, associated, hex(sealed));
    expect(back && toHex(back)).toBe(toHex(plaintext));
  });

  it('opens nothing else', async () => {
    expect(await open(await key(), nonce, none, hex(sealed))).toBeUndefined();
    expect(await open(await key(), hex('cafebabefacedbaddecaf889'), associated, hex(sealed))).toBeUndefined();
    expect(await open(await key(), nonce, associated, hex(sealed.slice(2)))).toBeUndefined();
    expect(await open(await key(), nonce, associated, none)).toBeUndefined();
  });

  it('takes nonces of twelve bytes only, though WebCrypto would take others', async () => {
    for (const length of [0, 1, 8, 11, 13, 16]) {
      await expect(seal(await key(), new Uint8Array(length), none, plaintext)).rejects.toThrow(RangeError);
      await expect(open(await key(), new Uint8Array(length), none, hex(sealed))).rejects.toThrow(RangeError);
    }
  });
});

describe('HMAC-SHA-256', () => {
  it('gives test case 2 of RFC 4231', async () => {
    const algorithm = { name: 'HMAC', hash: 'SHA-256' };
    const key = await crypto.subtle.importKey('raw', utf8('Jefe'), algorithm, false, ['sign']);
    expect(toHex(await hmac(key, utf8('what do ya want for nothing?')))).toBe(
      '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
    );
  });
});

describe('HKDF-SHA-256', () => {
  it('gives test case 3 of RFC 5869', async () => {
    const material = await importMaterial(hex('0b'.repeat(22)));
    expect(material.extractable).toBe(false);
    expect(toHex(await deriveBytes(material, none, '', 42))).toBe(
      '8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8',
    );
  });
});

describe('Argon2id', () => {
  it('is the function of RFC 9106: the reference gives its test vector', () => {
    const tag = nobleArgon2id(new Uint8Array(32).fill(1), new Uint8Array(16).fill(2), {
      m: 32,
      t: 3,
      p: 4,
      version: 0x13,
      dkLen: 32,
      key: new Uint8Array(8).fill(3),
      personalization: new Uint8Array(12).fill(4),
    });
    expect(toHex(tag)).toBe('0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659');
  });

  it.each([
    { passphrase: 'correct horse battery staple', memoryKiB: 19_456, passes: 1, lanes: 1 },
    { passphrase: 'pässwörter 密码 🔑', memoryKiB: 19_500, passes: 2, lanes: 3 },
  ])('gives what the reference gives: $passphrase', async ({ passphrase, ...cost }) => {
    const salt = hex('000102030405060708090a0b0c0d0e0f');
    const stretched = await stretchPassphrase(passphrase, salt, cost);
    if (!stretched.ok) throw new Error(stretched.error.code);
    const reference = nobleArgon2id(utf8(passphrase.normalize('NFC')), salt, {
      m: cost.memoryKiB,
      t: cost.passes,
      p: cost.lanes,
      dkLen: 32,
    });
    const expected = await importMaterial(new Uint8Array(reference));
    expect(await deriveBytes(stretched.value, salt, 'compare', 32)).toEqual(
      await deriveBytes(expected, salt, 'compare', 32),
    );
  });
});

describe('recovery words', () => {
  // Vectors of BIP-39 for 256 bits.
  const vectors = {
    [`${'00'.repeat(32)}`]: `${'abandon '.repeat(23)}art`,
    [`${'7f'.repeat(32)}`]: `${'legal winner thank year wave sausage worth useful '.repeat(2)}legal winner thank year wave sausage worth title`,
  };
  it.each(Object.entries(vectors))('%s', (key, words) => {
    expect(recoveryKeyToWords(hex(key)).join(' ')).toBe(words);
    expect(wordsToRecoveryKey(words)).toEqual({ ok: true, value: hex(key) });
  });
});
