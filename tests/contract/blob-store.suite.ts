/** What every BlobStore promises; run against each of them, in Node and in Chromium. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { equalBytes } from '../../workers/kernel/bytes.ts';
import type { Result } from '../../workers/kernel/result.ts';
import type { BlobStore } from '../../workers/storage/blob-store.ts';

export interface StoreUnderTest {
  readonly store: BlobStore;
  /** The same place opened again, as after a reload. */
  reopen(): Promise<BlobStore>;
  destroy(): Promise<void>;
}

function value<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`${result.error.code}: ${result.error.detail}`);
  return result.value;
}

const codeOf = (result: Result<unknown>) => (result.ok ? 'ok' : result.error.code);

/** `length` bytes that differ from place to place. */
function bytesOf(length: number, seed = 1): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  let state = seed;
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    bytes[i] = state >>> 24;
  }
  return bytes;
}

/** `toEqual` takes seconds for a megabyte. */
const expectBytes = (actual: Uint8Array, expected: Uint8Array) =>
  expect(equalBytes(actual, expected)).toBe(true);

const pack = `packs/ab/ab${'0'.repeat(30)}`;
const other = `packs/cd/cd${'0'.repeat(30)}`;
const snapshot = `snapshots/${'1'.repeat(32)}`;

export function describeBlobStore(name: string, open: () => Promise<StoreUnderTest>): void {
  describe(`blob store: ${name}`, () => {
    let subject: StoreUnderTest;
    let store: BlobStore;

    beforeEach(async () => {
      subject = await open();
      store = subject.store;
    });
    afterEach(() => subject.destroy());

    it('gives back exactly what was put, whole and in part', async () => {
      const bytes = bytesOf(3_000_001);
      value(await store.put(pack, bytes));
      expectBytes(value(await store.get(pack)), bytes);
      expect(value(await store.size(pack))).toBe(bytes.length);
      for (const [offset, length] of [
        [0, 10],
        [1_048_570, 20],
        [1_048_576, 1_048_576],
        [2_999_990, 100],
        [0, 3_000_001],
      ] as const) {
        expectBytes(value(await store.read(pack, offset, length)), bytes.slice(offset, offset + length));
      }
      expect(value(await store.read(pack, 3_000_001, 5))).toHaveLength(0);
    });

    it('puts a view of a larger buffer, not the buffer', async () => {
      const bytes = bytesOf(100);
      value(await store.put(pack, bytes.subarray(10, 20)));
      expectBytes(value(await store.get(pack)), bytes.slice(10, 20));
    });

    it('keeps its own copy: what the caller does to the bytes afterwards changes nothing', async () => {
      const bytes = bytesOf(50);
      value(await store.put(pack, bytes));
      bytes.fill(0);
      expectBytes(value(await store.get(pack)), bytesOf(50));
      value(await store.get(pack)).fill(7);
      expectBytes(value(await store.get(pack)), bytesOf(50));
    });

    it('writes a name once', async () => {
      value(await store.put(pack, bytesOf(10)));
      expect(codeOf(await store.put(pack, bytesOf(20)))).toBe('storage/busy');
      expectBytes(value(await store.get(pack)), bytesOf(10));
    });

    it('lists names by prefix, in ascending order', async () => {
      for (const file of [snapshot, other, pack]) value(await store.put(file, bytesOf(5)));
      expect(value(await store.list('packs/'))).toEqual([pack, other]);
      expect(value(await store.list('packs/c'))).toEqual([other]);
      expect(value(await store.list('snapshots/'))).toEqual([snapshot]);
      expect(value(await store.list('index/'))).toEqual([]);
      expect(value(await store.list(''))).toEqual([pack, other, snapshot]);
    });

    it('says of an absent file that it is missing', async () => {
      expect(codeOf(await store.get(pack))).toBe('storage/missing');
      expect(codeOf(await store.read(pack, 0, 1))).toBe('storage/missing');
      expect(codeOf(await store.size(pack))).toBe('storage/missing');
    });

    it('deletes, also what is not there, and takes the name again', async () => {
      value(await store.put(pack, bytesOf(10)));
      value(await store.read(pack, 2, 3));
      value(await store.delete(pack));
      value(await store.delete(pack));
      expect(codeOf(await store.get(pack))).toBe('storage/missing');
      expect(codeOf(await store.read(pack, 2, 3))).toBe('storage/missing');
      expect(value(await store.list(''))).toEqual([]);
      value(await store.put(pack, bytesOf(20)));
      expectBytes(value(await store.get(pack)), bytesOf(20));
    });

    it('refuses empty files and names that are not ours', async () => {
      expect(codeOf(await store.put(pack, new Uint8Array(0)))).toBe('storage/io');
      for (const bad of [
        '../evil',
        'packs/../x',
        'packs/ab/AB',
        '/packs/ab',
        'PACKS/ab',
        'packs/ab/ab.tmp',
        '',
      ]) {
        expect(codeOf(await store.put(bad, bytesOf(3))), bad).toBe('storage/io');
      }
      expect(value(await store.list(''))).toEqual([]);
    });

    it('puts and reads many at a time', async () => {
      const names = Array.from({ length: 40 }, (_, i) => `index/${i.toString(16).padStart(32, '0')}`);
      await Promise.all(names.map(async (file, i) => value(await store.put(file, bytesOf(2000, i)))));
      const read = await Promise.all(names.map(async (file) => value(await store.read(file, 100, 200))));
      read.forEach((bytes, i) => expectBytes(bytes, bytesOf(2000, i).slice(100, 300)));
      expect(value(await store.list('index/'))).toEqual(names);
    });

    it('still has everything when opened again', async () => {
      value(await store.put(pack, bytesOf(2_000_000)));
      value(await store.put('marker', bytesOf(3)));
      await store.close();
      const again = await subject.reopen();
      expect(value(await again.list(''))).toEqual(['marker', pack]);
      expectBytes(value(await again.get(pack)), bytesOf(2_000_000));
    });
  });
}
