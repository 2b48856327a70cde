/** Delegated tokens over the page's port; kept until shortly before they end. */
import type { DelegatedToken, TokenPort } from '../contract/engine-api.ts';
import type { TokenSource } from '../graph/token-source.ts';
import type { Clock } from '../kernel/clock.ts';
import { failure, type Failure, type FailureCode } from '../kernel/failure.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import { readClaims } from './token-claims.ts';

export interface DelegatedRequest {
  readonly clientId: string;
  readonly scopes: readonly string[];
  /** Where given, a token of any other tenant is refused before the first call. */
  readonly tenantId?: string;
  /** Object id: where given, anybody else's token is refused from the first on. */
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
  /** Tenant and person of the first token: a later sign-in of somebody else must not move a job elsewhere. */
  let bound: Pick<DelegatedRequest, 'tenantId' | 'account'> = {};

  async function acquire(
    claims?: string,
    interactive = request.interactive,
  ): Promise<Result<DelegatedToken>> {
    const ofClaims = claims !== undefined && { claims };
    const answer = await port.acquire({ ...bound, ...request, ...ofClaims, interactive });
    if (!answer.ok) return answer;
    const refused = refusalOf(answer.value, { ...bound, ...request });
    if (refused) return err(refused);
    bound = { tenantId: answer.value.tenantId, account: answer.value.account.objectId };
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

/** Of another tenant, by its own word too, or of somebody else. */
function refusalOf(
  { accessToken, tenantId, account }: DelegatedToken,
  wanted: Pick<DelegatedRequest, 'tenantId' | 'account'>,
): Failure | undefined {
  const refuse = (code: FailureCode, detail: string) => failure(code, detail, { retry: 'after-user' });
  const itself = readClaims(accessToken)?.tid ?? tenantId;
  if (itself !== tenantId || (wanted.tenantId !== undefined && wanted.tenantId !== tenantId))
    return refuse('sign-in/tenant-mismatch', 'the account signed in belongs to another tenant');
  if (wanted.account !== undefined && wanted.account !== account.objectId)
    return refuse('sign-in/other-account', 'somebody else has signed in');
  return undefined;
}
