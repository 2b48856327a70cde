/** `POST /{tenant}/oauth2/v2.0/token`: authorization_code, refresh_token, client_credentials. */
import { createHash } from 'node:crypto';
import type { Application, ServicePrincipal } from '../directory/app-registry.ts';
import { graphAppId } from '../directory/resources.ts';
import type { DirectoryUser } from '../directory/store.ts';
import type { World } from '../world/world.ts';
import { checkCredential } from './client-credential.ts';
import { EntraError } from './errors.ts';
import {
  appTokenLifetime,
  clientInfo,
  grantedScopes,
  issueAppToken,
  issueIdToken,
  issueUserToken,
  userTokenLifetime,
} from './issue.ts';
import {
  checkTenant,
  clientOf,
  displayNameOf,
  isSharedTenant,
  missingConsent,
  parseScopes,
} from './request.ts';
import type { ClientKind } from './state.ts';

export interface TokenRequest {
  readonly tenant: string;
  readonly origin: string | undefined;
  readonly form: URLSearchParams;
}

const day = 24 * 60 * 60 * 1000;
const codeLifetime = 10 * 60 * 1000;
const idleLifetime = 90 * day;

function required(form: URLSearchParams, name: string): string {
  const value = form.get(name);
  if (!value) throw new EntraError(900144, name);
  return value;
}

/** The app in this tenant; AADSTS7000229 where it was registered but never installed. */
function principalOf(world: World, app: Application, ageMs: number): ServicePrincipal {
  const principal = world.directory.apps.servicePrincipalByAppId(app.appId);
  if (!principal) throw new EntraError(7000229, app.appId, world.tenant.id);
  if (world.clock.now() - principal.createdAt < ageMs) {
    throw new EntraError(700016, app.appId, world.tenant.displayName);
  }
  if (principal.fields['accountEnabled'] === false) {
    throw new EntraError(7000112, app.appId, displayNameOf(app));
  }
  return principal;
}

function clientCredentials(world: World, { tenant, form }: TokenRequest): Record<string, unknown> {
  if (isSharedTenant(tenant)) throw new EntraError(9001023);
  const ageMs = world.replication.principalForTokenMs;
  const app = clientOf(world, form.get('client_id'), ageMs);
  const scope = required(form, 'scope');
  const credential = checkCredential(world, app, form);
  const audience = /^(\S+)\/\.default$/.exec(scope)?.[1]?.replace(/\/$/, '');
  if (audience === undefined) throw new EntraError(1002012, scope);
  const resource = world.directory.apps.resource(audience);
  if (!resource) throw new EntraError(500011, audience, world.tenant.displayName);
  const principal = principalOf(world, app, ageMs);
  if (world.switches.conditionalAccess === 'blocks-app') throw new EntraError(53003);
  return {
    token_type: 'Bearer',
    expires_in: appTokenLifetime,
    ext_expires_in: appTokenLifetime,
    access_token: issueAppToken(world, { app, principal, resource, audience, credential }),
  };
}

/** Who may redeem: a SPA only from a page, everybody else never from one, a web app only with its credential. */
function checkRedeemer(
  world: World,
  app: Application,
  kind: ClientKind,
  { origin, form }: TokenRequest,
): void {
  if (kind === 'spa' && origin === undefined) throw new EntraError(9002327);
  if (kind !== 'spa' && origin !== undefined) throw new EntraError(9002326, origin);
  if (kind === 'web') checkCredential(world, app, form);
  else if (form.has('client_secret') || form.has('client_assertion')) throw new EntraError(700025);
}

function checkVerifier(challenge: string | undefined, verifier: string | null): void {
  if (challenge === undefined) return;
  const digest = createHash('sha256')
    .update(verifier ?? '')
    .digest('base64url');
  if (digest !== challenge) throw new EntraError(501481);
}

function activeUser(world: World, userId: string): DirectoryUser {
  const user = world.directory.person(userId);
  if (!user?.accountEnabled) throw new EntraError(50057);
  if (world.switches.conditionalAccess === 'blocks-user') throw new EntraError(53003);
  return user;
}

interface UserGrant {
  readonly app: Application;
  readonly user: DirectoryUser;
  readonly kind: ClientKind;
  readonly scope: string;
  readonly nonce: string | undefined;
  readonly signedInAt: number;
  readonly claims: string | null;
  /** The grant was a refresh token, which is always followed by another. */
  readonly renews: boolean;
}

const isChallengeable = (claims: string | null) => /xms_cc/.test(claims ?? '') && /cp1/.test(claims ?? '');

/** A new refresh token; the one used before stays good until its own end, as in Entra. */
function nextRefreshToken(world: World, grant: UserGrant): Record<string, unknown> {
  const { clock, entra } = world;
  const { app, kind, user, signedInAt } = grant;
  const handle = entra.handle('1.A');
  const scopes = grant.scope.split(' ');
  const token = { clientId: app.appId, clientKind: kind, userId: user.id, scopes, signedInAt };
  entra.refreshTokens.set(handle, { ...token, issuedAt: clock.now() });
  if (kind !== 'spa') return { refresh_token: handle };
  const secondsLeft = Math.round((signedInAt + day - clock.now()) / 1000);
  return { refresh_token: handle, refresh_token_expires_in: secondsLeft };
}

/** A refresh token follows another; the first is given for `offline_access`, asked for and consented to. */
function isKeptSignedIn(
  { directory }: World,
  client: ServicePrincipal,
  { renews, user }: UserGrant,
  oidc: readonly string[],
): boolean {
  if (renews || !oidc.includes('offline_access')) return renews;
  const graph = directory.apps.servicePrincipalByAppId(graphAppId)?.id ?? '';
  return directory.grants.scopesOf(client.id, graph, user.id).has('offline_access');
}

function answerUser(world: World, grant: UserGrant): Record<string, unknown> {
  const { app, user, kind, nonce } = grant;
  const client = principalOf(world, app, 0);
  const request = parseScopes(world, app, grant.scope);
  if (missingConsent(world, client, request, user.id).length > 0) {
    throw new EntraError(65001, app.appId, displayNameOf(app));
  }
  const token = { app, client, user, request, kind, isChallengeable: isChallengeable(grant.claims) };
  return {
    token_type: 'Bearer',
    scope: grantedScopes(world, token).join(' '),
    expires_in: userTokenLifetime,
    ext_expires_in: userTokenLifetime,
    access_token: issueUserToken(world, token),
    ...(isKeptSignedIn(world, client, grant, request.oidc) ? nextRefreshToken(world, grant) : {}),
    ...(request.oidc.includes('openid') ? { id_token: issueIdToken(world, token, nonce) } : {}),
    client_info: clientInfo(world, user),
  };
}

function authorizationCode(world: World, request: TokenRequest): Record<string, unknown> {
  const { form } = request;
  const app = clientOf(world, form.get('client_id'));
  const code = world.entra.codes.get(required(form, 'code'));
  if (!code || code.clientId !== app.appId) throw new EntraError(70000);
  checkRedeemer(world, app, code.clientKind, request);
  const redirectUri = required(form, 'redirect_uri');
  if (redirectUri !== code.redirectUri) throw new EntraError(50011, redirectUri, app.appId);
  if (code.redeemed) throw new EntraError(54005);
  if (world.clock.now() - code.issuedAt > codeLifetime) throw new EntraError(70008);
  checkVerifier(code.challenge, form.get('code_verifier'));
  code.redeemed = true;
  return answerUser(world, {
    app,
    user: activeUser(world, code.userId),
    kind: code.clientKind,
    scope: form.get('scope') ?? code.scopes.join(' '),
    nonce: code.nonce,
    signedInAt: code.issuedAt,
    claims: form.get('claims'),
    renews: false,
  });
}

function refreshToken(world: World, request: TokenRequest): Record<string, unknown> {
  const { form } = request;
  const app = clientOf(world, form.get('client_id'));
  const token = world.entra.refreshTokens.get(required(form, 'refresh_token'));
  if (!token || token.clientId !== app.appId) throw new EntraError(70000);
  checkRedeemer(world, app, token.clientKind, request);
  const now = world.clock.now();
  if (token.clientKind === 'spa' && now - token.signedInAt >= day) throw new EntraError(700084);
  if (now - token.issuedAt >= idleLifetime) throw new EntraError(70008);
  if (token.signedInAt < (world.entra.revokedBefore.get(token.userId) ?? 0)) throw new EntraError(50173);
  return answerUser(world, {
    app,
    user: activeUser(world, token.userId),
    kind: token.clientKind,
    scope: form.get('scope') ?? token.scopes.join(' '),
    nonce: undefined,
    signedInAt: token.signedInAt,
    claims: form.get('claims'),
    renews: true,
  });
}

/** The body of a 200; every failure is an `EntraError`. */
export function redeem(world: World, request: TokenRequest): Record<string, unknown> {
  checkTenant(world, request.tenant);
  const grantType = required(request.form, 'grant_type');
  if (grantType === 'client_credentials') return clientCredentials(world, request);
  if (grantType === 'authorization_code') return authorizationCode(world, request);
  if (grantType === 'refresh_token') return refreshToken(world, request);
  throw new EntraError(70003, grantType);
}
