/** The page's side of sign-in for one person, as MSAL keeps it: refresh tokens in memory, a window only where it may. */
import type { DelegatedToken, TokenPort } from '../../workers/contract/engine-api.ts';
import { failure } from '../../workers/kernel/failure.ts';
import { err, ok, type Result } from '../../workers/kernel/result.ts';
import {
  page,
  redeemCode,
  signIn,
  tokenRequest,
  type Json,
  type TestTenant,
} from '../unit/tenant/core/clients.ts';

export interface PersonPort extends TokenPort {
  /** Sign-in windows that were opened so far. */
  prompts: number;
  /** Who sits in front of the page now. */
  upn: string;
  /** False: closes the next window without signing in. */
  willing: boolean;
  /** False: asks without `offline_access`. */
  staysSignedIn: boolean;
}

type Request = Parameters<TokenPort['acquire']>[0];

interface Session {
  readonly upn: string;
  refreshToken: string | undefined;
  accessToken: string;
  expiresAt: number;
}

const graphScope = (name: string) => `https://graph.microsoft.com/${name}`;

/** Keeps whoever signed in last, with one client id; reads `Date`, as the tenant does. */
export function personPort(tenant: TestTenant, upn: string): PersonPort {
  let session: Session | undefined;

  const scopeOf = ({ scopes }: Request) =>
    ['openid', 'profile', ...(port.staysSignedIn ? ['offline_access'] : []), ...scopes.map(graphScope)].join(
      ' ',
    );

  const idOf = (who: string) => tenant.world.directory.person(who)?.id ?? '';

  function take(answer: Json, who: string): Session {
    const refreshToken = answer['refresh_token'] === undefined ? undefined : String(answer['refresh_token']);
    const accessToken = String(answer['access_token']);
    const expiresAt = Date.now() + Number(answer['expires_in']) * 1000;
    return (session = { upn: who, refreshToken, accessToken, expiresAt });
  }

  function toToken({ upn: who, accessToken, expiresAt }: Session, scopes: readonly string[]): DelegatedToken {
    const user = tenant.world.directory.person(who);
    const account = { objectId: idOf(who), userPrincipalName: who, name: user?.displayName ?? '' };
    const { id: tenantId } = tenant.world.tenant;
    return { accessToken, expiresAt, tenantId, account, scopes, directoryRoles: user?.roles ?? [] };
  }

  async function silent(request: Request): Promise<Session | undefined> {
    if (!session || (request.account ?? idOf(session.upn)) !== idOf(session.upn)) return undefined;
    if (session.expiresAt - Date.now() > 300_000 && request.claims === undefined) return session;
    if (session.refreshToken === undefined) return undefined;
    const { clientId, claims } = request;
    const form = {
      grant_type: 'refresh_token',
      client_id: clientId,
      refresh_token: session.refreshToken,
      scope: scopeOf(request),
      ...(claims === undefined ? {} : { claims }),
    };
    const response = await tokenRequest(tenant, form, { Origin: page });
    return response.ok ? take((await response.json()) as Json, session.upn) : undefined;
  }

  async function window(request: Request): Promise<Result<Session>> {
    port.prompts += 1;
    if (!port.willing) return err(failure('sign-in/cancelled-by-user', 'closed'));
    const { clientId, tenantId } = request;
    const options = { clientId, tenantId, scope: scopeOf(request), upn: port.upn };
    const answers = { consent: 'yes', forEveryone: 'yes', giveUp: 'yes' };
    const { values } = await signIn(tenant, { ...options, answers });
    if (!values.has('code')) {
      const code = /AADSTS(65001|9009\d)/.test(values.get('error_description') ?? '')
        ? 'sign-in/consent-missing'
        : 'sign-in/interaction-required';
      return err(failure(code, values.get('error') ?? 'no answer', { retry: 'after-user' }));
    }
    const { response } = await redeemCode(tenant, options);
    return ok(take((await response.json()) as Json, port.upn));
  }

  const port: PersonPort = {
    prompts: 0,
    upn,
    willing: true,
    staysSignedIn: true,
    acquire: async (request) => {
      const known = await silent(request);
      if (known) return ok(toToken(known, request.scopes));
      if (!request.interactive) {
        return err(failure('sign-in/interaction-required', 'no token', { retry: 'after-user' }));
      }
      const answer = await window(request);
      return answer.ok ? ok(toToken(answer.value, request.scopes)) : answer;
    },
  };
  return port;
}
