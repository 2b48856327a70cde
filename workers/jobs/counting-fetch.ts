/** A fetch that counts: how many HTTP exchanges a job takes. */
import type { Fetch } from '../graph/exchange.ts';

export function countingFetch(inner: Fetch): { readonly fetch: Fetch; readonly count: () => number } {
  let exchanges = 0;
  return {
    fetch: (url, init) => {
      exchanges += 1;
      return inner(url, init);
    },
    count: () => exchanges,
  };
}
