import { describe, expect, it } from 'vitest';
import { createTimeLeft } from '../../../../workers/jobs/time-left.ts';

/** A service where an item takes `perItem` ms and each of its bytes `perByte` ms, with `atOnce` items under way. */
function serviceOf(perItem: number, perByte: number, atOnce: number) {
  let now = 1_000_000;
  const left = createTimeLeft({ now: () => now, sleep: () => Promise.resolve() });
  return {
    left,
    pause: (ms: number) => void (now += ms),
    fetch: (sizes: readonly number[]) => {
      for (const bytes of sizes) {
        const ms = perItem + perByte * bytes;
        now += ms / atOnce;
        left.done(now - ms, bytes);
      }
    },
    takes: (sizes: readonly number[]) =>
      sizes.reduce((sum, bytes) => sum + perItem + perByte * bytes, 0) / atOnce,
  };
}

const sizes = (count: number, least: number, most: number) =>
  Array.from({ length: count }, (_, n) => least + ((n * 7919) % (most - least)));
const sum = (list: readonly number[]) => list.reduce((total, size) => total + size, 0);

describe('time left', () => {
  it('is unknown until an item is done', () => {
    expect(serviceOf(100, 0, 1).left.estimate(10, 1000)).toBeUndefined();
  });

  const small = (count: number) => sizes(count, 2_000, 60_000);
  it.each([
    { name: 'small items after small ones', costs: [250, 0.0005, 4], done: small(300), rest: small(5_000) },
    {
      name: 'big files after small mails',
      costs: [250, 0.0005, 4],
      done: small(40),
      rest: sizes(150, 2_000, 300_000),
    },
    {
      name: 'small mails after some of everything',
      costs: [250, 0.0005, 4],
      done: sizes(60, 2_000, 9_000_000),
      rest: small(900),
    },
    {
      name: 'a slow line, once it has been seen',
      costs: [50, 0.02, 2],
      done: sizes(60, 1_000, 3_000_000),
      rest: sizes(100, 1_000, 3_000_000),
    },
  ] as const)('is near the truth: $name', ({ costs, done, rest }) => {
    const [perItem, perByte, atOnce] = costs;
    const service = serviceOf(perItem, perByte, atOnce);
    service.fetch(done);
    const estimate = service.left.estimate(rest.length, sum(rest));
    const truth = service.takes(rest);
    expect(estimate?.ms).toBeGreaterThan(truth * 0.6);
    expect(estimate?.ms).toBeLessThan(truth * 1.6);
  });

  it('does not take a few small items for a slow line', () => {
    const service = serviceOf(500, 0, 1);
    service.fetch([2_500, 2_600, 2_400]);
    const estimate = service.left.estimate(190, 25_000_000);
    expect(estimate?.ms).toBeLessThan(4 * 60_000);
  });

  it('follows a service that becomes slower', () => {
    const service = serviceOf(100, 0, 4);
    service.fetch(sizes(1_000, 1_000, 9_000));
    const before = service.left.estimate(1_000, 5_000_000)?.ms ?? 0;
    for (let n = 0; n < 600; n++) {
      service.pause(100);
      service.left.done(1_000_000 + n, 5_000);
    }
    expect(service.left.estimate(1_000, 5_000_000)?.ms).toBeGreaterThan(2 * before);
  });

  it('does not count a pause', () => {
    const service = serviceOf(100, 0, 4);
    service.fetch(sizes(200, 1_000, 9_000));
    const before = service.left.estimate(1_000, 0)?.ms ?? 0;
    service.pause(3_600_000);
    service.fetch(sizes(1, 1_000, 9_000));
    const after = service.left.estimate(1_000, 0)?.ms ?? 0;
    expect(Math.abs(after - before)).toBeLessThan(before * 0.1);
  });

  it('says what takes longer', () => {
    const service = serviceOf(100, 0.001, 4);
    service.fetch(sizes(50, 1_000, 9_000_000));
    expect(service.left.estimate(10_000, 1_000_000)?.cause).toBe('items');
    expect(service.left.estimate(10, 10_000_000_000)?.cause).toBe('bytes');
  });
});
