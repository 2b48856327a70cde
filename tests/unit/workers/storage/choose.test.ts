import { afterEach, expect, it, vi } from 'vitest';
import { openHome } from '../../../../workers/storage/choose.ts';

afterEach(() => vi.unstubAllGlobals());

it('a store that cannot be looked for just now is not taken for a new one', async () => {
  const stores = {
    getDirectoryHandle: () => Promise.reject(new DOMException('state cached', 'InvalidStateError')),
    getFileHandle: () => Promise.reject(new DOMException('state cached', 'InvalidStateError')),
  };
  const origin = { getDirectoryHandle: () => Promise.resolve(stores) };
  vi.stubGlobal('navigator', { storage: { getDirectory: () => Promise.resolve(origin) } });
  const open = vi.fn();
  vi.stubGlobal('indexedDB', { databases: () => Promise.resolve([]), open });
  expect(await openHome({ kind: 'browser', name: 'ab' })).toMatchObject({ error: { code: 'storage/io' } });
  expect(open).not.toHaveBeenCalled();
});
