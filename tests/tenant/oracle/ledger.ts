/** Counts what was asked of the tenant: exchanges on the wire, and units (a `$batch` part is one, as a single request is). */

export interface RequestCounts {
  /** HTTP exchanges without preflights and without `/_tenant`. */
  exchanges: number;
  preflights: number;
  /** `GET graph.microsoft.com/users/{id}/messages 200` → how often. */
  units: Record<string, number>;
  totalUnits: number;
}

export interface Ledger {
  exchange(): void;
  preflight(): void;
  unit(call: { host: string; method: string; route: string; status: number }): void;
  counts(): RequestCounts;
  reset(): void;
}

export function createLedger(): Ledger {
  const units = new Map<string, number>();
  let exchanges = 0;
  let preflights = 0;
  return {
    exchange: () => {
      exchanges += 1;
    },
    preflight: () => {
      preflights += 1;
    },
    unit: ({ host, method, route, status }) => {
      const key = `${method} ${host}${route} ${status}`;
      units.set(key, (units.get(key) ?? 0) + 1);
    },
    counts: () => ({
      exchanges,
      preflights,
      totalUnits: [...units.values()].reduce((sum, count) => sum + count, 0),
      units: Object.fromEntries([...units].sort()),
    }),
    reset: () => {
      units.clear();
      exchanges = 0;
      preflights = 0;
    },
  };
}
