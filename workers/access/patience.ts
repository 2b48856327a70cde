/**
 * A new directory object is not everywhere at once: for minutes Entra may answer 404, 400 or "unknown app" to what is
 * right (Microsoft documents no bound; reports say seconds to more than five minutes). Waits are told, and on the injected clock.
 */
import type { Clock } from '../kernel/clock.ts';
import { failure, type Failure } from '../kernel/failure.ts';
import { err, type Result } from '../kernel/result.ts';

const waitsMs = [1_000, 2_000, 4_000, 8_000, 15_000];
export const patienceMs = 10 * 60_000;

/** For how long after it was made an object may be missing from a list: chosen, Microsoft documents no bound. */
export const unlistedMs = 2 * 60_000;

export interface Patience {
  readonly clock: Clock;
  readonly signal?: AbortSignal;
  /** Told before each wait: ms since the first try. */
  readonly waiting: (elapsedMs: number) => void;
}

/** Repeats `work` while its failure may pass; the last failure stands after ten minutes. */
export async function untilReplicated<T>(
  work: () => Promise<Result<T>>,
  mayPass: (reason: Failure) => boolean,
  { clock, signal, waiting }: Patience,
): Promise<Result<T>> {
  const started = clock.now();
  for (let tries = 0; ; tries++) {
    const result = await work();
    const elapsed = clock.now() - started;
    if (result.ok || !mayPass(result.error) || elapsed >= patienceMs) return result;
    waiting(elapsed);
    await clock.sleep(waitsMs[Math.min(tries, waitsMs.length - 1)] ?? 0, signal);
    if (signal?.aborted) return err(failure('job/cancelled', 'stopped while waiting for the directory'));
  }
}

/** Reads a list again until it holds one that is wanted, or until that time, in milliseconds since the epoch; gives the last. */
export async function untilListed<T>(
  look: () => Promise<Result<T[]>>,
  isWanted: (one: T) => boolean,
  { clock, signal, until }: Omit<Patience, 'waiting'> & { readonly until: number },
): Promise<Result<T[]>> {
  for (;;) {
    const isLast = clock.now() >= until;
    const seen = await look();
    if (!seen.ok || isLast || seen.value.some(isWanted)) return seen;
    await clock.sleep(Math.min(waitsMs.at(-1) ?? 0, until - clock.now()), signal);
    if (signal?.aborted) return err(failure('job/cancelled', 'stopped while waiting for the directory'));
  }
}

export const isNotThereYet = ({ code }: Failure): boolean => code === 'graph/not-found';

/** A reference to an object that has not arrived is answered with 400 as well. */
export const isNotKnownYet = ({ code }: Failure): boolean =>
  code === 'graph/not-found' || code === 'graph/bad-request';
