/** Makes access, id and refresh tokens. Claim sets: Microsoft Learn, "Access token claims reference". */
import { randomBytes, randomUUID } from 'node:crypto';
import type { Application, ServicePrincipal } from '../directory/app-registry.ts';
import type { DirectoryUser } from '../directory/store.ts';
import type { World } from '../world/world.ts';
import { signToken, type Claims } from './jwt.ts';
import { displayNameOf, type ScopeRequest } from './request.ts';
import type { ClientKind } from './state.ts';

/** Issuers do not depend on where the tenant is served: relying parties compare them literally. */
export const issuerV1 = (tenantId: string) => `https://sts.windows.net/${tenantId}/`;
export const issuerV2 = (tenantId: string) => `https://login.microsoftonline.com/${tenantId}/v2.0`;

const seconds = (milliseconds: number) => Math.floor(milliseconds / 1000);

function sign(world: World, claims: Claims): string {
  const { kid, privateKey } = world.entra.signingKey();
  return signToken({ kid, x5t: kid }, claims, privateKey);
}

function baseClaims(world: World, audience: string, lifetime: number): Claims {
  const now = seconds(world.clock.now());
  return {
    aud: audience,
    iss: issuerV1(world.tenant.id),
    iat: now,
    nbf: now,
    exp: now + lifetime,
    aio: randomBytes(27).toString('base64'),
    idp: issuerV1(world.tenant.id),
    rh: `1.${randomBytes(30).toString('base64url')}.`,
    tenant_region_scope: 'EU',
    tid: world.tenant.id,
    uti: randomBytes(16).toString('base64url'),
    ver: '1.0',
  };
}

export const appTokenLifetime = 3599;

export interface AppTokenOptions {
  readonly app: Application;
  readonly principal: ServicePrincipal;
  readonly resource: ServicePrincipal;
  readonly audience: string;
  /** 1: a secret, 2: a certificate. */
  readonly credential: '1' | '2';
}

/** An app-only token; without `roles` where nothing is granted, as Entra still issues it. */
export function issueAppToken(world: World, options: AppTokenOptions): string {
  const { app, principal, resource, audience, credential } = options;
  const { grantMs, deletionMs } = world.replication;
  const now = world.clock.now();
  const times = { madeBefore: now - grantMs, removedSince: now - deletionMs };
  const roles = world.directory.grants.rolesOf(principal.id, resource.id, times);
  return sign(world, {
    ...baseClaims(world, audience, appTokenLifetime),
    app_displayname: displayNameOf(app),
    appid: app.appId,
    appidacr: credential,
    idtyp: 'app',
    oid: principal.id,
    sub: principal.id,
    ...(roles.length > 0 ? { roles } : {}),
    wids: ['0997a1d0-0d1d-4acb-b408-d5ca73121e90'],
  });
}

export interface UserTokenOptions {
  readonly app: Application;
  readonly client: ServicePrincipal;
  readonly user: DirectoryUser;
  readonly request: ScopeRequest;
  readonly kind: ClientKind;
  /** The client understands claims challenges (`xms_cc: cp1`). */
  readonly isChallengeable: boolean;
}

/** Seconds; Entra varies between 60 and 90 minutes, MSAL only needs it to be honest. */
export const userTokenLifetime = 4123;

/** Everything consented to on the resource, without `offline_access`, which is about the grant. */
export function grantedScopes(
  world: World,
  { client, request, user }: Pick<UserTokenOptions, 'client' | 'request' | 'user'>,
) {
  const granted = world.directory.grants.scopesOf(client.id, request.resource.id, user.id);
  return [...granted].filter((scope) => scope !== 'offline_access');
}

export function issueUserToken(world: World, options: UserTokenOptions): string {
  const { app, user, request, kind } = options;
  return sign(world, {
    ...baseClaims(world, request.audience, userTokenLifetime),
    acr: '1',
    amr: ['pwd'],
    app_displayname: displayNameOf(app),
    appid: app.appId,
    appidacr: kind === 'web' ? '1' : '0',
    family_name: user.surname ?? undefined,
    given_name: user.givenName ?? undefined,
    idtyp: 'user',
    name: user.displayName,
    ...identityOf(user),
    scp: grantedScopes(world, options).join(' '),
    sub: subjectOf(app, user),
    ...(options.isChallengeable ? { xms_cc: ['cp1'] } : {}),
  });
}

/** Stands first among the roles of a token that delegated administration gave. */
const delegatedAdministration = '08372b87-7d02-482a-9e02-fb03ea5fe193';

/** Who it is. Somebody of a partner has no object here, hence no `oid` (AzureAD/microsoft-identity-web#2609). */
function identityOf({ id, userPrincipalName, displayName, roles, homeTenantId }: DirectoryUser): Claims {
  if (homeTenantId === null) {
    const wids = roles.length > 0 ? roles : ['b79fbf4d-3ef9-4689-8143-76b194e85509'];
    return { oid: id, unique_name: userPrincipalName, upn: userPrincipalName, wids };
  }
  return {
    aai: `tenant: ${homeTenantId}, object: ${id}`,
    idp: issuerV1(homeTenantId),
    unique_name: displayName,
    wids: [delegatedAdministration, ...roles],
  };
}

/** A user's `sub` differs per app (pairwise). */
const subjectOf = (app: Application, user: DirectoryUser) =>
  Buffer.from(`${user.id.slice(0, 18)}${app.appId.slice(0, 14)}`).toString('base64url');

/** `wids` stands in an id token only where the app's manifest asks for directory roles. */
export function issueIdToken(
  world: World,
  { app, user }: Pick<UserTokenOptions, 'app' | 'user'>,
  nonce: string | undefined,
): string {
  const asksForRoles = /DirectoryRole|All/.test(String(app.fields['groupMembershipClaims'] ?? ''));
  const now = seconds(world.clock.now());
  return sign(world, {
    aud: app.appId,
    iss: issuerV2(world.tenant.id),
    iat: now,
    nbf: now,
    exp: now + 3600,
    name: user.displayName,
    nonce,
    ...(user.homeTenantId === null ? { oid: user.id } : {}),
    preferred_username: user.userPrincipalName,
    rh: `1.${randomBytes(30).toString('base64url')}.`,
    sid: randomUUID(),
    sub: subjectOf(app, user),
    tid: world.tenant.id,
    uti: randomBytes(16).toString('base64url'),
    ver: '2.0',
    ...(asksForRoles && user.roles.length > 0 ? { wids: user.roles } : {}),
  });
}

/** `client_info`: which account this is, for MSAL's cache. */
export const clientInfo = (world: World, user: DirectoryUser) =>
  Buffer.from(JSON.stringify({ uid: user.id, utid: user.homeTenantId ?? world.tenant.id })).toString(
    'base64url',
  );
