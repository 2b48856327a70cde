import { expect, test } from 'vitest';
import { fromBase64, fromBinary, toBase64 } from '../../../../workers/kernel/bytes.ts';

test('characters become bytes, whatever their value', () => {
  const all = Array.from({ length: 256 }, (_, code) => code);
  expect([...fromBinary(String.fromCharCode(...all))]).toEqual(all);
});

test.each([0, 1, 2, 3, 100_000])('base64 of %i bytes reads back', (length) => {
  const bytes = Uint8Array.from({ length }, (_, i) => (i * 31) & 255);
  expect(fromBase64(toBase64(bytes))).toEqual(bytes);
});

test('what is no base64 is not read', () => {
  expect(fromBase64('a===')).toBeUndefined();
  expect(fromBase64('ä')).toBeUndefined();
});
