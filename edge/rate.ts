/** Fixed windows by key, with a bound on keys: the oldest are forgotten first. */
export interface Rate {
  /** Counts one; seconds until the next is allowed, 0 when this one is. */
  take(key: string, now: number): number;
}

const mostKeys = 10_000;

export function createRate(max: number, windowMs: number): Rate {
  const windows = new Map<string, { readonly end: number; count: number }>();
  return {
    take(key, now) {
      let window = windows.get(key);
      if (!window || window.end <= now) {
        windows.delete(key);
        windows.set(key, (window = { end: now + windowMs, count: 0 }));
        const oldest = windows.keys().next();
        if (windows.size > mostKeys && !oldest.done) windows.delete(oldest.value);
      }
      window.count += 1;
      return window.count <= max ? 0 : Math.ceil((window.end - now) / 1000);
    },
  };
}
