/**
 * How long what is left will take, learned from what is done: every item costs some time for being asked for and some
 * for each of its bytes. A rate of bytes alone misleads, because the newest items are small and the big ones come later.
 */
import type { Clock } from '../kernel/clock.ts';

/** An item's weight after each further one: about the last 200 items decide. */
const KEPT = 0.995;
/**
 * Until big items have been seen, what a byte costs is a guess: one imagined item of 8 MB over a line of 50 Mbit/s
 * that four items share. Small items hardly move it, one real big item outweighs it.
 */
const imagined = { bytes: 8_000_000, ms: 100 + 8_000_000 / 1_500 };

export interface TimeLeft {
  /** An item of so many bytes was begun at `startedAt` (ms since the epoch) and is done now. */
  done(startedAt: number, bytes: number): void;
  /** Undefined until an item is done. */
  estimate(items: number, bytes: number): Estimate | undefined;
}

export interface Estimate {
  readonly ms: number;
  /** What takes more of it: asking for items, or carrying their bytes. */
  readonly cause: 'items' | 'bytes';
}

export function createTimeLeft(clock: Clock): TimeLeft {
  const sums = { items: 0, ms: 0, bytes: 0, bytesBytes: 0, bytesMs: 0, elapsed: 0 };
  let lastDone = 0;
  return {
    done: (startedAt, bytes) => {
      const now = clock.now();
      const ms = now - startedAt;
      const sample = { items: 1, ms, bytes, bytesBytes: bytes * bytes, bytesMs: bytes * ms };
      // A pause between two items is not theirs.
      const elapsed = Math.min(ms, now - lastDone);
      lastDone = now;
      for (const [name, value] of Object.entries({ ...sample, elapsed })) {
        sums[name as keyof typeof sums] = sums[name as keyof typeof sums] * KEPT + value;
      }
    },
    estimate: (items, bytes) => {
      if (sums.items === 0) return undefined;
      const cost = costsOf(sums);
      const atOnce = Math.max(1, sums.ms / Math.max(1, sums.elapsed));
      const byItems = (items * cost.item) / atOnce;
      const byBytes = (bytes * cost.byte) / atOnce;
      return { ms: Math.round(byItems + byBytes), cause: byBytes > byItems ? 'bytes' : 'items' };
    },
  };
}

interface Sums {
  readonly items: number;
  readonly ms: number;
  readonly bytes: number;
  readonly bytesBytes: number;
  readonly bytesMs: number;
}

/** Ordinary least squares of ms = item + byte × bytes, both at least nothing. */
function costsOf(seen: Sums): { readonly item: number; readonly byte: number } {
  const n = seen.items + 1;
  const ms = seen.ms + imagined.ms;
  const bytes = seen.bytes + imagined.bytes;
  const bytesBytes = seen.bytesBytes + imagined.bytes ** 2;
  const bytesMs = seen.bytesMs + imagined.bytes * imagined.ms;
  const spread = n * bytesBytes - bytes ** 2;
  const byte = spread > 0 ? Math.max(0, (n * bytesMs - bytes * ms) / spread) : 0;
  const item = (ms - byte * bytes) / n;
  return item >= 0 ? { item, byte } : { item: 0, byte: bytesMs / bytesBytes };
}
