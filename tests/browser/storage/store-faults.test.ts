/** What browsers do to stores: no room, cleared storage, permission withdrawn, writes cut off. */
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { cdp } from 'vitest/browser';
import { equalBytes } from '../../../workers/kernel/bytes.ts';
import type { Result } from '../../../workers/kernel/result.ts';
import type { BlobStore } from '../../../workers/storage/blob-store.ts';
import { createDirectoryStore } from '../../../workers/storage/directory.ts';
import { destroyIndexedDbStore, openIndexedDbStore } from '../../../workers/storage/indexeddb.ts';
import { remoteStore, startStoreWorker } from './store-worker.ts';

const worker = startStoreWorker();
afterAll(() => worker.stop());

const newName = () => crypto.randomUUID().replaceAll('-', '');
const codeOf = (result: Result<unknown>) => (result.ok ? 'ok' : result.error.code);
const fileOf = (digit: string) => `packs/${digit.repeat(2)}/${digit.repeat(32)}`;
const noise = (length: number) => {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length; at += 65_536) crypto.getRandomValues(bytes.subarray(at, at + 65_536));
  return bytes;
};

async function openIndexedDb(name = newName()): Promise<BlobStore> {
  const store = await openIndexedDbStore(name);
  if (!store.ok) throw new Error(store.error.code);
  return store.value;
}

async function newDirectory(): Promise<FileSystemDirectoryHandle> {
  const origin = await navigator.storage.getDirectory();
  return origin.getDirectoryHandle(newName(), { create: true });
}

/** The protocol's own method; the typed session knows only the generic ones. */
async function limitQuota(quotaSize?: number): Promise<void> {
  const session = cdp() as unknown as { send(method: string, parameters: object): Promise<unknown> };
  await session.send('Storage.overrideQuotaForOrigin', { origin: location.origin, quotaSize });
  // A round trip to the quota manager, so that the new limit is in force.
  await navigator.storage.estimate();
}

describe('no room', () => {
  afterEach(() => limitQuota());

  const stores: Record<string, () => Promise<BlobStore>> = {
    opfs: async () => remoteStore(await worker.api.openOpfs(newName())),
    directory: async () => createDirectoryStore(await newDirectory()),
  };
  it.each(Object.keys(stores))(
    '%s says so, keeps what it had, and goes on when there is room',
    async (kind) => {
      const store = await (stores[kind] as () => Promise<BlobStore>)();
      const { usage = 0 } = await navigator.storage.estimate();
      await limitQuota(usage + 1_000_000);
      const big = noise(8_000_000);
      expect(codeOf(await store.put(fileOf('b'), big))).toBe('storage/full');
      const kept = noise(100_000);
      expect(codeOf(await store.put(fileOf('a'), kept))).toBe('ok');
      expect(codeOf(await store.put(fileOf('b'), big))).toBe('storage/full');
      expect(codeOf(await store.get(fileOf('b')))).toBe('storage/missing');
      const after = await store.get(fileOf('a'));
      expect(after.ok && equalBytes(after.value, kept)).toBe(true);
      await limitQuota();
      expect(codeOf(await store.put(fileOf('b'), big))).toBe('ok');
      const whole = await store.get(fileOf('b'));
      expect(whole.ok && equalBytes(whole.value, big)).toBe(true);
    },
  );
});

describe('indexeddb', () => {
  // Chromium's IndexedDB looks at the quota every half minute only, so running out of it is acted out here.
  it('writes nothing at all where there is room for half of it', async () => {
    const store = await openIndexedDb();
    const originalAdd = IDBObjectStore.prototype.add;
    const add = vi.spyOn(IDBObjectStore.prototype, 'add');
    let calls = 0;
    add.mockImplementation(function (this: IDBObjectStore, ...args) {
      if (++calls > 3) throw new DOMException('', 'QuotaExceededError');
      return originalAdd.apply(this, args);
    });
    expect(codeOf(await store.put(fileOf('a'), noise(5_000_000)))).toBe('storage/full');
    add.mockRestore();
    expect(codeOf(await store.get(fileOf('a')))).toBe('storage/missing');
    expect(await store.list('')).toEqual({ ok: true, value: [] });
    expect(codeOf(await store.put(fileOf('a'), noise(5_000_000)))).toBe('ok');
  });

  it('goes on after another tab has had the database deleted, and says that what was there is gone', async () => {
    const name = newName();
    const store = await openIndexedDb(name);
    expect(codeOf(await store.put(fileOf('a'), noise(10)))).toBe('ok');
    await destroyIndexedDbStore(name);
    expect(codeOf(await store.get(fileOf('a')))).toBe('storage/evicted');
    expect(codeOf(await store.put(fileOf('b'), noise(10)))).toBe('storage/evicted');
    await destroyIndexedDbStore(name);
  });

  it('says so to all who ask at once, and keeps nobody from deleting it', async () => {
    const name = newName();
    const store = await openIndexedDb(name);
    expect(codeOf(await store.put(fileOf('a'), noise(10)))).toBe('ok');
    await destroyIndexedDbStore(name);
    const answers = await Promise.all([
      store.list(''),
      store.list(''),
      store.get(fileOf('a')),
      store.list(''),
    ]);
    expect(answers.map(codeOf)).toEqual(Array(4).fill('storage/evicted'));
    expect(codeOf(await destroyIndexedDbStore(name))).toBe('ok');
  });
});

describe('opfs', () => {
  it('says that it was cleared', async () => {
    const name = newName();
    const store = await remoteStore(await worker.api.openOpfs(name));
    expect(codeOf(await store.put(fileOf('a'), noise(10)))).toBe('ok');
    const stores = await (await navigator.storage.getDirectory()).getDirectoryHandle('holdfast');
    await stores.removeEntry(name, { recursive: true });
    expect(codeOf(await store.get(fileOf('a')))).toBe('storage/evicted');
    expect(codeOf(await store.put(fileOf('b'), noise(10)))).toBe('storage/evicted');
  });

  it('clears away what a write that was cut off has left', async () => {
    const name = newName();
    await (await worker.api.openOpfs(name)).close();
    const stores = await (await navigator.storage.getDirectory()).getDirectoryHandle('holdfast');
    const staging = await (await stores.getDirectoryHandle(name)).getDirectoryHandle('staging');
    await staging.getFileHandle('half', { create: true });
    const store = await remoteStore(await worker.api.openOpfs(name));
    expect(await store.list('')).toEqual({ ok: true, value: [] });
    await expect(staging.getFileHandle('half')).rejects.toThrow();
    await worker.api.destroyOpfs(name);
  });

  it('is usable in a worker and not on a page', async () => {
    expect(await worker.api.isOpfsUsable()).toBe(true);
    const { isOpfsUsable } = await import('../../../workers/storage/opfs.ts');
    expect(await isOpfsUsable()).toBe(false);
  });

  it('lets two tabs read one file at a time', async () => {
    const name = newName();
    const second = startStoreWorker();
    const [one, other] = [
      await remoteStore(await worker.api.openOpfs(name)),
      await remoteStore(await second.api.openOpfs(name)),
    ];
    expect(codeOf(await one.put(fileOf('a'), noise(1000)))).toBe('ok');
    const [first, again] = [await one.read(fileOf('a'), 10, 20), await other.read(fileOf('a'), 10, 20)];
    expect(first).toEqual(again);
    second.stop();
    await one.close();
    await worker.api.destroyOpfs(name);
  });
});

describe('directory', () => {
  it('asks for its permission before each write', async () => {
    const handle = await newDirectory();
    const store = createDirectoryStore(handle);
    expect(codeOf(await store.put(fileOf('a'), noise(10)))).toBe('ok');
    for (const state of ['prompt', 'denied']) {
      Object.assign(handle, { queryPermission: () => Promise.resolve(state) });
      expect(await store.put(fileOf('b'), noise(10))).toMatchObject({
        ok: false,
        error: { code: 'storage/permission-lost', retry: 'after-user' },
      });
    }
    Object.assign(handle, { queryPermission: () => Promise.resolve('granted') });
    expect(codeOf(await store.put(fileOf('b'), noise(10)))).toBe('ok');
  });

  it('says that the folder is not there, which is not the same as a missing file', async () => {
    const origin = await navigator.storage.getDirectory();
    const handle = await newDirectory();
    const store = createDirectoryStore(handle);
    expect(codeOf(await store.get(fileOf('a')))).toBe('storage/missing');
    await origin.removeEntry(handle.name, { recursive: true });
    expect(codeOf(await store.get(fileOf('a')))).toBe('storage/folder-gone');
    expect(codeOf(await store.list('packs/'))).toBe('storage/folder-gone');
    expect(codeOf(await store.put(fileOf('a'), noise(10)))).toBe('storage/folder-gone');
  });

  it('takes a name without content, left by a write that was cut off, as missing, and can write it', async () => {
    const handle = await newDirectory();
    const folder = await handle.getDirectoryHandle('index', { create: true });
    await folder.getFileHandle('a'.repeat(32), { create: true });
    const store = createDirectoryStore(handle);
    const file = `index/${'a'.repeat(32)}`;
    expect(codeOf(await store.get(file))).toBe('storage/missing');
    expect(codeOf(await store.size(file))).toBe('storage/missing');
    expect(codeOf(await store.put(file, noise(10)))).toBe('ok');
    expect(codeOf(await store.get(file))).toBe('ok');
  });

  it('passes over whatever else lies in the folder', async () => {
    const handle = await newDirectory();
    const store = createDirectoryStore(handle);
    expect(codeOf(await store.put(fileOf('a'), noise(10)))).toBe('ok');
    await handle.getFileHandle('desktop.ini', { create: true });
    const packs = await handle.getDirectoryHandle('packs');
    await packs.getFileHandle('ab (conflicted copy)', { create: true });
    const deep = await (await packs.getDirectoryHandle('aa')).getDirectoryHandle('bb', { create: true });
    await deep.getFileHandle('cc', { create: true });
    expect(await store.list('')).toEqual({ ok: true, value: [fileOf('a')] });
  });
});

describe('homes', () => {
  it('takes OPFS where it can, keeps to it, and forgets all of it', async () => {
    const home = { kind: 'browser', name: newName() } as const;
    expect(await worker.api.openHome(home)).toMatchObject({ place: { kind: 'opfs' } });
    expect(await worker.api.openHome(home)).toMatchObject({ place: { kind: 'opfs' } });
    expect(await worker.api.destroyHome(home)).toEqual({ ok: true });
    const stores = await (await navigator.storage.getDirectory()).getDirectoryHandle('holdfast');
    await expect(stores.getDirectoryHandle(home.name)).rejects.toThrow();
  });

  it('stays with IndexedDB where a store was made there', async () => {
    const home = { kind: 'browser', name: newName() } as const;
    await (await openIndexedDb(home.name)).close();
    expect(await worker.api.openHome(home)).toMatchObject({ place: { kind: 'indexeddb' } });
    await worker.api.destroyHome(home);
    expect(await worker.api.openHome(home)).toMatchObject({ place: { kind: 'opfs' } });
    await worker.api.destroyHome(home);
  });

  it('refuses names that are none', async () => {
    expect(await worker.api.openHome({ kind: 'browser', name: '../x' })).toMatchObject({
      code: 'storage/unavailable',
    });
  });
});
