/** Delegated tokens over the page's port; kept until shortly before they end. */
import type { DelegatedToken, TokenPort } from '../contract/engine-api.ts';
import type { TokenSource } from '../graph/token-source.ts';
import type { Clock } from '../kernel/clock.ts';
import { failure } from '../kernel/failure.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import { readClaims } from './token-claims.ts';

export interface DelegatedRequest {
  readonly clientId: string;
  readonly scopes: readonly string[];
  /** Where given, a token of any other tenant is refused before the first call. */
  readonly tenantId?: string;
  /** Object id: where given, anybody else's token is refused. */
  readonly account?: string;
  /** The page may open a sign-in window. */
  readonly interactive: boolean;
}

export interface DelegatedTokens extends TokenSource {
  /** The whole answer of the page, with the person and the tenant. */
  signedIn(): Promise<Result<DelegatedToken>>;
  /** Asks again, whatever is kept; the page may open a sign-in window, so only after a click. */
  signIn(claims?: string): Promise<Result<DelegatedToken>>;
}

export function createDelegatedTokens(
  port: TokenPort,
  request: DelegatedRequest,
  { clock }: { readonly clock: Clock },
): DelegatedTokens {
  let held: DelegatedToken | undefined;
  let pending: Promise<Result<DelegatedToken>> | undefined;
  /** Of the first token where none was asked for: a later sign-in of somebody else must not move a job elsewhere. */
  let { tenantId } = request;

  async function acquire(
    claims?: string,
    interactive = request.interactive,
  ): Promise<Result<DelegatedToken>> {
    const wanted = {
      ...request,
      ...(tenantId && { tenantId }),
      ...(claims !== undefined && { claims }),
      interactive,
    };
    const answer = await port.acquire(wanted);
    if (!answer.ok) return answer;
    const itself = readClaims(answer.value.accessToken)?.tid ?? answer.value.tenantId;
    tenantId ??= answer.value.tenantId;
    if (answer.value.tenantId !== tenantId || itself !== tenantId) {
      return err(
        failure('sign-in/tenant-mismatch', 'the account signed in belongs to another tenant', {
          retry: 'after-user',
        }),
      );
    }
    if (request.account !== undefined && answer.value.account.objectId !== request.account) {
      return err(
        failure('sign-in/other-account', 'the connection is of another account', { retry: 'after-user' }),
      );
    }
    held = answer.value;
    return answer;
  }

  function signedIn(): Promise<Result<DelegatedToken>> {
    if (held && held.expiresAt - clock.now() > 60_000) return Promise.resolve(ok(held));
    pending ??= acquire().finally(() => {
      pending = undefined;
    });
    return pending;
  }

  return {
    signedIn,
    signIn: (claims) => acquire(claims, true),
    async token(claims) {
      const answer = await (claims === undefined ? signedIn() : acquire(claims));
      return answer.ok ? ok(answer.value.accessToken) : answer;
    },
    invalidate(token) {
      if (held?.accessToken === token) held = undefined;
    },
  };
}
