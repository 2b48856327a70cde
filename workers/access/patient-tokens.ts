/**
 * Delegated tokens for work that outlives a sign-in: renewed silently while a refresh token lives, at most 24 hours in a
 * page. After that the work waits until a person clicks, and goes on. No window is ever opened without that click.
 */
import type { DelegatedToken, TokenPort } from '../contract/engine-api.ts';
import type { PoliteWait } from '../contract/own.ts';
import type { TokenSource } from '../graph/token-source.ts';
import type { Clock } from '../kernel/clock.ts';
import { failure, failureKind, type Failure } from '../kernel/failure.ts';
import { err, type Result } from '../kernel/result.ts';
import { createDelegatedTokens, type DelegatedRequest } from './delegated-token.ts';
import { readClaims } from './token-claims.ts';

export interface PatientTokens {
  /** For screens: `sign-in/interaction-required` at once where only a click helps. */
  readonly prompt: TokenSource;
  /** For runs: waits for that click. Fails only with what no sign-in mends. */
  readonly patient: TokenSource;
  /** What a run waits for, as long as one does. */
  waiting(): PoliteWait | null;
  /** Tells of every begin and end of waiting; the answer stops that. */
  observe(changed: () => void): () => void;
  /**
   * The click: may open the sign-in window. What waits goes on once it succeeds; after `sign-in/*` it waits on.
   * `sign-in/other-account` where somebody else has signed in.
   */
  signInAgain(): Promise<Result<DelegatedToken>>;
  /** What waits ends with this. */
  giveUp(reason: Failure): void;
}

export type PatientRequest = Omit<DelegatedRequest, 'interactive'> & { readonly tenantId: string };

export function createPatientTokens(
  port: TokenPort,
  request: PatientRequest,
  { clock }: { readonly clock: Clock },
): PatientTokens {
  const tokens = createDelegatedTokens(port, { ...request, interactive: false }, { clock });
  const history = createHistory(clock);
  const observers = new Set<() => void>();
  let ask: Ask | undefined;

  async function prompt(claims?: string): Promise<Result<string>> {
    const answer = await tokens.token(claims);
    if (answer.ok) history.note(answer.value);
    return answer;
  }

  async function patient(claims?: string): Promise<Result<string>> {
    for (let wanted = claims; ; wanted = undefined) {
      const answer = await prompt(wanted);
      if (answer.ok || !mendedBySignIn(answer.error)) return answer;
      const refused = await (ask ??= begin(wanted)).answered;
      if (refused) return err(refused);
    }
  }

  function begin(claims: string | undefined): Ask {
    const since = new Date(clock.now()).toISOString();
    const asked = createAsk({ tenantId: request.tenantId, why: history.whyEnded(), since }, claims);
    queueMicrotask(tell);
    return asked;
  }

  function tell(): void {
    for (const changed of observers) changed();
  }

  async function signInAgain(): Promise<Result<DelegatedToken>> {
    const answer = await tokens.signIn(ask?.claims);
    if (!answer.ok) return answer;
    history.begin(answer.value.accessToken);
    end();
    return answer;
  }

  function end(reason?: Failure): void {
    const answered = ask;
    ask = undefined;
    answered?.resolve(reason);
    tell();
  }

  const { invalidate } = tokens;
  return {
    prompt: { token: prompt, invalidate },
    patient: { token: patient, invalidate },
    waiting: () => ask?.wait ?? null,
    observe: (changed) => {
      observers.add(changed);
      return () => void observers.delete(changed);
    },
    signInAgain,
    giveUp: end,
  };
}

/**
 * Of this person alone: `sign-in/other-account` where somebody else has signed in meanwhile. `sign-in/*` has the
 * fact `account`: whose sign-in it takes.
 */
export const tokensOf = (account: string, { token, invalidate }: TokenSource): TokenSource => ({
  invalidate,
  async token(claims) {
    const answer = await token(claims);
    if (!answer.ok) {
      const { code, facts } = answer.error;
      const isSignIn = failureKind(code) === 'sign-in';
      return isSignIn ? err({ ...answer.error, facts: { ...facts, account } }) : answer;
    }
    if (readClaims(answer.value)?.oid === account) return answer;
    const why = 'somebody else has signed in';
    return err(failure('sign-in/other-account', why, { retry: 'after-user', facts: { account } }));
  },
});

/** What is the network's, or of another person or tenant, no repeated sign-in mends. */
const mendedBySignIn = ({ code }: Failure): boolean =>
  failureKind(code) === 'sign-in' && code !== 'sign-in/tenant-mismatch' && code !== 'sign-in/other-account';

interface Ask {
  readonly wait: PoliteWait;
  /** A challenge that the new token must satisfy. */
  readonly claims: string | undefined;
  /** With a reason where it ends for good. */
  readonly answered: Promise<Failure | undefined>;
  resolve(reason?: Failure): void;
}

function createAsk(wait: PoliteWait, claims: string | undefined): Ask {
  let resolve: Ask['resolve'] = () => undefined;
  const answered = new Promise<Failure | undefined>((done) => (resolve = done));
  return { wait, claims, answered, resolve };
}

/** Refresh tokens of a page end 24 hours after the sign-in (learn.microsoft.com/entra/identity-platform/refresh-tokens). */
const dayMs = 24 * 60 * 60_000;

/** When the sign-in began and whether it was ever renewed: tells why it has ended. */
function createHistory(clock: Clock) {
  let beganAt: number | undefined;
  let last: string | undefined;
  let renewed = false;
  const begin = (token: string): void => {
    beganAt = clock.now();
    last = token;
    renewed = false;
  };
  return {
    begin,
    note(token: string): void {
      if (beganAt === undefined) return begin(token);
      renewed ||= token !== last;
      last = token;
    },
    whyEnded(): PoliteWait['why'] {
      if (beganAt === undefined) return 'signed-out';
      // The last token may have been renewed shortly before the day ended, and lives for an hour and a half at most.
      if (clock.now() - beganAt >= dayMs - 2 * 60 * 60_000) return 'day-ended';
      const hasEnded = clock.now() >= (readClaims(last ?? '')?.exp ?? 0) * 1000 - 2 * 60_000;
      return renewed || !hasEnded ? 'taken-back' : 'first-token-ended';
    },
  };
}
