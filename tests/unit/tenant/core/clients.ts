/** Clients of the tenant as tests need them: an app with permissions, a person who signs in through a page. */
import { createHash, generateKeyPairSync, randomBytes, randomUUID, type KeyObject } from 'node:crypto';
import { addPassword } from '../../../tenant/directory/credentials.ts';
import { graphAppId } from '../../../tenant/directory/resources.ts';
import type { Fetch } from '../../../tenant/wire/door.ts';
import type { World } from '../../../tenant/world/world.ts';

export interface TestTenant {
  readonly world: World;
  readonly fetch: Fetch;
}

export const graph = 'https://graph.microsoft.com/v1.0';
export const login = 'https://login.microsoftonline.com';
export const page = 'http://localhost:4173';
export const redirectUri = `${page}/auth/redirect.html`;

export type Json = Record<string, unknown>;

/** An installed app with a secret that holds these app roles of Microsoft Graph. */
export function installedApp(world: World, roles: readonly string[] = []) {
  const { apps, grants } = world.directory;
  const app = apps.addApplication({ fields: { displayName: 'Test app', signInAudience: 'AzureADMyOrg' } });
  const principal = apps.addServicePrincipal({ appId: app.appId, displayName: 'Test app' });
  const resource = apps.servicePrincipalByAppId(graphAppId);
  for (const value of roles) {
    const role = resource?.appRoles.find((one) => one.value === value);
    if (!resource || !role) throw new RangeError(`Microsoft Graph has no role ${value}`);
    grants.assign({ principalId: principal.id, resourceId: resource.id, appRoleId: role.id });
  }
  const secret = addPassword(world, app, {}).secretText;
  return { app, principal, secret };
}

export function tokenRequest(
  tenant: TestTenant,
  form: Record<string, string>,
  headers: Record<string, string> = {},
) {
  return tenant.fetch(
    new Request(`${login}/${tenant.world.tenant.id}/oauth2/v2.0/token`, {
      method: 'POST',
      headers,
      body: new URLSearchParams(form),
    }),
  );
}

export async function appToken(tenant: TestTenant, roles: readonly string[] = []): Promise<string> {
  const { app, secret } = installedApp(tenant.world, roles);
  const response = await tokenRequest(tenant, {
    grant_type: 'client_credentials',
    client_id: app.appId,
    client_secret: secret,
    scope: 'https://graph.microsoft.com/.default',
  });
  return String(((await response.json()) as Json)['access_token']);
}

export interface SignIn {
  readonly clientId: string;
  readonly scope: string;
  readonly upn: string;
  /** Of whose directory, where the app is not for all. */
  readonly tenantId?: string | undefined;
  readonly more?: Record<string, string>;
  readonly answers?: Record<string, string>;
}

export const pkce = () => {
  const verifier = randomBytes(32).toString('base64url');
  return { verifier, challenge: createHash('sha256').update(verifier).digest('base64url') };
};

export function authorizeUrl(options: Omit<SignIn, 'upn'>, challenge: string): URL {
  const url = new URL(`${login}/${options.tenantId ?? 'organizations'}/oauth2/v2.0/authorize`);
  url.search = new URLSearchParams({
    client_id: options.clientId,
    response_type: 'code',
    redirect_uri: redirectUri,
    response_mode: 'fragment',
    scope: options.scope,
    code_challenge: challenge,
    code_challenge_method: 'S256',
    nonce: 'nonce-1',
    state: 'state-1',
    client_info: '1',
    ...options.more,
  }).toString();
  return url;
}

/** Picks the account and consents; gives the parameters the app gets back. */
export async function signIn(tenant: TestTenant, options: SignIn) {
  const { verifier, challenge } = pkce();
  const url = authorizeUrl(options, challenge);
  const account = tenant.world.directory.person(options.upn)?.id ?? '';
  const post = (form: Record<string, string>) =>
    tenant.fetch(new Request(url, { method: 'POST', body: new URLSearchParams({ account, ...form }) }));
  let response = await post({});
  if (response.status === 200)
    response = await post(options.answers ?? { consent: 'yes', forEveryone: 'yes' });
  const location = response.headers.get('location') ?? '';
  return { response, location, values: new URLSearchParams(location.split('#')[1]), verifier };
}

export async function redeemCode(tenant: TestTenant, options: SignIn, more: Record<string, string> = {}) {
  const { values, verifier } = await signIn(tenant, options);
  const form = {
    grant_type: 'authorization_code',
    client_id: options.clientId,
    code: values.get('code') ?? '',
    redirect_uri: redirectUri,
    code_verifier: verifier,
    scope: options.scope,
    ...more,
  };
  return { form, response: await tokenRequest(tenant, form, { Origin: page }) };
}

export async function userToken(tenant: TestTenant, options: SignIn): Promise<string> {
  const { response } = await redeemCode(tenant, options);
  return String(((await response.json()) as Json)['access_token']);
}

export interface Call {
  readonly method?: string;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

/** One Graph call; the answer's body as JSON (null where there is none). */
export async function call(
  tenant: TestTenant,
  token: string,
  path: string,
  { method = 'GET', body, headers }: Call = {},
) {
  const response = await tenant.fetch(
    new Request(path.startsWith('https:') ? path : `${graph}${path}`, {
      method,
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json', ...headers },
      body: body === undefined ? null : JSON.stringify(body),
    }),
  );
  const text = await response.clone().text();
  const isJson = (response.headers.get('Content-Type') ?? '').includes('json');
  return { response, status: response.status, json: (isJson && text ? JSON.parse(text) : {}) as Json };
}

export const errorCode = (json: Json) => (json['error'] as { code?: string } | undefined)?.code;

export const createKeyPair = (): { privateKey: KeyObject; publicKey: KeyObject } =>
  generateKeyPairSync('rsa', { modulusLength: 2048 });

export const uniqueId = () => randomUUID();
