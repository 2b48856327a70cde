/**
 * A sliding-window limit in buckets: at most `max` units in any span of `windowMs`. Counts are kept for one bucket
 * more than the window, so the promise holds at every instant, not only at bucket borders.
 */
export interface WindowLimit {
  /** Milliseconds until `amount` may be spent; 0 when it may now. */
  delay(now: number, amount: number): number;
  spend(now: number, amount: number): void;
}

export function createWindowLimit(max: number, windowMs: number, buckets = 30): WindowLimit {
  const width = windowMs / buckets;
  const counts = new Float64Array(buckets + 1);
  let newest = -1;
  let total = 0;

  const slot = (index: number): number => index % counts.length;
  function advance(now: number): void {
    const index = Math.floor(now / width);
    if (newest < 0 || index - newest >= counts.length) {
      counts.fill(0);
      total = 0;
      newest = index;
    }
    while (newest < index) {
      newest += 1;
      total -= counts[slot(newest)] ?? 0;
      counts[slot(newest)] = 0;
    }
  }

  return {
    delay(now, amount) {
      advance(now);
      let excess = total + Math.min(amount, max) - max;
      for (let age = buckets; age >= 0 && excess > 0; age--) {
        const index = newest - age;
        excess -= index < 0 ? 0 : (counts[slot(index)] ?? 0);
        if (excess <= 0) return Math.max(1, Math.ceil((index + counts.length) * width - now));
      }
      return 0;
    },
    spend(now, amount) {
      advance(now);
      counts[slot(newest)] = (counts[slot(newest)] ?? 0) + amount;
      total += amount;
    },
  };
}
