/** Bounded concurrency: by number, and by size. */

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

/** Runs `work` while `amount` is held of what there is; waits its turn where too much is held. */
export type Allowance = <T>(amount: number, work: () => Promise<T>) => Promise<T>;

/** In order of arrival. More than the `whole` counts as the whole: it is let in, and alone. */
export function createAllowance(whole: number): Allowance {
  let free = whole;
  const queue: { readonly amount: number; readonly enter: () => void }[] = [];
  const letIn = (): void => {
    for (let next = queue[0]; next && next.amount <= free; next = queue[0]) {
      queue.shift();
      free -= next.amount;
      next.enter();
    }
  };
  return async (wanted, work) => {
    const amount = Math.min(wanted, whole);
    await new Promise<void>((enter) => {
      queue.push({ amount, enter });
      letIn();
    });
    try {
      return await work();
    } finally {
      free += amount;
      letIn();
    }
  };
}
