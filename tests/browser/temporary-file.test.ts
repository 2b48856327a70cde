import { wrap } from 'comlink';
import { afterAll, expect, it } from 'vitest';
import type { Probe } from './temporary-file.worker.ts';

const worker = new Worker(new URL('./temporary-file.worker.ts', import.meta.url), { type: 'module' });
const probe = wrap<Probe>(worker);

afterAll(() => worker.terminate());

const blobOf = (result: Blob | string): Blob => {
  if (typeof result === 'string') throw new Error(result);
  return result;
};

it('puts a large download together on disk, whole and as plain bytes', async () => {
  const before = (await probe.names()).length;
  const blob = blobOf(await probe.write(5, 1_000_000));
  expect([blob.size, blob.type]).toEqual([5_000_000, 'application/octet-stream']);
  const bytes = new Uint8Array(await blob.arrayBuffer());
  expect([0, 1, 2, 3, 4].map((piece) => bytes[piece * 1_000_000 + 999_999])).toEqual([0, 1, 2, 3, 4]);
  expect(await probe.names()).toHaveLength(before + 1);
});

it('leaves nothing on disk of a small download or of one that was given up', async () => {
  const before = await probe.names();
  expect(blobOf(await probe.write(1, 1000)).size).toBe(1000);
  await probe.discard();
  expect(await probe.names()).toEqual(before);
});

it('clears away what is an hour old without waiting for the next download', async () => {
  blobOf(await probe.write(2, 1000));
  const old = await probe.names();
  await probe.clear(59 * 60_000);
  expect(await probe.names()).toEqual(old);
  await probe.clear(61 * 60_000);
  expect(await probe.names()).toEqual([]);
});

it('clears away what an earlier download left, after an hour', async () => {
  blobOf(await probe.write(2, 1000));
  const old = await probe.names();
  blobOf(await probe.write(2, 1000, 61 * 60_000));
  const left = await probe.names();
  expect(left).toHaveLength(1);
  expect(old).not.toContain(left[0]);
});
