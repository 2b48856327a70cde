/** Counts what is sent and received by host, for *Where your data went*. Bodies only: headers are not visible here. */

export interface HostTraffic {
  readonly host: string;
  readonly requests: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
}

export interface Activity {
  sent(url: string, bytes: number): void;
  received(url: string, bytes: number): void;
  /** By host, busiest first. */
  snapshot(): HostTraffic[];
}

export function createActivity(): Activity {
  const byHost = new Map<string, { host: string; requests: number; bytesIn: number; bytesOut: number }>();
  const entry = (url: string) => {
    const host = hostOf(url);
    let traffic = byHost.get(host);
    if (!traffic) byHost.set(host, (traffic = { host, requests: 0, bytesIn: 0, bytesOut: 0 }));
    return traffic;
  };
  return {
    sent(url, bytes) {
      const traffic = entry(url);
      traffic.requests += 1;
      traffic.bytesOut += bytes;
    },
    received(url, bytes) {
      entry(url).bytesIn += bytes;
    },
    snapshot: () =>
      [...byHost.values()].map((traffic) => ({ ...traffic })).sort((a, b) => b.requests - a.requests),
  };
}

/** Cheaper than `new URL`, for addresses that have already been checked. A relative address is this page's own host. */
function hostOf(url: string): string {
  const start = url.indexOf('//');
  if (start < 0) return 'this site';
  const end = url.indexOf('/', start + 2);
  return url.slice(start + 2, end < 0 ? undefined : end);
}
