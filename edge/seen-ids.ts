/** Assertion ids seen in this isolate while their assertions were valid. Entra's own check stands behind it. */
export interface SeenIds {
  /** True the first time. */
  add(id: string, expiresAt: number, now: number): boolean;
}

const mostIds = 10_000;

export function createSeenIds(): SeenIds {
  const seen = new Map<string, number>();
  return {
    add(id, expiresAt, now) {
      // In order of arrival, and all live equally long: the first valid one ends the search.
      for (const [old, until] of seen) {
        if (until > now && seen.size < mostIds) break;
        seen.delete(old);
      }
      if (seen.has(id)) return false;
      seen.set(id, expiresAt);
      return true;
    },
  };
}
