import { describe, expect, it } from 'vitest';
import type { BlobId } from '../../../../workers/kernel/brand.ts';
import { toHex, type Bytes } from '../../../../workers/kernel/bytes.ts';
import { systemRandom } from '../../../../workers/kernel/clock.ts';
import type { PackContents } from '../../../../workers/repository/pack-entry.ts';
import { PackIndex } from '../../../../workers/repository/pack-index.ts';

const packOf = (ids: readonly Bytes[]): PackContents => ({
  pack: systemRandom.bytes(16),
  kind: 'data-pack',
  entries: ids.map((id, i) => ({ id, type: 'content', offset: 44 + i * 100, length: 100 })),
});
const someIds = (count: number) => Array.from({ length: count }, () => systemRandom.bytes(32));

describe('the index in memory', () => {
  it('finds every one of many, where it is, and nothing else', () => {
    const index = new PackIndex();
    const packs = Array.from({ length: 20 }, () => packOf(someIds(1000)));
    for (const pack of packs) index.add(pack, true);
    expect(index.size).toBe(20_000);
    for (const pack of packs) {
      for (const { id, offset } of pack.entries) {
        expect(index.find(id)).toMatchObject([
          { pack: toHex(pack.pack), offset, length: 100, trusted: true },
        ]);
      }
    }
    for (const id of someIds(1000)) expect(index.find(id)).toEqual([]);
  });

  it('knows a pack once, however often it is added, and trusts it from the first time that somebody does', () => {
    const index = new PackIndex();
    const [id = new Uint8Array(32)] = someIds(1);
    const pack = packOf([id]);
    index.add(pack, false);
    expect(index.find(id)).toMatchObject([{ trusted: false }]);
    index.add(pack, true);
    index.add(pack, false);
    expect(index.find(id)).toMatchObject([{ trusted: true }]);
    expect(index.size).toBe(1);
    expect(index.hasPack(toHex(pack.pack))).toBe(true);
  });

  it('keeps every place of a blob, trusted ones first, and leaves out damaged ones', () => {
    const index = new PackIndex();
    const [id = new Uint8Array(32)] = someIds(1);
    const [unsure, sure] = [packOf([id]), packOf([id])];
    index.add(unsure, false);
    index.add(sure, true);
    const places = index.find(id);
    expect(places.map(({ pack }) => pack)).toEqual([toHex(sure.pack), toHex(unsure.pack)]);
    for (const place of places) index.markDamaged(place);
    expect(index.find(id)).toEqual([]);
    expect(index.isDamaged(id)).toBe(true);
  });

  it('leaves out packs that are not there, but for those that it got to know since', () => {
    const index = new PackIndex();
    const [id = new Uint8Array(32)] = someIds(1);
    const [gone, fresh] = [packOf([id]), packOf([id])];
    index.add(gone, true);
    const known = index.packCount;
    index.add(fresh, true);
    index.notePresence(new Set(), known);
    expect(index.find(id).map(({ pack }) => pack)).toEqual([toHex(fresh.pack)]);
    expect(index.holds(toHex(id) as BlobId)).toBe(true);
    index.notePresence(new Set(), index.packCount);
    expect(index.holds(toHex(id) as BlobId)).toBe(false);
    index.notePresence(new Set([toHex(gone.pack)]), index.packCount);
    expect(index.find(id).map(({ pack }) => pack)).toEqual([toHex(gone.pack)]);
  });
});
