/** Delegated tokens over the page's port; kept until shortly before they end. */
import type { DelegatedToken, TokenPort } from '../contract/engine-api.ts';
import type { TokenSource } from '../graph/token-source.ts';
import type { Clock } from '../kernel/clock.ts';
import { failure } from '../kernel/failure.ts';
import { err, ok, type Result } from '../kernel/result.ts';

export interface DelegatedRequest {
  readonly clientId: string;
  readonly scopes: readonly string[];
  /** Where given, a token of any other tenant is refused before the first call. */
  readonly tenantId?: string;
  /** The page may open a sign-in window. */
  readonly interactive: boolean;
}

export interface DelegatedTokens extends TokenSource {
  /** The whole answer of the page, with the person and the tenant. */
  signedIn(): Promise<Result<DelegatedToken>>;
}

export function createDelegatedTokens(
  port: TokenPort,
  request: DelegatedRequest,
  { clock }: { readonly clock: Clock },
): DelegatedTokens {
  let held: DelegatedToken | undefined;
  let pending: Promise<Result<DelegatedToken>> | undefined;

  async function acquire(claims?: string): Promise<Result<DelegatedToken>> {
    const answer = await port.acquire({ ...request, ...(claims !== undefined && { claims }) });
    if (!answer.ok) return answer;
    if (request.tenantId && answer.value.tenantId !== request.tenantId) {
      return err(
        failure('sign-in/tenant-mismatch', 'the account signed in belongs to another tenant', {
          retry: 'after-user',
        }),
      );
    }
    held = answer.value;
    return answer;
  }

  function signedIn(claims?: string): Promise<Result<DelegatedToken>> {
    if (held && claims === undefined && held.expiresAt - clock.now() > 60_000)
      return Promise.resolve(ok(held));
    pending ??= acquire(claims).finally(() => {
      pending = undefined;
    });
    return pending;
  }

  return {
    signedIn: () => signedIn(),
    async token(claims) {
      const answer = await signedIn(claims);
      return answer.ok ? ok(answer.value.accessToken) : answer;
    },
    invalidate(token) {
      if (held?.accessToken === token) held = undefined;
    },
  };
}
