/** Trees that somebody with the key made to do harm: refused page by page, without a hang and without a lie. */
import { beforeEach, describe, expect, it } from 'vitest';
import { importMaterial } from '../../../../workers/crypto/derive.ts';
import { utf8 } from '../../../../workers/kernel/bytes.ts';
import type { BlobId } from '../../../../workers/kernel/brand.ts';
import { systemRandom } from '../../../../workers/kernel/clock.ts';
import { BlobWriter } from '../../../../workers/repository/blob-writer.ts';
import { deriveKeys } from '../../../../workers/repository/keys.ts';
import type { JsonValue, Row } from '../../../../workers/repository/model.ts';
import type { OpenRepository } from '../../../../workers/repository/open-repository.ts';
import { PackIndex } from '../../../../workers/repository/pack-index.ts';
import { rowRecords } from '../../../../workers/repository/records.ts';
import { readLeaves } from '../../../../workers/repository/tree-reader.ts';
import { memory, rowOf, sharedCodec, steppingClock, tenantId, value } from '../../../faults/scene.ts';

let open: OpenRepository;
let blobs: BlobWriter;

beforeEach(async () => {
  const master = await importMaterial(systemRandom.bytes(32));
  open = {
    store: memory(new Map()),
    clock: steppingClock(),
    sealing: {
      codec: await sharedCodec(),
      random: systemRandom,
      keys: await deriveKeys(master, systemRandom.bytes(16)),
    },
    keyring: { body: new Uint8Array(), head: { tenantId, tenantName: 'Contoso' } },
    index: new PackIndex(),
    segments: new Map(),
    unindexed: new Map(),
  };
  blobs = new BlobWriter(open);
});

async function put(page: JsonValue): Promise<BlobId> {
  return value(await blobs.put('rows', utf8(JSON.stringify(page)))).id;
}

const row = (item: string): Row => rowOf(item, [], { key: item });
const keyOf = (item: string) => rowRecords.key(row(item));
const leaf = (...items: string[]) => put([0, items.map((item) => rowRecords.encode(row(item)))]);
const ref = (id: BlobId, last: string, count: number): JsonValue => [id, keyOf(last), count, null];

async function read(root: BlobId): Promise<{ items: string[]; failures: string[] }> {
  value(await blobs.flush());
  const items: string[] = [];
  const failures: string[] = [];
  for await (const found of readLeaves(open, root, rowRecords)) {
    if (found.ok) items.push(...found.value.records.map(({ item }) => item));
    else failures.push(found.error.code);
  }
  return { items, failures };
}

const corrupt = ['repository/corrupt'];

describe('an honest tree', () => {
  it('is read in order', async () => {
    const root = await put([1, [ref(await leaf('a', 'b'), 'b', 2), ref(await leaf('c'), 'c', 1)]]);
    expect(await read(root)).toEqual({ items: ['a', 'b', 'c'], failures: [] });
  });
});

describe('a hostile tree', () => {
  it('cannot use a page twice, which is how forty pages become a billion', async () => {
    let page = await leaf('a');
    for (let level = 1; level < 8; level++) {
      page = await put([level, Array.from({ length: 1000 }, () => ref(page, 'a', 1))]);
    }
    expect(await read(page)).toEqual({ items: [], failures: corrupt });
  });

  it('cannot be deeper than the format', async () => {
    let page = await leaf('a');
    for (let level = 1; level < 9; level++) page = await put([level, [ref(page, 'a', 1)]]);
    expect(await read(page)).toEqual({ items: [], failures: corrupt });
  });

  it('cannot claim another level for a page than it has', async () => {
    const node = await put([1, [ref(await leaf('a'), 'a', 1)]]);
    expect((await read(await put([1, [ref(node, 'a', 1)]]))).failures).toEqual(corrupt);
    expect((await read(await put([2, [ref(await leaf('a'), 'a', 1)]]))).failures).toEqual(corrupt);
  });

  it('cannot lie about counts, last keys or order', async () => {
    const honest = await leaf('a', 'b');
    expect((await read(await put([1, [ref(honest, 'b', 3)]]))).failures).toEqual(corrupt);
    expect((await read(await put([1, [ref(honest, 'c', 2)]]))).failures).toEqual(corrupt);
    expect((await read(await leaf('b', 'a'))).failures).toEqual(corrupt);
    expect((await read(await leaf('a', 'a'))).failures).toEqual(corrupt);
    const overlapping = await put([1, [ref(honest, 'b', 2), ref(await leaf('aa', 'c'), 'c', 2)]]);
    expect(await read(overlapping)).toEqual({ items: ['a', 'b'], failures: corrupt });
  });

  it('cannot have empty or oversized pages, nor pages that are something else', async () => {
    expect((await read(await put([0, []]))).failures).toEqual(corrupt);
    const many = Array.from({ length: 1025 }, (_, i) =>
      rowRecords.encode(row(`item-${String(i).padStart(4, '0')}`)),
    );
    expect((await read(await put([0, many]))).failures).toEqual(corrupt);
    for (const page of [{}, 'text', null, [0], [0, [], 1], [0, [[1, 2]]], [1, [['zz', 'k', 1, null]]]]) {
      expect((await read(await put(page))).failures, JSON.stringify(page)).toEqual(corrupt);
    }
  });

  it('loses only the pages that are wrong', async () => {
    const bad = await put([0, [[]]]);
    const root = await put([
      1,
      [
        ref(await leaf('a'), 'a', 1),
        ref(bad, 'b', 1),
        ref('ab'.repeat(32) as BlobId, 'c', 1),
        ref(await leaf('d'), 'd', 1),
      ],
    ]);
    expect(await read(root)).toEqual({
      items: ['a', 'd'],
      failures: ['repository/corrupt', 'repository/missing-blob'],
    });
  });
});
