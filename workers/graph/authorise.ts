/** Puts the bearer token on a call; a 401 is answered once with a fresh token, honouring a claims challenge. */
import { err, type Result } from '../kernel/result.ts';
import { cancelled, type Stage } from './call.ts';
import type { TokenSource } from './token-source.ts';

export function createAuthorise(tokens: TokenSource): Stage {
  return async (call, next) => {
    const { signal } = call.request;
    const first = await untilAborted(tokens.token(), signal);
    if (!first.ok) return call.fail(first.error);
    call.token = first.value;
    await next();
    if (call.failure?.code !== 'sign-in/token-rejected') return;

    tokens.invalidate(first.value);
    const second = await untilAborted(tokens.token(call.challenge), signal);
    if (!second.ok) return call.fail(second.error);
    call.token = second.value;
    await next();
    if (call.failure?.code === 'sign-in/token-rejected') tokens.invalidate(second.value);
  };
}

/** A token may take a person at a sign-in window, or a relay that is silent: whoever cancels waits for neither. */
async function untilAborted<T>(
  work: Promise<Result<T>>,
  signal: AbortSignal | undefined,
): Promise<Result<T>> {
  if (!signal) return work;
  let stop = (): void => undefined;
  const aborted = new Promise<Result<T>>((resolve) => {
    stop = () => resolve(err(cancelled()));
  });
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop);
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/**
 * The claims of `WWW-Authenticate: Bearer …, error="insufficient_claims", claims="<base64>"`
 * (learn.microsoft.com/entra/identity-platform/claims-challenge).
 */
export function readChallenge(header: string | null): string | undefined {
  if (!header || header.length > 8_192 || !header.includes('insufficient_claims')) return undefined;
  const encoded = /\bclaims="([A-Za-z0-9+/_=-]+)"/.exec(header)?.[1];
  if (!encoded) return undefined;
  try {
    return atob(encoded.replaceAll('-', '+').replaceAll('_', '/'));
  } catch {
    return undefined;
  }
}
