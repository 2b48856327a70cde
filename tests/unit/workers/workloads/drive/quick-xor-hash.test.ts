import { describe, expect, it } from 'vitest';
import { createQuickXorHash } from '../../../../../workers/workloads/drive/quick-xor-hash.ts';

const hashOf = (...pieces: readonly Uint8Array[]): string => {
  const hash = createQuickXorHash();
  for (const piece of pieces) hash.update(piece);
  return hash.digest();
};

/** The definition bit by bit, as Microsoft's page states it. */
function slowHash(bytes: Uint8Array): string {
  const register = Buffer.alloc(20);
  bytes.forEach((byte, i) => {
    for (let bit = 0; bit < 8; bit++) {
      const at = (i * 11 + bit) % 160;
      if (byte & (1 << bit)) register[at >> 3] = (register[at >> 3] ?? 0) ^ (1 << (at & 7));
    }
  });
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(bytes.length));
  length.forEach((byte, i) => (register[12 + i] = (register[12 + i] ?? 0) ^ byte));
  return register.toString('base64');
}

describe('QuickXorHash', () => {
  // Published with rclone (backend/onedrive/quickxorhash, MIT) and confirmed there against OneDrive.
  it.each([
    ['', 'AAAAAAAAAAAAAAAAAAAAAAAAAAA='],
    ['Sg==', 'SgAAAAAAAAAAAAAAAQAAAAAAAAA='],
    ['tbQ=', 'taAFAAAAAAAAAAAAAgAAAAAAAAA='],
    ['jRRDVA==', 'jaDAEKgAAAAAAAAABAAAAAAAAAA='],
    ['n6Neh7p6fFgm', 'nxiFFw6hCz3wAQsmCQAAAAAAAAA='],
    ['gQaybEqS/4UlDc8e4IJm', 'gDCALNigBEn8oxAlZ8AzPAAOQZg='],
    ['2fuxhBJXtpWFe8dOfdGeHw==', 'O9tHLAghgSvYohKFyMMxnNCHaHg='],
    ['XBV6YKU9V7yMakZnFIxIkuU=', 'HbplHsBQih5cgReMQYMRzkABRiA='],
  ])('of %s is the published one', (content, hash) => {
    expect(hashOf(Buffer.from(content, 'base64'))).toBe(hash);
  });

  it.each([1, 19, 20, 159, 160, 161, 320, 1_761, 10_007])(
    'of %i bytes agrees with the definition',
    (size) => {
      const bytes = Uint8Array.from({ length: size }, (_, i) => (i * 131 + (i >> 7)) & 255);
      expect(hashOf(bytes)).toBe(slowHash(bytes));
      for (const cut of [0, 1, 159, 160, size]) {
        expect(hashOf(bytes.subarray(0, cut), bytes.subarray(cut))).toBe(slowHash(bytes));
      }
    },
  );
});
