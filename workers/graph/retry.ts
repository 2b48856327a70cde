/**
 * The one place where a request is repeated. `Retry-After` is honoured in full where the browser shows it; otherwise
 * the wait is drawn from 0 to a bound that doubles (full jitter). After a 429 the pool's fence does the waiting.
 */
import type { Clock, Random } from '../kernel/clock.ts';
import type { Failure, FailureCode } from '../kernel/failure.ts';
import { cancelled, type Stage } from './call.ts';

export interface RetryDeps {
  readonly clock: Clock;
  readonly random: Random;
}

/** After this a job does better to go on with something else. */
const patienceMs = 30 * 60_000;

/** Tries in all. A request that is not repeatable is repeated only where the answer says that nothing was done. */
const triesByCode: Partial<Record<FailureCode, number>> = {
  'graph/throttled': 12,
  'graph/unavailable': 8,
  'network/offline': 6,
  'network/timed-out': 6,
  'network/truncated': 6,
  'network/blocked': 6,
  // Of a try this means: not JSON. Whether it has the right fields is asked after the last one.
  'graph/unexpected-shape': 3,
};

function triesAllowed({ code, facts }: Failure, repeatable: boolean): number {
  const nothingDone = code === 'graph/throttled' || facts?.status === 503;
  if (!repeatable && !nothingDone) return 1;
  // Exchange and OneDrive answer 404 without a body when a server behind Graph is in trouble (corso, service.go).
  if (code === 'graph/not-found' && facts?.emptyBody === true) return 3;
  return triesByCode[code] ?? 1;
}

/** The tries of one piece of work. */
export interface Tries {
  /** Waits until the next try is due; gives the failure that stands where there is none. */
  again(reason: Failure): Promise<Failure | undefined>;
  /** Something was achieved: count anew. */
  progressed(): void;
}

export function createTries(
  { clock, random }: RetryDeps,
  options: {
    readonly repeatable: boolean;
    readonly most?: number;
    readonly signal?: AbortSignal | undefined;
  },
): Tries {
  let made = 0;
  let started = clock.now();
  return {
    async again(reason) {
      made += 1;
      const wait = reason.retryAfterMs ?? Math.min(60_000, 500 * 2 ** made) * random.fraction();
      const allowed = Math.min(triesAllowed(reason, options.repeatable), options.most ?? Infinity);
      if (made >= allowed || clock.now() - started + wait > patienceMs) return reason;
      if (reason.code !== 'graph/throttled') await clock.sleep(wait, options.signal);
      return options.signal?.aborted ? cancelled() : undefined;
    },
    progressed() {
      made = 0;
      started = clock.now();
    },
  };
}

export function createRetry(deps: RetryDeps): Stage {
  return async (call, next) => {
    const { tries: most, repeatable, signal } = call.request;
    const tries = createTries(deps, { repeatable, signal, ...(most !== undefined && { most }) });
    for (;;) {
      const answerLost = call.answerLost;
      await next();
      if (!call.failure) return;
      if (answerLost && call.failure.code === 'graph/not-found') call.fail(afterLostAnswer(call.failure));
      const stands = await tries.again(call.failure);
      if (stands) return call.fail(stands);
    }
  };
}

/** What is gone now may be what the lost answer was about. */
const afterLostAnswer = (reason: Failure): Failure => ({
  ...reason,
  facts: { ...reason.facts, afterLostAnswer: true },
});
