/**
 * Pre-authenticated links as listings give them, kept in memory for as long as they are worth something: a link used
 * saves the request that would ask for one. They never go into a row: they are secrets, and stale within the hour.
 */
import type { Clock } from '../../kernel/clock.ts';

/** Microsoft promises no lifetime; an hour was seen, so use ends well before. */
const usableMs = 45 * 60_000;
const mostLinks = 20_000;

export interface DownloadLinks {
  keep(account: string, item: string, version: string, url: string): void;
  /** Gives a link once, for the version it was listed with. */
  take(account: string, item: string, version: string): string | undefined;
}

export function createDownloadLinks(clock: Clock): DownloadLinks {
  const links = new Map<string, { readonly url: string; readonly at: number }>();
  const keyOf = (account: string, item: string, version: string): string => `${account} ${item} ${version}`;
  return {
    keep(account, item, version, url) {
      const key = keyOf(account, item, version);
      links.delete(key);
      links.set(key, { url, at: clock.now() });
      const [oldest] = links.keys();
      if (links.size > mostLinks && oldest !== undefined) links.delete(oldest);
    },
    take(account, item, version) {
      const key = keyOf(account, item, version);
      const found = links.get(key);
      links.delete(key);
      return found && clock.now() - found.at < usableMs ? found.url : undefined;
    },
  };
}
