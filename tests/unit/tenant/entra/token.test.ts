import { createHash, sign, constants } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { decodeToken } from '../../../tenant/entra/jwt.ts';
import { clientIds } from '../../../tenant/entra/known-clients.ts';
import { parseKey } from '../../../tenant/directory/credentials.ts';
import type { Application } from '../../../tenant/directory/app-registry.ts';
import type { Tenant } from '../../../tenant/tenant.ts';
import { isoSeconds } from '../../../tenant/world/clock.ts';
import {
  installedApp,
  page,
  redeemCode,
  signIn,
  tokenRequest,
  uniqueId,
  type Json,
} from '../core/clients.ts';
import { admin, amy, smallTenant } from '../core/start.ts';
import { selfSigned } from '../core/self-signed.ts';

const graphScope = 'https://graph.microsoft.com/.default';
const registrator = {
  clientId: clientIds.registrator,
  scope: 'openid profile offline_access https://graph.microsoft.com/Directory.AccessAsUser.All',
  upn: admin,
};

let tenant: Tenant;
beforeEach(async () => {
  tenant = await smallTenant();
});

const errorOf = async (response: Response) => {
  const body = (await response.json()) as Json;
  return { status: response.status, code: (body['error_codes'] as number[])[0], error: body['error'] };
};

describe('client credentials', () => {
  const ask = (form: Record<string, string>) =>
    tokenRequest(tenant, { grant_type: 'client_credentials', scope: graphScope, ...form });

  it('gives a token with the granted roles and nothing a page may read', async () => {
    const { app, secret, principal } = installedApp(tenant.world, ['Mail.Read', 'Files.Read.All']);
    const response = await tokenRequest(
      tenant,
      { grant_type: 'client_credentials', scope: graphScope, client_id: app.appId, client_secret: secret },
      { Origin: page },
    );
    const body = (await response.json()) as Json;
    const claims = decodeToken(String(body['access_token']))?.claims;
    expect(response.headers.get('access-control-allow-origin')).toBeNull();
    expect(body).toMatchObject({ token_type: 'Bearer', expires_in: 3599 });
    expect(body).not.toHaveProperty('refresh_token');
    expect(claims).toMatchObject({ oid: principal.id, idtyp: 'app', appidacr: '1', tid: tenant.tenantId });
    expect(claims?.['roles']).toEqual(['Mail.Read', 'Files.Read.All']);
  });

  it('still gives a token, without roles, where nothing is granted', async () => {
    const { app, secret } = installedApp(tenant.world);
    const response = await ask({ client_id: app.appId, client_secret: secret });
    const body = (await response.json()) as Json;
    expect(response.status).toBe(200);
    expect(decodeToken(String(body['access_token']))?.claims).not.toHaveProperty('roles');
  });

  it('keeps a new role out of tokens until it has replicated', async () => {
    tenant.world.replication.grantMs = 30_000;
    const { app, secret } = installedApp(tenant.world, ['Mail.Read']);
    const roles = async () => {
      const body = (await (await ask({ client_id: app.appId, client_secret: secret })).json()) as Json;
      return decodeToken(String(body['access_token']))?.claims['roles'];
    };
    expect(await roles()).toBeUndefined();
    tenant.world.clock.advance(30_000);
    expect(await roles()).toEqual(['Mail.Read']);
  });

  it.each([
    ['a wrong secret', { client_secret: 'no' }, 401, 7000215],
    ['no credential', {}, 401, 7000218],
    [
      'a scope without .default',
      { client_secret: '$', scope: 'https://graph.microsoft.com/Mail.Read' },
      400,
      1002012,
    ],
    ['an unknown resource', { client_secret: '$', scope: 'api://none/.default' }, 400, 500011],
    ['no scope', { client_secret: '$', scope: '' }, 400, 900144],
    ['an unknown app', { client_id: '11111111-2222-4333-8444-555555555555' }, 400, 700016],
    ['something that is no app id', { client_id: 'app' }, 400, 700038],
    ['another grant', { grant_type: 'password' }, 400, 70003],
  ])('refuses %s', async (_, form, status, code) => {
    const { app, secret } = installedApp(tenant.world);
    const filled = Object.entries({ client_id: app.appId, ...form }).map(([k, v]) => [
      k,
      v === '$' ? secret : v,
    ]);
    expect(await errorOf(await ask(Object.fromEntries(filled) as Record<string, string>))).toMatchObject({
      status,
      code,
    });
  });

  it('refuses an expired secret, and one that has not replicated yet', async () => {
    tenant.world.replication.credentialMs = 5_000;
    const { app, secret } = installedApp(tenant.world);
    const form = { client_id: app.appId, client_secret: secret };
    expect(await errorOf(await ask(form))).toMatchObject({ code: 7000215 });
    tenant.world.clock.advance(5_000);
    expect((await ask(form)).status).toBe(200);
    tenant.world.clock.advance(3 * 365 * 24 * 3600 * 1000);
    expect(await errorOf(await ask(form))).toMatchObject({ code: 7000222 });
  });

  it('refuses shared tenants and unknown ones', async () => {
    const { app, secret } = installedApp(tenant.world);
    const at = (name: string) =>
      tenant.fetch(
        new Request(`https://login.microsoftonline.com/${name}/oauth2/v2.0/token`, {
          method: 'POST',
          body: new URLSearchParams({
            grant_type: 'client_credentials',
            scope: graphScope,
            client_id: app.appId,
            client_secret: secret,
          }),
        }),
      );
    expect(await errorOf(await at('common'))).toMatchObject({ code: 9001023 });
    expect(await errorOf(await at('11111111-2222-4333-8444-555555555555'))).toMatchObject({ code: 90002 });
    expect((await at('contoso.example')).status).toBe(200);
  });
});

describe('client assertions', () => {
  const key = selfSigned('CN=device 1');

  const assertion = (
    app: Application,
    changes: Json = {},
    header: Json = {},
    privateKey = key.privateKey,
  ) => {
    const now = Math.floor(tenant.world.clock.now() / 1000);
    const claims = {
      aud: `https://login.microsoftonline.com/${tenant.tenantId}/oauth2/v2.0/token`,
      iss: app.appId,
      sub: app.appId,
      jti: uniqueId(),
      nbf: now,
      exp: now + 300,
      ...changes,
    };
    const thumbprint = createHash('sha256').update(key.der).digest('base64url');
    const content = [{ alg: 'PS256', typ: 'JWT', 'x5t#S256': thumbprint, ...header }, claims]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.');
    const padding = constants.RSA_PKCS1_PSS_PADDING;
    const signature = sign('sha256', Buffer.from(content), { key: privateKey, padding, saltLength: 32 });
    return `${content}.${signature.toString('base64url')}`;
  };

  const present = (app: Application, client_assertion: string) =>
    tokenRequest(tenant, {
      grant_type: 'client_credentials',
      client_id: app.appId,
      scope: graphScope,
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion,
    });

  const withCertificate = () => {
    const { app } = installedApp(tenant.world);
    app.keys.push(
      parseKey(tenant.world, {
        type: 'AsymmetricX509Cert',
        usage: 'Verify',
        key: key.der.toString('base64'),
      }),
    );
    return app;
  };

  it('takes one signed with PS256 by a registered certificate', async () => {
    const app = withCertificate();
    const response = await present(app, assertion(app));
    const body = (await response.json()) as Json;
    expect(decodeToken(String(body['access_token']))?.claims['appidacr']).toBe('2');
  });

  const hour = 3600;
  it.each([
    ['another audience', { aud: 'https://example.com' }, {}, 700027],
    ['another issuer', { iss: 'x' }, {}, 700027],
    ['an unknown thumbprint', {}, { 'x5t#S256': 'AAAA' }, 700027],
    ['another algorithm than signed with', {}, { alg: 'RS256' }, 700027],
    ['an end in the past', { exp: Math.floor(Date.now() / 1000) - hour }, {}, 700024],
    ['a beginning in the future', { nbf: Math.floor(Date.now() / 1000) + hour }, {}, 700024],
    ['no id', { jti: undefined }, {}, 50027],
  ])('refuses one with %s', async (_, changes, header, code) => {
    const app = withCertificate();
    expect(await errorOf(await present(app, assertion(app, changes, header)))).toMatchObject({ code });
  });

  it.each([1, 89])('refuses one after the end the application gave its key, %i days on', async (days) => {
    const { app } = installedApp(tenant.world);
    const endDateTime = isoSeconds(tenant.world.clock.now() + days * 24 * 3600_000 - 1000);
    const credential = { type: 'AsymmetricX509Cert', usage: 'Verify', key: key.der.toString('base64') };
    app.keys.push(parseKey(tenant.world, { ...credential, endDateTime }));
    expect((await present(app, assertion(app))).status).toBe(200);
    tenant.world.clock.advance(days * 24 * 3600_000);
    expect(await errorOf(await present(app, assertion(app)))).toMatchObject({ status: 401, code: 700027 });
  });

  it('refuses one signed by another key than the thumbprint names', async () => {
    const app = withCertificate();
    const forged = assertion(app, {}, {}, selfSigned('CN=other').privateKey);
    expect(await errorOf(await present(app, forged))).toMatchObject({ status: 401, code: 700027 });
  });

  it('refuses one that is no JWT', async () => {
    expect(await errorOf(await present(withCertificate(), 'abc'))).toMatchObject({ code: 50027 });
  });
});

describe('authorization codes', () => {
  it('gives a page id, access and refresh token with MSAL’s client_info', async () => {
    const { response } = await redeemCode(tenant, registrator);
    const body = (await response.json()) as Json;
    const user = tenant.world.directory.user(admin);
    const id = decodeToken(String(body['id_token']))?.claims;
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    expect(id).toMatchObject({
      aud: clientIds.registrator,
      nonce: 'nonce-1',
      tid: tenant.tenantId,
      oid: user?.id,
      preferred_username: admin,
      iss: `https://login.microsoftonline.com/${tenant.tenantId}/v2.0`,
      wids: user?.roles,
    });
    expect(decodeToken(String(body['access_token']))?.claims['scp']).toContain('Directory.AccessAsUser.All');
    expect(String(body['scope'])).not.toContain('offline_access');
    expect(JSON.parse(Buffer.from(String(body['client_info']), 'base64url').toString())).toEqual({
      uid: user?.id,
      utid: tenant.tenantId,
    });
    expect(body['refresh_token_expires_in']).toBe(86_400);
  });

  it('asks for an Origin', async () => {
    const { values, verifier } = await signIn(tenant, registrator);
    const form = {
      grant_type: 'authorization_code',
      client_id: clientIds.registrator,
      code: values.get('code') ?? '',
      redirect_uri: 'http://localhost:4173/auth/redirect.html',
      code_verifier: verifier,
    };
    expect(await errorOf(await tokenRequest(tenant, form))).toMatchObject({ status: 400, code: 9002327 });
  });

  it.each([
    ['a wrong verifier', { code_verifier: 'wrong' }, 501481],
    ['another address', { redirect_uri: 'http://localhost:4173/other' }, 50011],
    ['an invented code', { code: 'x' }, 70000],
    ['no code', { code: '' }, 900144],
  ])('refuses %s', async (_, more, code) => {
    const { response } = await redeemCode(tenant, registrator, more as Record<string, string>);
    expect(await errorOf(response)).toMatchObject({ status: 400, code });
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
  });

  it('takes a code once, and for ten minutes', async () => {
    const { form } = await redeemCode(tenant, registrator);
    expect(await errorOf(await tokenRequest(tenant, form, { Origin: page }))).toMatchObject({ code: 54005 });
    const { values, verifier } = await signIn(tenant, registrator);
    tenant.world.clock.advance(11 * 60_000);
    const late = { ...form, code: values.get('code') ?? '', code_verifier: verifier };
    expect(await errorOf(await tokenRequest(tenant, late, { Origin: page }))).toMatchObject({ code: 70008 });
  });
});

describe('refresh tokens', () => {
  const refresh = (token: string, more: Record<string, string> = {}) =>
    tokenRequest(
      tenant,
      {
        grant_type: 'refresh_token',
        client_id: clientIds.registrator,
        refresh_token: token,
        scope: registrator.scope,
        ...more,
      },
      { Origin: page },
    );
  const first = async () =>
    (await (await redeemCode(tenant, registrator)).response.json()) as Json & { refresh_token: string };

  it('rotate, and end 24 hours after the sign-in however often they did', async () => {
    const { refresh_token } = await first();
    tenant.world.clock.advance(23 * 3600_000);
    const second = (await (await refresh(refresh_token)).json()) as Json & { refresh_token: string };
    expect(second.refresh_token).not.toBe(refresh_token);
    expect(second['refresh_token_expires_in']).toBe(3600);
    tenant.world.clock.advance(3600_000);
    expect(await errorOf(await refresh(second.refresh_token))).toMatchObject({
      code: 700084,
      error: 'invalid_grant',
    });
  });

  it('come with offline_access, asked for and consented to', async () => {
    const given = async (scope: string) => {
      const { response } = await redeemCode(tenant, { ...registrator, upn: amy, scope });
      return 'refresh_token' in ((await response.json()) as Json);
    };
    expect(await given('openid User.Read')).toBe(false);
    // Consent to anything covers what OpenID Connect asks for: nobody is asked again, and nothing is kept.
    expect(await given('openid offline_access User.Read')).toBe(false);
    const graph = tenant.world.directory.apps.resource('https://graph.microsoft.com')?.id ?? '';
    const [grant] = tenant.world.directory.grants.scopeGrants();
    expect(grant).toMatchObject({ resourceId: graph, scope: 'User.Read openid' });
    if (grant) grant.scope += ' offline_access';
    expect(await given('openid User.Read')).toBe(false);
    expect(await given('openid offline_access User.Read')).toBe(true);
  });

  it('are refused for scopes nobody consented to', async () => {
    const { refresh_token } = await first();
    const response = await refresh(refresh_token, { scope: 'openid https://graph.microsoft.com/Mail.Read' });
    const body = (await response.json()) as Json;
    expect(body).toMatchObject({
      error: 'invalid_grant',
      suberror: 'consent_required',
      error_codes: [65001],
    });
  });

  it('are refused after the sessions of the user were revoked', async () => {
    const { refresh_token } = await first();
    tenant.world.clock.advance(1000);
    const who = tenant.world.directory.user(admin)?.id ?? '';
    tenant.world.entra.revokedBefore.set(who, tenant.world.clock.now());
    expect(await errorOf(await refresh(refresh_token))).toMatchObject({ code: 50173 });
  });
});

it('puts wids into an id token only where the manifest asks for them', async () => {
  const app = tenant.world.directory.apps.applicationByAppId(clientIds.registrator);
  if (app) app.fields['groupMembershipClaims'] = null;
  const { response } = await redeemCode(tenant, {
    ...registrator,
    upn: amy,
    scope: 'openid profile User.Read',
  });
  const body = (await response.json()) as Json;
  expect(decodeToken(String(body['id_token']))?.claims).not.toHaveProperty('wids');
});

it('points to a page about the error, where Entra has one', async () => {
  const uriOf = async (form: Record<string, string>) =>
    ((await (await tokenRequest(tenant, form)).json()) as Json)['error_uri'];
  const { app } = installedApp(tenant.world);
  const wrong = { client_id: app.appId, client_secret: 'wrong', scope: graphScope };
  const asApp = { grant_type: 'client_credentials', ...wrong };
  expect(await uriOf(asApp)).toBe('https://login.microsoftonline.com/error?code=7000215');
  expect(await uriOf({ ...asApp, client_id: 'app' })).toBeUndefined();
  expect(await uriOf({ ...asApp, grant_type: 'no_such_grant' })).toBeUndefined();
});
