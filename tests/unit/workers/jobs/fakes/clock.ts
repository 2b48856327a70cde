import type { Clock, Random } from '../../../../../workers/kernel/clock.ts';

/** Time that passes only in sleeps, at once; macrotasks still run between them. */
export function virtualClock(
  start = Date.parse('2026-11-23T12:00:00Z'),
): Clock & { advance(ms: number): void } {
  let now = start;
  return {
    now: () => now,
    advance: (ms) => {
      now += ms;
    },
    sleep: async (ms, signal) => {
      if (signal?.aborted) return;
      await new Promise((resolve) => setTimeout(resolve, 0));
      now += ms;
    },
  };
}

export function countingRandom(): Random {
  let next = 1;
  return {
    bytes: (count) => Uint8Array.from({ length: count }, () => next++ % 251),
    fraction: () => 0.5,
  };
}
