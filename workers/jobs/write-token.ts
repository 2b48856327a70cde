/** Waits until app roles have reached the app's tokens, or have left them: neither has a bound that Microsoft documents. */
import type { AppTokens } from '../access/app-token.ts';
import { untilReplicated } from '../access/patience.ts';
import type { Clock } from '../kernel/clock.ts';
import { failure, failureKind, type Failure } from '../kernel/failure.ts';
import { err, ok, type Result } from '../kernel/result.ts';

const second = 1_000;
const waitsMs = [1, 2, 4, 8, 15, 30].map((seconds) => seconds * second);
/** The relay gives a thousand tokens a day: after an hour of waiting for a person, minutes do. */
const hour = 3_600 * second;
const longWaitMs = 120 * second;

/** A granted role is waited for until somebody cancels: `job/cancelled`. */
export async function untilInToken(
  tokens: AppTokens,
  roles: readonly string[],
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
): Promise<Result<void>> {
  const started = clock.now();
  for (let tries = 0; ; tries++) {
    const fresh = await tokens.fresh();
    if (signal.aborted) return err(failure('job/cancelled', 'nobody waits for the right to write any more'));
    if (fresh.ok && roles.every((role) => fresh.value.roles.includes(role))) return ok();
    if (!fresh.ok && !mayPass(fresh.error)) return fresh;
    const step = clock.now() - started < hour ? (waitsMs[tries] ?? waitsMs.at(-1) ?? 0) : longWaitMs;
    await clock.sleep(Math.max(step, (!fresh.ok && fresh.error.retryAfterMs) || 0), signal);
  }
}

/** `relay/roles-pending` where fresh tokens still carry one of them after minutes. */
export const untilGone = (tokens: AppTokens, roles: readonly string[], clock: Clock): Promise<Result<void>> =>
  untilReplicated(
    async () => {
      const fresh = await tokens.fresh();
      // No token at all for an app that is gone or switched off: that carries nothing either.
      if (!fresh.ok) return isAppGone(fresh.error) ? ok() : fresh;
      const left = roles.filter((role) => fresh.value.roles.includes(role));
      if (left.length === 0) return ok();
      return err(
        failure('relay/roles-pending', `still in the token: ${left.join(', ')}`, { retry: 'later' }),
      );
    },
    mayPass,
    { clock, waiting: () => undefined },
  );

const isAppGone = ({ code }: Failure): boolean =>
  code === 'relay/app-unknown' || code === 'relay/app-disabled';

const mayPass = ({ code, retry }: Failure): boolean =>
  retry === 'later' && ['relay', 'network'].includes(failureKind(code));
