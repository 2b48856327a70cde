import { expect, test } from 'vitest';
import { quickXorHash } from '../../../tenant/drive/quick-xor-hash.ts';

/** From rclone's tests (backend/onedrive/quickxorhash, MIT licence). */
const vectors: readonly (readonly [string, string])[] = [
  ['', 'AAAAAAAAAAAAAAAAAAAAAAAAAAA='],
  ['Sg==', 'SgAAAAAAAAAAAAAAAQAAAAAAAAA='],
  ['tbQ=', 'taAFAAAAAAAAAAAAAgAAAAAAAAA='],
  ['luBZlaT6', 'lgBHFipBCn0AAAAABgAAAAAAAAA='],
  ['gQaybEqS/4UlDc8e4IJm', 'gDCALNigBEn8oxAlZ8AzPAAOQZg='],
  ['NbYXsp5/K6mR+NmHwExjvWeWDJFnXTKWVlzYHoesp2E=', 'wjuAuWDiq04qDt1R8hHWDDcwVoQ='],
  [
    'PfxMcUd0vIW6VbHG/uj/Y0W6qEoKmyBD0nYebEKazKaKG+UaDqBEcmQjbfQeVnVLuodMoPp7P7TR1htX5n2VnkHh22xDyoJ8C/ZQKiSNqQfXvh83judf4RVr9exJCud8Uvgip6aVZTaPrJHVjQhMCp/dEnGvqg0oN5OVkM2qqAXvA0teKUDhgNM71sDBVBCGXxNOR2bpbD1iM4dnuT0ey4L+loXEHTL0fqMeUcEi2asgImnlNakwenDzz0x57aBwyq3AspCFGB1ncX4yYCr/OaCcS5OKi/00WH+wNQU3',
    'QX/YEpG0gDsmhEpCdWhsxDzsfVE=',
  ],
];

test.each(vectors)('hashes %s', (content, hash) => {
  expect(quickXorHash(Buffer.from(content, 'base64'))).toBe(hash);
});

test('hashes a window that begins at an odd byte as it does a copy', () => {
  const bytes = Uint8Array.from({ length: 5000 }, (_, index) => (index * 31) & 0xff);
  expect(quickXorHash(bytes.subarray(3))).toBe(quickXorHash(bytes.slice(3)));
  expect(quickXorHash(bytes.subarray(3))).not.toBe(quickXorHash(bytes.subarray(4)));
});
