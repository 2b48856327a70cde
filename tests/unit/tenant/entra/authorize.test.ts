import { beforeEach, describe, expect, it } from 'vitest';
import { clientIds } from '../../../tenant/entra/known-clients.ts';
import type { Tenant } from '../../../tenant/tenant.ts';
import { authorizeUrl, login, page, pkce, redirectUri, signIn, type SignIn } from '../core/clients.ts';
import { admin, amy, smallTenant } from '../core/start.ts';

const clientId = clientIds.registrator;
const adminScope = 'openid profile offline_access https://graph.microsoft.com/Directory.AccessAsUser.All';

let tenant: Tenant;
beforeEach(async () => {
  tenant = await smallTenant();
});

const open = (
  more: Record<string, string> = {},
  scope = 'openid User.Read',
  headers: Record<string, string> = {},
) => tenant.fetch(new Request(authorizeUrl({ clientId, scope, more }, pkce().challenge), { headers }));

const errorIn = (location: string | null) => {
  const values = new URLSearchParams((location ?? '').split(/[#?]/)[1]);
  return { error: values.get('error'), code: /AADSTS(\d+)/.exec(values.get('error_description') ?? '')?.[1] };
};

const session = async (options: Partial<SignIn> = {}) => {
  const { response } = await signIn(tenant, { clientId, scope: 'openid User.Read', upn: amy, ...options });
  return (response.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
};

describe('the sign-in page', () => {
  it('offers the accounts and works without scripts', async () => {
    const response = await open();
    const text = await response.text();
    expect(response.status).toBe(200);
    expect(text).toContain('Amy Adams');
    expect(text).toContain('Holdfast Registrator');
    expect(text).not.toContain('<script');
  });

  it('offers only whom login_hint names', async () => {
    const text = await (await open({ login_hint: admin })).text();
    expect(text).toContain('Ada Admin');
    expect(text).not.toContain('Amy Adams');
  });

  it.each([
    ['an unknown app', { client_id: '11111111-2222-4333-8444-555555555555' }, '700016'],
    ['another address', { redirect_uri: 'https://evil.example/' }, '50011'],
    ['no address', { redirect_uri: '' }, '900144'],
  ])('shows an error instead of leaving for %s', async (_, more, code) => {
    const response = await open(more as Record<string, string>);
    expect(response.status).toBe(400);
    expect(response.headers.has('location')).toBe(false);
    expect(await response.text()).toContain(`AADSTS${code}`);
  });

  it('does not know other tenants', async () => {
    const url = authorizeUrl({ clientId, scope: 'openid' }, pkce().challenge);
    url.pathname = url.pathname.replace('organizations', 'fabrikam.example');
    expect(await (await tenant.fetch(new Request(url))).text()).toContain('AADSTS90002');
  });

  it('escapes what the directory holds', async () => {
    const user = tenant.world.directory.user(amy);
    if (user) user.displayName = '<b>Amy</b>';
    expect(await (await open()).text()).toContain('&lt;b&gt;Amy&lt;/b&gt;');
  });
});

describe('the way back', () => {
  it('carries code, state and client_info in the fragment', async () => {
    const { location, values } = await signIn(tenant, { clientId, scope: 'openid User.Read', upn: amy });
    expect(location.startsWith(`${redirectUri}#`)).toBe(true);
    expect(values.get('state')).toBe('state-1');
    expect(values.get('code')).toMatch(/^1\.A/);
    expect(values.has('client_info')).toBe(true);
  });

  it('or in the query where asked to', async () => {
    const more = { response_mode: 'query' };
    const { location } = await signIn(tenant, { clientId, scope: 'openid User.Read', upn: amy, more });
    expect(new URL(location).searchParams.has('code')).toBe(true);
  });

  it('or as a form, where asked to', async () => {
    const more = { response_mode: 'form_post', state: '"><b>' };
    const { response } = await signIn(tenant, { clientId, scope: 'openid User.Read', upn: amy, more });
    const text = await response.text();
    expect(text).toContain(`<form method="post" action="${redirectUri}">`);
    expect(text).toMatch(/name="code" value="1\.A/);
    expect(text).toContain('name="state" value="&quot;&gt;&lt;b&gt;"');
  });

  it('accepts any port of a registered loopback address', async () => {
    const more = { redirect_uri: 'http://localhost:5000/auth/redirect.html' };
    const { location } = await signIn(tenant, { clientId, scope: 'openid User.Read', upn: amy, more });
    expect(location).toMatch(/^http:\/\/localhost:5000\//);
  });

  it.each([
    ['no PKCE', { code_challenge: '', code_challenge_method: '' }, '9002325'],
    ['a plain challenge', { code_challenge_method: 'plain' }, '9002325'],
    ['another response type', { response_type: 'token' }, '700054'],
    ['a scope nobody has', { scope: 'https://graph.microsoft.com/Cake.Eat' }, '650053'],
    [
      'two resources',
      { scope: 'https://graph.microsoft.com/User.Read https://outlook.office365.com/EWS.AccessAsUser.All' },
      '700022',
    ],
    ['an unknown resource', { scope: 'api://nobody/x' }, '500011'],
    ['prompt=none and nobody signed in', { prompt: 'none' }, '50058'],
  ])('carries the error of %s', async (_, more, code) => {
    const response = await open(more as Record<string, string>);
    expect(response.status).toBe(302);
    expect(errorIn(response.headers.get('location')).code).toBe(code);
  });

  it('carries a cancelled sign-in and a blocked account', async () => {
    const user = tenant.world.directory.user(amy);
    if (user) user.accountEnabled = false;
    const blocked = await signIn(tenant, { clientId, scope: 'openid User.Read', upn: amy });
    expect(errorIn(blocked.location)).toEqual({ error: 'access_denied', code: '50057' });
    const url = authorizeUrl({ clientId, scope: 'openid' }, pkce().challenge);
    const cancelled = await tenant.fetch(
      new Request(url, { method: 'POST', body: new URLSearchParams({ cancel: 'yes' }) }),
    );
    expect(errorIn(cancelled.headers.get('location'))).toEqual({ error: 'access_denied', code: '65004' });
  });
});

describe('consent', () => {
  const post = (form: Record<string, string>, scope: string, upn: string) => {
    const url = authorizeUrl({ clientId, scope }, pkce().challenge);
    const account = tenant.world.directory.user(upn)?.id ?? '';
    return tenant.fetch(
      new Request(url, { method: 'POST', body: new URLSearchParams({ account, ...form }) }),
    );
  };

  it('lists what is asked for, once', async () => {
    const first = await post({}, adminScope, admin);
    const text = await first.text();
    expect(text).toContain('Permissions requested');
    expect(text).toContain('Directory.AccessAsUser.All');
    expect(text).toContain('Consent on behalf of your organization');
    await post({ consent: 'yes' }, adminScope, admin);
    expect((await post({}, adminScope, admin)).status).toBe(302);
  });

  it('is for oneself unless given for everybody', async () => {
    await post({ consent: 'yes' }, 'openid User.Read', admin);
    expect((await post({}, 'openid User.Read', amy)).status).toBe(200);
    await post({ consent: 'yes', forEveryone: 'yes' }, 'openid Mail.Read', admin);
    expect((await post({}, 'openid Mail.Read', amy)).status).toBe(302);
  });

  it('cannot be given for everybody by a user, however the form is bent', async () => {
    await post({ consent: 'yes', forEveryone: 'yes' }, 'openid User.Read', amy);
    expect((await post({}, 'openid User.Read', 'carl@contoso.example')).status).toBe(200);
  });

  it('for administrators’ scopes needs one', async () => {
    const asked = await post({}, adminScope, amy);
    expect(await asked.text()).toContain('AADSTS90094');
    const forced = await post({ consent: 'yes' }, adminScope, amy);
    expect(forced.status).toBe(200);
    const back = await post({ giveUp: 'yes' }, adminScope, amy);
    expect(errorIn(back.headers.get('location')).code).toBe('90094');
  });

  it('can be declined', async () => {
    const declined = await post({ consent: 'no' }, adminScope, admin);
    expect(errorIn(declined.headers.get('location'))).toEqual({ error: 'access_denied', code: '65004' });
  });

  it('is missing silently', async () => {
    const Cookie = await session();
    const response = await open({ prompt: 'none' }, 'openid Mail.Read', { Cookie });
    expect(errorIn(response.headers.get('location'))).toEqual({
      error: 'interaction_required',
      code: '65001',
    });
  });
});

describe('a session', () => {
  it('signs in without asking, unless asked to ask', async () => {
    const Cookie = await session();
    expect((await open({}, 'openid User.Read', { Cookie })).status).toBe(302);
    expect(
      (await open({ prompt: 'none' }, 'openid User.Read', { Cookie })).headers.get('location'),
    ).toContain('code=');
    expect((await open({ prompt: 'select_account' }, 'openid User.Read', { Cookie })).status).toBe(200);
    expect((await open({ login_hint: admin }, 'openid User.Read', { Cookie })).status).toBe(200);
  });

  it('ends at logout, which leaves only for addresses of apps', async () => {
    const Cookie = await session();
    const logout = (to: string) =>
      tenant.fetch(
        new Request(`${login}/common/oauth2/v2.0/logout?post_logout_redirect_uri=${encodeURIComponent(to)}`, {
          headers: { Cookie },
        }),
      );
    expect((await logout('https://evil.example/')).status).toBe(200);
    expect((await logout(redirectUri)).headers.get('location')).toBe(redirectUri);
    expect(
      (await open({ prompt: 'none' }, 'openid User.Read', { Cookie })).headers.get('location'),
    ).toContain('login_required');
  });
});

describe('admin consent', () => {
  const ask = (version: string, more: Record<string, string>, form: Record<string, string>) => {
    const url = new URL(`${login}/${tenant.tenantId}${version}/adminconsent`);
    url.search = new URLSearchParams({
      client_id: clientId,
      redirect_uri: redirectUri,
      state: 's',
      ...more,
    }).toString();
    return tenant.fetch(new Request(url, { method: 'POST', body: new URLSearchParams(form) }));
  };
  const v2 = { scope: 'https://graph.microsoft.com/.default' };
  const id = (upn: string) => tenant.world.directory.user(upn)?.id ?? '';

  it('grants exactly what the app declares', async () => {
    const response = await ask('/v2.0', v2, { account: id(admin), consent: 'yes' });
    const values = new URL(response.headers.get('location') ?? '').searchParams;
    expect(Object.fromEntries(values)).toMatchObject({
      admin_consent: 'True',
      tenant: tenant.tenantId,
      state: 's',
      ...v2,
    });
    const grants = tenant.world.directory.grants.scopeGrants();
    expect(grants).toMatchObject([{ consentType: 'AllPrincipals' }]);
    expect(grants[0]?.scope.split(' ').toSorted()).toEqual([
      'Directory.AccessAsUser.All',
      'offline_access',
      'openid',
      'profile',
    ]);
  });

  it('asks first, and an administrator', async () => {
    expect(await (await ask('/v2.0', v2, { account: id(admin) })).text()).toContain('Permissions requested');
    expect(await (await ask('/v2.0', v2, { account: id(amy), consent: 'yes' })).text()).toContain(
      'Need admin approval',
    );
    expect(tenant.world.directory.grants.scopeGrants()).toEqual([]);
  });

  it('says no in the words of its version', async () => {
    const no = { account: id(admin), consent: 'no' };
    expect((await ask('/v2.0', v2, no)).headers.get('location')).toContain('error=consent_required');
    expect((await ask('', {}, no)).headers.get('location')).toContain('error=permission_denied');
  });

  it('leaves for no foreign address', async () => {
    const response = await ask(
      '/v2.0',
      { ...v2, redirect_uri: 'https://evil.example' },
      { account: id(admin), consent: 'yes' },
    );
    expect(response.headers.has('location')).toBe(false);
    expect(response.status).toBe(400);
  });
});

describe('discovery', () => {
  const get = async (path: string) => {
    const response = await tenant.fetch(new Request(`${login}${path}`, { headers: { Origin: page } }));
    return { response, json: (await response.json()) as Record<string, unknown> };
  };

  it('gives the issuer as a template for shared tenants, as itself for one', async () => {
    const shared = await get('/common/v2.0/.well-known/openid-configuration');
    expect(shared.json['issuer']).toBe('https://login.microsoftonline.com/{tenantid}/v2.0');
    expect(shared.response.headers.get('access-control-allow-origin')).toBe('*');
    const one = await get(`/${tenant.tenantId}/v2.0/.well-known/openid-configuration`);
    expect(one.json['issuer']).toBe(`https://login.microsoftonline.com/${tenant.tenantId}/v2.0`);
    expect(one.json['token_endpoint']).toBe(`${login}/${tenant.tenantId}/oauth2/v2.0/token`);
    expect(one.json).toMatchObject({
      response_modes_supported: ['query', 'fragment', 'form_post'],
      response_types_supported: ['code', 'id_token', 'code id_token', 'id_token token'],
    });
    expect((await get('/nobody.example/v2.0/.well-known/openid-configuration')).response.status).toBe(400);
  });

  it('publishes keys, the old ones too after a rotation', async () => {
    const before = (await get('/common/discovery/v2.0/keys')).json['keys'] as { kid: string }[];
    tenant.world.entra.rotateKeys();
    const after = (await get('/common/discovery/v2.0/keys')).json['keys'] as { kid: string; kty: string }[];
    expect(after).toHaveLength(before.length + 1);
    expect(after.map((key) => key.kid)).toEqual(expect.arrayContaining(before.map((key) => key.kid)));
    expect(after.every((key) => key.kty === 'RSA' && !('d' in key))).toBe(true);
  });

  it('knows the aliases of its host', async () => {
    const { json } = await get('/common/discovery/instance?api-version=1.1');
    expect(json['metadata']).toMatchObject([{ preferred_cache: 'login.windows.net' }]);
  });
});
