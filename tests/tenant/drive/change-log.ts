/** The order in which a drive's items last changed: what `delta` reads. */
import type { Clock } from '../world/clock.ts';
import type { Item } from './item.ts';

export interface ChangeLog {
  /** The number of the newest change. */
  latest(): number;
  /** Moves the item to the end of the log. */
  record(item: Item, sharing?: 'sharing'): void;
  /** Items last changed after `sequence`, oldest change first; each item once, at its latest change. */
  after(sequence: number): Generator<Item>;
  /** The newest change at or before `time` (milliseconds). */
  at(time: number): number;
}

export function createChangeLog(clock: Clock): ChangeLog {
  const entries: { readonly item: Item; readonly time: number }[] = [];
  return {
    latest: () => entries.length,
    record(item, sharing) {
      entries.push({ item, time: clock.now() });
      item.sequence = entries.length;
      item.sharingChange = sharing === 'sharing';
    },
    *after(sequence) {
      for (let next = sequence; next < entries.length; next++) {
        const entry = entries[next];
        // An entry is stale once its item has changed again: the later one counts.
        if (entry?.item.sequence === next + 1) yield entry.item;
      }
    },
    at(time) {
      let [low, high] = [0, entries.length];
      while (low < high) {
        const middle = (low + high) >> 1;
        if ((entries[middle]?.time ?? 0) <= time) low = middle + 1;
        else high = middle;
      }
      return low;
    },
  };
}
