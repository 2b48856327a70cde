/** Bounded concurrency. */

/**
 * Runs `work` on every item of `source` with at most `limit` at a time and hands results on as they finish.
 * The source is pulled only when a place is free, so a slow consumer holds back the producer.
 * A throw in `work` is a bug: it stops the pulling and is thrown to the caller once running work has settled.
 */
export async function forEachLimited<T>(
  source: AsyncIterable<T> | Iterable<T>,
  limit: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const running = new Set<Promise<void>>();
  const thrown: unknown[] = [];
  for await (const item of source) {
    const task: Promise<void> = work(item)
      .catch((error: unknown) => {
        thrown.push(error);
      })
      .finally(() => running.delete(task));
    running.add(task);
    if (running.size >= limit) await Promise.race(running);
    if (thrown.length > 0) break;
  }
  await Promise.all(running);
  if (thrown.length > 0) throw thrown[0];
}
