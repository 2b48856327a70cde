/** Items and bytes a second over the last 30 s. */
import type { Clock } from '../kernel/clock.ts';

const WINDOW_MS = 30_000;

export interface RateMeter {
  add(items: number, bytes: number): void;
  /** Since anything was added, in ms. */
  quietMs(): number;
  rate(): { readonly itemsPerSecond: number; readonly bytesPerSecond: number };
}

/** Sums by second, so that its memory does not grow with the rate. */
export function createRateMeter(clock: Clock): RateMeter {
  const startedAt = clock.now();
  let lastAdded = startedAt;
  const seconds = new Map<number, { items: number; bytes: number }>();

  const forget = (now: number) => {
    for (const second of seconds.keys()) if (second * 1000 <= now - WINDOW_MS) seconds.delete(second);
  };
  return {
    add: (items, bytes) => {
      lastAdded = clock.now();
      const second = Math.floor(lastAdded / 1000);
      const sum = seconds.get(second) ?? { items: 0, bytes: 0 };
      seconds.set(second, { items: sum.items + items, bytes: sum.bytes + bytes });
      forget(lastAdded);
    },
    quietMs: () => clock.now() - lastAdded,
    rate: () => {
      const now = clock.now();
      forget(now);
      const span = Math.max(1, Math.min(WINDOW_MS, now - startedAt) / 1000);
      let items = 0;
      let bytes = 0;
      for (const sum of seconds.values()) {
        items += sum.items;
        bytes += sum.bytes;
      }
      return { itemsPerSecond: items / span, bytesPerSecond: bytes / span };
    },
  };
}
