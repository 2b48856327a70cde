/**
 * Simulated time for several who work at once, each one thing after the other: only one of them is ever at work, the one
 * whose wait ends first, and the date is then that of its waking. The same waits give the same order, however fast the
 * machine is.
 */
import { vi } from 'vitest';
import type { Clock } from '../../../../workers/kernel/clock.ts';

interface Waiting {
  readonly until: number;
  readonly wake: () => void;
}

export function createTimeline() {
  const waiting: Waiting[] = [];
  let working = 0;

  /** Of equal ones the one that has waited longer. */
  function wakeNext(): void {
    if (working > 0 || waiting.length === 0) return;
    const first = waiting.reduce((best, one) => (one.until < best.until ? one : best));
    waiting.splice(waiting.indexOf(first), 1);
    vi.setSystemTime(first.until);
    working += 1;
    first.wake();
  }

  const clock: Clock = {
    now: () => Date.now(),
    sleep: (ms) =>
      new Promise((wake) => {
        waiting.push({ until: Date.now() + ms, wake });
        working -= 1;
        wakeNext();
      }),
  };

  async function one<T>(work: () => Promise<T>): Promise<T> {
    await clock.sleep(0);
    try {
      return await work();
    } finally {
      working -= 1;
      wakeNext();
    }
  }

  return {
    clock,
    /** Begins them all now. */
    together<T>(works: readonly (() => Promise<T>)[]): Promise<T[]> {
      working += works.length;
      return Promise.all(works.map(one));
    },
  };
}

/** Numbers between 0 and 1, the same for a seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
