import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { importMaterial } from '../../workers/crypto/derive.ts';
import { BinaryReader } from '../../workers/kernel/binary.ts';
import { equalBytes, utf8, type Bytes } from '../../workers/kernel/bytes.ts';
import type { BlobId } from '../../workers/kernel/brand.ts';
import { systemRandom } from '../../workers/kernel/clock.ts';
import { compression, declaredSize, type Codec } from '../../workers/repository/codec.ts';
import { openBlob, sealBlob, type Sealing } from '../../workers/repository/frame.ts';
import { parseSegment } from '../../workers/repository/index-segment.ts';
import { deriveKeys } from '../../workers/repository/keys.ts';
import type { Folder, JsonValue, Row } from '../../workers/repository/model.ts';
import { parseEntries } from '../../workers/repository/pack-entry.ts';
import { folderRecords, rowRecords } from '../../workers/repository/records.ts';
import { parseRun, parseSnapshot } from '../../workers/repository/snapshot.ts';
import { decodeLeaf, decodeNode } from '../../workers/repository/tree-page.ts';
import { sharedCodec } from '../faults/scene.ts';

let codec: Codec;
let sealing: Sealing;
beforeAll(async () => {
  codec = await sharedCodec();
  const master = await importMaterial(systemRandom.bytes(32));
  sealing = { codec, random: systemRandom, keys: await deriveKeys(master, systemRandom.bytes(16)) };
});

const bytes = (maxLength: number): fc.Arbitrary<Bytes> =>
  fc.uint8Array({ maxLength }).map((array) => new Uint8Array(array));
/** Both what shrinks and what does not. */
const content = fc.oneof(
  bytes(5000),
  fc
    .tuple(fc.string({ minLength: 1 }), fc.integer({ min: 1, max: 5000 }))
    .map(([text, n]) => utf8(text.repeat(n))),
);

describe('codec', () => {
  it('unpacks what it packed', async () => {
    await fc.assert(
      fc.asyncProperty(content, async (plain) => {
        const packed = await codec.pack(plain);
        expect(packed.payload.length).toBeLessThanOrEqual(plain.length);
        const back = await codec.unpack(packed, plain.length);
        expect(back && equalBytes(back, plain)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('gives nothing for any other size than the real one', async () => {
    const plain = utf8('abc'.repeat(1000));
    const packed = await codec.pack(plain);
    expect(packed.compression).toBe(compression.zstd);
    await fc.assert(
      fc.asyncProperty(fc.nat(10_000_000), async (size) => {
        fc.pre(size !== plain.length);
        expect(await codec.unpack(packed, size)).toBeUndefined();
      }),
    );
  });

  it('survives hostile frames: undefined or exactly the size asked for', async () => {
    const packed = await codec.pack(utf8('hostile '.repeat(500)));
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(packed.payload.length - 1), fc.nat(255)), { minLength: 1, maxLength: 8 }),
        fc.nat(packed.payload.length),
        async (edits, end) => {
          const payload = packed.payload.slice(0, end);
          for (const [at, byte] of edits) if (at < payload.length) payload[at] = byte;
          const back = await codec.unpack({ compression: compression.zstd, payload }, 4000);
          expect(back === undefined || back.length === 4000).toBe(true);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('reads the declared size as zstd writes it, for one-, two- and four-byte fields', async () => {
    for (const size of [100, 255, 256, 257, 65_791, 65_792, 300_000]) {
      const packed = await codec.pack(new Uint8Array(size));
      expect(declaredSize(packed.payload)).toBe(size);
    }
  });

  it('stops a frame that claims a gigabyte before anything is allocated', async () => {
    // Magic, single segment with a four-byte size, 2^30.
    const bomb = Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0xa0, 0, 0, 0, 0x40, 1, 0, 0);
    expect(declaredSize(bomb)).toBe(2 ** 30);
    expect(await codec.unpack({ compression: compression.zstd, payload: bomb }, 100)).toBeUndefined();
  });
});

describe('blobs', () => {
  it('open to what was sealed, under their own type, id and key only', async () => {
    await fc.assert(
      fc.asyncProperty(content, async (plain) => {
        const id = await sealing.keys.blobId('content', plain);
        const frame = await sealBlob(sealing, 'content', id, plain);
        const back = await openBlob(sealing, 'content', id, frame);
        expect(back && equalBytes(back, plain)).toBe(true);
        expect(await openBlob(sealing, 'rows', id, frame)).toBeUndefined();
        const other = id.slice();
        other[31] = (other[31] ?? 0) ^ 1;
        expect(await openBlob(sealing, 'content', other, frame)).toBeUndefined();
        expect(await sealing.keys.blobId('rows', plain)).not.toEqual(id);
      }),
      { numRuns: 100 },
    );
  });

  it('do not open with any byte changed or missing', async () => {
    const plain = utf8('the quick brown fox '.repeat(20));
    const id = await sealing.keys.blobId('content', plain);
    const frame = await sealBlob(sealing, 'content', id, plain);
    for (let at = 0; at < frame.length; at++) {
      const changed = frame.slice();
      changed[at] = (changed[at] ?? 0) ^ 0x40;
      expect(await openBlob(sealing, 'content', id, changed), `byte ${at}`).toBeUndefined();
      expect(await openBlob(sealing, 'content', id, frame.slice(0, at)), `cut at ${at}`).toBeUndefined();
    }
  });
});

const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('__proto__', 'constructor', 'toString', '\ud800', '\u202e', '\0', '"\\', '[{'),
);
const meta = fc.dictionary(
  anyText,
  fc.jsonValue({ maxDepth: 3 }).map((value) => value as JsonValue),
  { noNullPrototype: true },
);
const blobId = fc
  .uint8Array({ minLength: 32, maxLength: 32 })
  .map((id) => Buffer.from(id).toString('hex') as BlobId);
const row: fc.Arbitrary<Row> = fc
  .record(
    {
      key: anyText,
      item: anyText,
      folder: anyText,
      name: anyText,
      date: anyText,
      size: fc.maxSafeNat(),
      version: anyText,
      state: fc.constantFrom('stored', 'partial', 'pending', 'skipped', 'failed'),
      reason: anyText,
      parts: fc.array(
        fc.record({ role: anyText, size: fc.maxSafeNat(), blobs: fc.array(blobId, { maxLength: 5 }) }),
        { maxLength: 3 },
      ),
      meta,
    },
    { requiredKeys: ['key', 'item', 'folder', 'name', 'date', 'size', 'version', 'state', 'parts', 'meta'] },
  )
  .map((record) => record as Row);
const folder: fc.Arbitrary<Folder> = fc
  .record(
    { id: anyText, parent: anyText, name: anyText, role: anyText, meta },
    { requiredKeys: ['id', 'name'] },
  )
  .map((record) => record as Folder);

const throughJson = (value: JsonValue): unknown => JSON.parse(JSON.stringify(value));

describe('records', () => {
  it('rows come back from JSON as they were, whatever their texts are', () => {
    fc.assert(
      fc.property(row, (record) => {
        const back = rowRecords.decode(throughJson(rowRecords.encode(record)));
        expect(JSON.stringify(back && rowRecords.encode(back))).toBe(
          JSON.stringify(rowRecords.encode(record)),
        );
        expect(back?.item).toBe(record.item);
        expect(Object.getPrototypeOf(back?.meta)).toBe(Object.prototype);
      }),
      { numRuns: 500 },
    );
  });

  it('folders too', () => {
    fc.assert(
      fc.property(folder, (record) => {
        const back = folderRecords.decode(throughJson(folderRecords.encode(record)));
        expect(JSON.stringify(back && folderRecords.encode(back))).toBe(
          JSON.stringify(folderRecords.encode(record)),
        );
        expect(back?.parent).toBe(record.parent);
      }),
    );
  });
});

describe('decoders', () => {
  const expected = { after: undefined, last: undefined, count: undefined };
  const decoders: Record<string, (input: Bytes) => unknown> = {
    leaf: (input) => decodeLeaf(input, rowRecords, expected),
    node: (input) => decodeNode(input, 1, expected),
    snapshot: parseSnapshot,
    run: parseRun,
    segment: parseSegment,
    entries: (input) => parseEntries(new BinaryReader(input), 'data-pack', 10),
  };

  it.each(Object.keys(decoders))('%s takes any bytes without a throw', (name) => {
    fc.assert(
      fc.property(fc.oneof(bytes(500), fc.json().map(utf8)), (input) => {
        expect(decoders[name]?.(input)).toBeUndefined();
      }),
      { numRuns: 1000 },
    );
  });

  it('refuse JSON that is nested too deep, without recursing into it', () => {
    const deep = utf8(`[0,[${'['.repeat(200_000)}${']'.repeat(200_000)}]]`);
    expect(decodeLeaf(deep, rowRecords, expected)).toBeUndefined();
  });

  it('refuse counts that are no counts', () => {
    const good = rowRecords.encode({
      key: 'k',
      item: 'i',
      folder: 'f',
      name: 'n',
      date: 'd',
      size: 1,
      version: 'v',
      state: 'stored',
      parts: [],
      meta: {},
    }) as JsonValue[];
    const text = (size: string) => utf8(`[0,[${JSON.stringify(good).replace('"d",1,', `"d",${size},`)}]]`);
    expect(decodeLeaf(text('1'), rowRecords, expected)).toHaveLength(1);
    for (const size of ['-1', '1.5', '1e309', '"1"', '9007199254740993', 'null', 'true', '[1]']) {
      expect(decodeLeaf(text(size), rowRecords, expected), size).toBeUndefined();
    }
  });
});
