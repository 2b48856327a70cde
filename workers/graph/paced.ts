/** Admits a call to its pools for one try and tells them how it went. A call that waits for its next try holds no slot. */
import type { Failure } from '../kernel/failure.ts';
import { cancelled, type Stage } from './call.ts';
import type { Pace } from './pace.ts';
import type { Outcome } from './pool.ts';

export function createPaced(pace: Pace): Stage {
  return async (call, next) => {
    const ticket = await pace.admit(call.request.claims, call.request.signal);
    if (!ticket) return call.fail(cancelled());
    try {
      await next();
    } finally {
      ticket.release(outcomeOf(call.failure), call.failure?.retryAfterMs);
    }
  };
}

/** What a pool has to know of a call that ended with this failure or with none. */
export function outcomeOf(failure: Failure | undefined): Outcome {
  if (!failure) return 'ok';
  if (failure.code === 'graph/throttled') return 'throttled';
  if (failure.code !== 'graph/unavailable') return 'other';
  // SharePoint throttles with 503 as well and then says for how long.
  return failure.retryAfterMs === undefined ? 'overloaded' : 'throttled';
}
