/**
 * Microsoft's published limits, each settable and each able to be switched off (null), so that a bench can measure
 * a client instead of the limits. Source: Microsoft Learn, "Microsoft Graph service-specific throttling limits" and
 * "Avoid getting throttled or blocked in SharePoint Online". Throttled calls count as well.
 */
import type { Clock } from '../world/clock.ts';
import { GraphError } from './context.ts';
import { workloadOf } from './route.ts';

export interface Limits {
  /** Requests at once, per app and mailbox. */
  outlookConcurrent: number | null;
  /** Requests in 10 minutes, per app and mailbox. */
  outlookPer10Minutes: number | null;
  /** Bytes sent in 5 minutes, per app and mailbox. */
  outlookUploadBytesPer5Minutes: number | null;
  /** Resource units in a minute, per app (SharePoint and OneDrive; smallest size class). */
  filesUnitsPerMinute: number | null;
  /** Resource units in 10 seconds, per app (directory; smallest size class). */
  directoryUnitsPer10Seconds: number | null;
  /** How `Retry-After` is given with a 429: seconds, an HTTP date, or not at all. */
  retryAfter: 'seconds' | 'date' | 'missing';
}

export const publishedLimits: Readonly<Limits> = {
  outlookConcurrent: 4,
  outlookPer10Minutes: 10_000,
  outlookUploadBytesPer5Minutes: 150 * 1024 * 1024,
  filesUnitsPerMinute: 1_250,
  directoryUnitsPer10Seconds: 3_500,
  retryAfter: 'seconds',
};

/** One unit of work as the engine sees it: a request, or a part of a `$batch`. */
export interface Demand {
  readonly appId: string;
  readonly method: string;
  readonly route: string;
  readonly query: URLSearchParams;
  /** The user whose mailbox is addressed. */
  readonly mailbox: string | undefined;
  readonly bodyBytes: number;
}

export interface Admission {
  /** Headers the answer carries because of what was used, as SharePoint and the directory send them. */
  readonly headers: Readonly<Record<string, string>>;
  /** Must be called once when the work is done, whatever came of it. */
  release(): void;
}

export interface Throttle {
  readonly limits: Limits;
  /** Counts the demand. Throws the workload's own 429 where a limit is passed. */
  admit(demand: Demand): Admission;
  reset(): void;
}

interface Window {
  startedAt: number;
  used: number;
}

/** SharePoint's price list: 1 for one item or a delta with token, 2 for listing and changing, 5 for permissions. */
export function fileUnits({ method, route, query }: Pick<Demand, 'method' | 'route' | 'query'>): number {
  if (/permissions|invite|createLink/.test(route) || /permissions/.test(query.get('$expand') ?? '')) return 5;
  if (method !== 'GET') return 2;
  if (route.endsWith('delta')) return query.has('token') || query.has('$skiptoken') ? 1 : 2;
  return /(children|drives|search|getAllSites|versions)$/.test(route) ? 2 : 1;
}

/** The directory's price list: a base per route, less with $select and small pages, more with $expand. */
export function directoryUnits({ method, route, query }: Pick<Demand, 'method' | 'route' | 'query'>): number {
  if (method !== 'GET') return 1;
  const base = /transitive/.test(route) ? 5 : /subscribedSkus|members$/.test(route) ? 3 : 2;
  const small = Number(query.get('$top') ?? 100) < 20 ? 1 : 0;
  return Math.max(1, base - (query.has('$select') ? 1 : 0) - small + (query.has('$expand') ? 1 : 0));
}

export function createThrottle(clock: Clock, limits: Limits): Throttle {
  const windows = new Map<string, Window>();
  const running = new Map<string, number>();

  const use = (key: string, seconds: number, amount: number): Window & { secondsLeft: number } => {
    let window = windows.get(key);
    if (!window || clock.now() - window.startedAt >= seconds * 1000) {
      window = { startedAt: clock.now(), used: 0 };
      windows.set(key, window);
    }
    window.used += amount;
    return { ...window, secondsLeft: Math.ceil(seconds - (clock.now() - window.startedAt) / 1000) };
  };

  const retryAfter = (seconds: number): Record<string, string> => {
    if (limits.retryAfter === 'missing') return {};
    const date = new Date(clock.now() + seconds * 1000).toUTCString();
    return { 'Retry-After': limits.retryAfter === 'date' ? date : String(seconds) };
  };

  const overOutlook = (limit: string, seconds: number) =>
    new GraphError(429, 'ApplicationThrottled', `Application is over its ${limit} limit.`, {
      headers: retryAfter(seconds),
    });

  const admitOutlook = (demand: Demand): Admission => {
    const key = `${demand.appId}|${demand.mailbox ?? ''}`;
    const calls = use(`outlook|${key}`, 600, 1);
    if (limits.outlookPer10Minutes !== null && calls.used > limits.outlookPer10Minutes) {
      throw overOutlook('MailboxRequests', calls.secondsLeft);
    }
    const uploads = use(`upload|${key}`, 300, demand.bodyBytes);
    if (
      limits.outlookUploadBytesPer5Minutes !== null &&
      uploads.used > limits.outlookUploadBytesPer5Minutes
    ) {
      throw overOutlook('RequestBodyBytes', uploads.secondsLeft);
    }
    const now = (running.get(key) ?? 0) + 1;
    if (limits.outlookConcurrent !== null && now > limits.outlookConcurrent) {
      throw overOutlook('MailboxConcurrency', 1);
    }
    running.set(key, now);
    return { headers: {}, release: () => running.set(key, (running.get(key) ?? 1) - 1) };
  };

  const admitFiles = (demand: Demand): Admission => {
    const limit = limits.filesUnitsPerMinute;
    const window = use(`files|${demand.appId}`, 60, fileUnits(demand));
    if (limit === null || window.used < limit * 0.8) return { headers: {}, release: () => undefined };
    const headers = {
      'RateLimit-Limit': String(limit),
      'RateLimit-Remaining': String(Math.max(0, limit - window.used)),
      'RateLimit-Reset': String(window.secondsLeft),
    };
    if (window.used <= limit) return { headers, release: () => undefined };
    throw new GraphError(429, 'activityLimitReached', 'The request has been throttled', {
      innerCode: 'throttledRequest',
      headers: { ...headers, ...retryAfter(window.secondsLeft) },
    });
  };

  const admitDirectory = (demand: Demand): Admission => {
    const units = directoryUnits(demand);
    const limit = limits.directoryUnitsPer10Seconds;
    const window = use(`directory|${demand.appId}`, 10, units);
    const headers: Record<string, string> = { 'x-ms-resource-unit': String(units) };
    const share = limit === null ? 0 : window.used / limit;
    if (share > 0.8) headers['x-ms-throttle-limit-percentage'] = share.toFixed(2);
    if (share <= 1) return { headers, release: () => undefined };
    throw new GraphError(429, 'TooManyRequests', 'Too many requests', {
      headers: {
        ...headers,
        'x-ms-throttle-scope': `Tenant_Application/ReadWrite/${demand.appId}`,
        'x-ms-throttle-information': 'ResourceUnitLimitExceeded',
        ...retryAfter(window.secondsLeft),
      },
    });
  };

  const admitBy = { outlook: admitOutlook, files: admitFiles, directory: admitDirectory };
  return {
    limits,
    admit: (demand) => admitBy[workloadOf(demand.route)](demand),
    reset: () => {
      windows.clear();
      running.clear();
    },
  };
}
