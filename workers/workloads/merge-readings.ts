/** Several async sources read side by side. */

/**
 * Pulls from at most `limit` sources at once and yields values in the order in which they arrived; so the values of one
 * source keep their order. One value of each open source is asked for ahead. A throwing source throws here; leaving
 * early closes the open sources.
 */
export async function* mergeReadings<T>(
  sources: Iterable<AsyncIterable<T>>,
  limit: number,
): AsyncGenerator<T, void> {
  const waiting = sources[Symbol.iterator]();
  const open = new Set<AsyncIterator<T>>();
  const arrived: Arrival<T>[] = [];
  let wake = (): void => undefined;
  const arrive = (arrival: Arrival<T>): void => {
    arrived.push(arrival);
    wake();
  };
  const pull = (iterator: AsyncIterator<T>): void => {
    open.add(iterator);
    iterator.next().then(
      (result) => arrive({ iterator, result }),
      (thrown: unknown) => arrive({ iterator, thrown }),
    );
  };
  const openMore = (): void => {
    while (open.size < limit) {
      const next = waiting.next();
      if (next.done) return;
      pull(next.value[Symbol.asyncIterator]());
    }
  };
  try {
    for (openMore(); open.size > 0; openMore()) {
      const arrival = arrived.shift();
      if (!arrival) {
        await new Promise<void>((resolve) => (wake = resolve));
        continue;
      }
      if (!arrival.result) throw arrival.thrown;
      if (arrival.result.done) {
        open.delete(arrival.iterator);
        continue;
      }
      pull(arrival.iterator);
      yield arrival.result.value;
    }
  } finally {
    for (const iterator of open) void iterator.return?.();
  }
}

interface Arrival<T> {
  readonly iterator: AsyncIterator<T>;
  readonly result?: IteratorResult<T>;
  readonly thrown?: unknown;
}
