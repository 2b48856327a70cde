/** Keys of messages, newest first. Bulk additions are sorted once, when the order is next asked for. */
export interface ReceivedOrder {
  add(key: number): void;
  remove(key: number): void;
  /** Do not keep: the next change alters it. */
  newestFirst(): readonly number[];
}

/** `received` must answer for a key until after it is removed, and never change. */
export function createReceivedOrder(received: (key: number) => number): ReceivedOrder {
  const keys: number[] = [];
  let sorted = true;
  const compare = (a: number, b: number): number => received(b) - received(a) || b - a;

  /** The place of a key in the sorted list, or where it would stand. */
  const placeOf = (key: number): number => {
    let low = 0;
    let high = keys.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (compare(keys[middle] ?? 0, key) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  const sort = (): void => {
    if (!sorted) keys.sort(compare);
    sorted = true;
  };
  let additions = 0;

  return {
    add(key) {
      // A few additions are put in their place; a seed of thousands is left for one sort.
      if (sorted && additions++ < 50) keys.splice(placeOf(key), 0, key);
      else {
        keys.push(key);
        sorted = false;
      }
    },
    remove(key) {
      sort();
      const place = placeOf(key);
      if (keys[place] === key) keys.splice(place, 1);
    },
    newestFirst() {
      sort();
      additions = 0;
      return keys;
    },
  };
}
