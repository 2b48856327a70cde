/**
 * The pace of everything that is sent to one tenant: a pool per mailbox, one for drives, one for the directory, one
 * for content hosts. Limits: Microsoft's published ones less a margin.
 */
import type { Clock, Random } from '../kernel/clock.ts';
import type { Pool as PoolKey } from './client.ts';
import { RequestPool, type Outcome, type PoolSettings, type Share, type Ticket } from './pool.ts';
import { createWindowLimit } from './window-limit.ts';

/** A wait that people should see: which pool, why, until when (milliseconds since the epoch). */
export interface PaceWait {
  readonly pool: PoolKey;
  readonly reason: 'throttled' | 'limit';
  readonly until: number;
}

export interface Claim extends Share {
  readonly pool: PoolKey;
}

export interface Pace {
  /** One request with all its claims; undefined when the signal aborted before it was admitted. */
  admit(claims: readonly Claim[], signal?: AbortSignal): Promise<Ticket | undefined>;
  /** A throttled part of a batch. */
  throttled(pool: PoolKey, retryAfterMs?: number): void;
  /** Pools that hold requests back just now, the longest wait first. */
  waits(): PaceWait[];
  /** Called after every change of `waits()`; the returned function ends it. */
  observe(listener: () => void): () => void;
}

/** Other tabs of this browser at work on the same tenant; see tab-share.ts. */
export interface PaceShare {
  post(message: PaceMessage): void;
  listen(listener: (message: PaceMessage) => void): void;
}
export type PaceMessage =
  | { readonly kind: 'fence'; readonly pool: PoolKey; readonly until: number }
  | { readonly kind: 'spent'; readonly pool: PoolKey; readonly units: number };

export interface PaceDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly share?: PaceShare;
}

const minute = 60_000;
const hour = 60 * minute;
const mebibyte = 1024 * 1024;

function settingsOf(pool: PoolKey): PoolSettings {
  // Outlook: 10,000 requests in 10 minutes, 4 at a time and 150 MB up in 5 minutes, each per app and mailbox.
  if (pool.startsWith('mailbox:')) {
    return {
      inFlight: 4,
      units: [createWindowLimit(9_600, 10 * minute)],
      bytes: [createWindowLimit(140 * mebibyte, 5 * minute)],
    };
  }
  // SharePoint: 1,250 resource units a minute and 1.2 million a day for the smallest tenants.
  if (pool === 'drive') {
    return {
      inFlight: 8,
      units: [createWindowLimit(1_200, minute), createWindowLimit(1_150_000, 24 * hour)],
      bytes: [],
    };
  }
  // Directory: 3,500 resource units in 10 seconds for the smallest tenants.
  if (pool === 'directory') return { inFlight: 8, units: [createWindowLimit(3_000, 10_000)], bytes: [] };
  return { inFlight: 6, units: [], bytes: [] };
}

export function createPace(deps: PaceDeps): Pace {
  const pools = new Map<PoolKey, RequestPool>();
  const listeners = new Set<() => void>();
  const spent = createSpendingReport(deps);

  const poolOf = (key: PoolKey): RequestPool => {
    let pool = pools.get(key);
    if (!pool) {
      const changed = (fencedUntil?: number) => {
        if (fencedUntil !== undefined) deps.share?.post({ kind: 'fence', pool: key, until: fencedUntil });
        for (const listener of listeners) listener();
      };
      pools.set(key, (pool = new RequestPool(settingsOf(key), { ...deps, changed })));
    }
    return pool;
  };

  deps.share?.listen((message) => {
    const pool = poolOf(message.pool);
    if (message.kind === 'fence') pool.fence(message.until);
    else pool.spend(message.units);
  });

  async function admitOne(claim: Claim, signal?: AbortSignal): Promise<Ticket | undefined> {
    const ticket = await poolOf(claim.pool).admit(claim, signal);
    if (ticket) spent(claim.pool, claim.units);
    return ticket;
  }

  return {
    async admit(claims, signal) {
      const [only] = claims;
      if (claims.length === 1 && only) return admitOne(only, signal);
      return admitAll(claims, (claim) => admitOne(claim, signal));
    },
    throttled: (pool, retryAfterMs) => poolOf(pool).throttled(retryAfterMs),
    waits: () =>
      [...pools]
        .flatMap(([pool, { waiting }]) => (waiting ? [{ pool, ...waiting }] : []))
        .sort((a, b) => b.until - a.until),
    observe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** Pools are entered in one order everywhere, so that two batches never hold what the other waits for. */
async function admitAll(
  claims: readonly Claim[],
  admit: (claim: Claim) => Promise<Ticket | undefined>,
): Promise<Ticket | undefined> {
  const tickets: Ticket[] = [];
  const release = (outcome: Outcome, retryAfterMs?: number) => {
    for (const ticket of tickets) ticket.release(outcome, retryAfterMs);
  };
  for (const claim of claims.toSorted((a, b) => (a.pool < b.pool ? -1 : 1))) {
    const ticket = await admit(claim);
    if (!ticket) {
      release('other');
      return undefined;
    }
    tickets.push(ticket);
  }
  return { release };
}

/** Tells other tabs what was spent, twice a second at most. */
function createSpendingReport({ clock, share }: PaceDeps): (pool: PoolKey, units: number) => void {
  if (!share) return () => undefined;
  const unreported = new Map<PoolKey, number>();
  const report = () => {
    for (const [pool, units] of unreported) share.post({ kind: 'spent', pool, units });
    unreported.clear();
  };
  return (pool, units) => {
    if (unreported.size === 0) void clock.sleep(500).then(report);
    unreported.set(pool, (unreported.get(pool) ?? 0) + units);
  };
}
