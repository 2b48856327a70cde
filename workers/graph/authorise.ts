/** Puts the bearer token on a call; a 401 is answered once with a fresh token, honouring a claims challenge. */
import type { Stage } from './call.ts';
import type { TokenSource } from './token-source.ts';

export function createAuthorise(tokens: TokenSource): Stage {
  return async (call, next) => {
    const first = await tokens.token();
    if (!first.ok) return call.fail(first.error);
    call.token = first.value;
    await next();
    if (call.failure?.code !== 'sign-in/token-rejected') return;

    tokens.invalidate(first.value);
    const second = await tokens.token(call.challenge);
    if (!second.ok) return call.fail(second.error);
    call.token = second.value;
    await next();
    if (call.failure?.code === 'sign-in/token-rejected') tokens.invalidate(second.value);
  };
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
