import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concat, equalBytes, toHex } from '../../workers/kernel/bytes.ts';
import { chunk } from '../../workers/repository/chunker.ts';

const gear = Uint32Array.from(
  { length: 256 },
  (_, i) => Math.imul(i + 1, 0x9e3779b1) ^ Math.imul(i, 0x85ebca6b),
);
const sizes = { least: 64, average: 256, most: 1024 };

async function chunksOf(
  content: AsyncIterable<Uint8Array> | Uint8Array,
  limits = sizes,
): Promise<Uint8Array[]> {
  const chunks: Uint8Array[] = [];
  for await (const piece of chunk(content, gear, limits)) chunks.push(piece);
  return chunks;
}

async function* inPieces(bytes: Uint8Array, lengths: readonly number[]): AsyncGenerator<Uint8Array> {
  let at = 0;
  for (let i = 0; at < bytes.length; i++) {
    const length = lengths[i % lengths.length] ?? 1;
    // The same buffer each time, as streams may do.
    const piece = new Uint8Array(bytes.subarray(at, at + length));
    yield piece;
    piece.fill(0);
    at += length;
  }
}

const noise = fc
  .tuple(fc.integer(), fc.nat(20_000))
  .map(([seed, length]) =>
    Uint8Array.from({ length }, (_, i) => Math.imul(seed + i, 0x9e3779b1) >>> ((i % 3) * 8)),
  );

describe('chunker', () => {
  it('loses and adds nothing, and keeps to its sizes', async () => {
    await fc.assert(
      fc.asyncProperty(noise, async (bytes) => {
        const chunks = await chunksOf(bytes);
        expect(equalBytes(concat(...chunks), bytes)).toBe(true);
        for (const [i, { length }] of chunks.entries()) {
          expect(length).toBeLessThanOrEqual(sizes.most);
          if (i < chunks.length - 1) expect(length).toBeGreaterThan(sizes.least);
        }
      }),
    );
  });

  it('cuts the same content at the same places, in whatever pieces it comes', async () => {
    await fc.assert(
      fc.asyncProperty(
        noise,
        fc.array(fc.integer({ min: 1, max: 3000 }), { minLength: 1 }),
        async (bytes, lengths) => {
          const whole = await chunksOf(bytes);
          const streamed = await chunksOf(inPieces(bytes, lengths));
          expect(streamed.map(toHex)).toEqual(whole.map(toHex));
        },
      ),
    );
  });

  it('finds its boundaries again after an insertion', async () => {
    const bytes = crypto.getRandomValues(new Uint8Array(60_000));
    const edited = concat(bytes.subarray(0, 20_000), Uint8Array.of(1, 2, 3), bytes.subarray(20_000));
    const before = new Set((await chunksOf(bytes)).map(toHex));
    const after = (await chunksOf(edited)).map(toHex);
    expect(after.filter((hex) => !before.has(hex)).length).toBeLessThan(8);
  });

  it('has an average near the one asked for', async () => {
    const bytes = crypto.getRandomValues(new Uint8Array(65_536));
    const average = bytes.length / (await chunksOf(bytes)).length;
    expect(average).toBeGreaterThan(sizes.average / 2);
    expect(average).toBeLessThan(sizes.average * 2);
  });

  it('leaves content below the least size whole and makes none of nothing', async () => {
    expect(await chunksOf(new Uint8Array(64))).toHaveLength(1);
    expect(await chunksOf(new Uint8Array(0))).toEqual([]);
    expect(await chunksOf(inPieces(new Uint8Array(0), [1]))).toEqual([]);
  });

  it('cuts content without any boundary at the greatest size', async () => {
    expect((await chunksOf(new Uint8Array(5000))).map(({ length }) => length)).toEqual([
      1024, 1024, 1024, 1024, 904,
    ]);
  });
});
