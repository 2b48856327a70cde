import { createPrivateKey, sign } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { clientIds } from '../../../tenant/entra/known-clients.ts';
import { appToken, call, errorCode, tokenRequest, userToken, type Json } from '../core/clients.ts';
import { admin, amy } from '../core/start.ts';
import {
  as,
  certificate,
  get,
  goOnWith,
  install,
  openTenant,
  patch,
  post,
  register,
  scope,
  tenant,
  token,
} from './applications-world.ts';

beforeEach(openTenant);

describe('registering', () => {
  it('gives an application with ids of its own', async () => {
    const { status, json } = await post('/applications', { displayName: 'Backup', tags: ['HideApp'] });
    expect(status).toBe(201);
    expect(json).toMatchObject({
      displayName: 'Backup',
      tags: ['HideApp'],
      signInAudience: 'AzureADMyOrg',
      publisherDomain: 'contoso.example',
      keyCredentials: [],
    });
    expect((await get(`/applications(appId='${String(json['appId'])}')`)).json['id']).toBe(json['id']);
    const byFilter = await get(`/applications?$filter=appId eq '${String(json['appId'])}'`);
    expect(byFilter.json['value']).toHaveLength(1);
  });

  it.each([
    ['no name', {}],
    ['an unknown property', { displayName: 'A', color: 'red' }],
    ['an unknown audience', { displayName: 'A', signInAudience: 'Everybody' }],
    [
      'a resource that is no id',
      { displayName: 'A', requiredResourceAccess: [{ resourceAppId: 'graph', resourceAccess: [] }] },
    ],
    ['a list that is none', { displayName: 'A', tags: 'HideApp' }],
  ])('refuses %s', async (_, body) => {
    const { status, json } = await post('/applications', body);
    expect([status, errorCode(json)]).toEqual([400, 'Request_BadRequest']);
  });

  it('makes or changes the one of a unique name', async () => {
    const upsert = (displayName: string) =>
      call(tenant, token, "/applications(uniqueName='backup')", {
        method: 'PATCH',
        body: { displayName },
        headers: { Prefer: 'create-if-missing' },
      });
    expect((await upsert('One')).status).toBe(201);
    expect((await upsert('Two')).status).toBe(204);
    expect((await get("/applications(uniqueName='backup')")).json['displayName']).toBe('Two');
  });

  it('knows no unique names where the switch says so: an application is made by POST', async () => {
    tenant.world.switches.upsertApplications = 'refused';
    const upsert = await call(tenant, token, "/applications(uniqueName='backup')", {
      method: 'PATCH',
      body: { displayName: 'One' },
      headers: { Prefer: 'create-if-missing' },
    });
    expect([upsert.status, errorCode(upsert.json)]).toEqual([400, 'Request_BadRequest']);
    expect((await post('/applications', { displayName: 'One', uniqueName: 'backup' })).status).toBe(201);
    expect((await get("/applications(uniqueName='backup')")).json['displayName']).toBe('One');
  });

  it('takes an administrator of apps', async () => {
    const scopes = { clientId: clientIds.registrator, scope };
    const asUser = await userToken(tenant, { ...scopes, upn: amy });
    expect(
      errorCode((await as(asUser)('/applications', { method: 'POST', body: { displayName: 'A' } })).json),
    ).toBe('Authorization_RequestDenied');
  });

  it('is refused altogether where Directory.AccessAsUser.All no longer counts', async () => {
    tenant.world.switches.accessAsUser = 'refused';
    expect((await post('/applications', { displayName: 'A' })).status).toBe(403);
  });
});

describe('deleting', () => {
  it('sends to the recycle bin, from where it comes back', async () => {
    const app = await register();
    await install(app['appId']);
    expect(
      (await call(tenant, token, `/applications/${String(app['id'])}`, { method: 'DELETE' })).status,
    ).toBe(204);
    expect((await get(`/applications/${String(app['id'])}`)).status).toBe(404);
    expect((await get(`/servicePrincipals(appId='${String(app['appId'])}')`)).status).toBe(404);
    const bin = await get('/directory/deletedItems/microsoft.graph.application');
    expect((bin.json['value'] as Json[]).map((one) => one['id'])).toEqual([app['id']]);
    const back = await post(`/directory/deletedItems/${String(app['id'])}/restore`, {});
    expect(back.json['@odata.type']).toBe('#microsoft.graph.application');
    expect((await get(`/applications/${String(app['id'])}`)).status).toBe(200);
  });

  it('is final after 30 days', async () => {
    const app = await register();
    await call(tenant, token, `/applications/${String(app['id'])}`, { method: 'DELETE' });
    tenant.world.clock.advance(31 * 24 * 3600_000);
    goOnWith(await userToken(tenant, { clientId: clientIds.registrator, scope, upn: admin }));
    expect((await get(`/directory/deletedItems/${String(app['id'])}`)).status).toBe(404);
  });
});

describe('certificates', () => {
  it('are replaced as a whole by PATCH, and their bytes shown only when selected', async () => {
    const app = `/applications/${String((await register())['id'])}`;
    const [one, two] = [certificate('CN=one'), certificate('CN=two')];
    expect((await patch(app, { keyCredentials: [one.credential] })).status).toBe(204);
    const plain = (await get(app)).json['keyCredentials'] as Json[];
    expect(plain).toMatchObject([{ key: null, type: 'AsymmetricX509Cert', displayName: 'CN=one' }]);
    const selected = (await get(`${app}?$select=keyCredentials`)).json['keyCredentials'] as Json[];
    expect(selected[0]?.['key']).toBe(one.credential.key);
    await patch(app, { keyCredentials: [...selected, two.credential] });
    expect((await get(app)).json['keyCredentials']).toHaveLength(2);
    await patch(app, { keyCredentials: [two.credential] });
    expect((await get(app)).json['keyCredentials']).toMatchObject([{ displayName: 'CN=two' }]);
  });

  it.each([
    ['without bytes', { type: 'AsymmetricX509Cert', usage: 'Verify' }],
    ['that are none', { type: 'AsymmetricX509Cert', usage: 'Verify', key: 'AAAA' }],
    ['of another kind', { type: 'Symmetric', usage: 'Sign', key: 'AAAA' }],
    [
      'valid beyond the certificate',
      { ...certificate('CN=x').credential, endDateTime: '2099-01-01T00:00:00Z' },
    ],
  ])('are refused %s', async (_, credential) => {
    const app = `/applications/${String((await register())['id'])}`;
    expect((await patch(app, { keyCredentials: [credential] })).status).toBe(400);
  });

  it('roll with a proof by an existing key and without any permission', async () => {
    const registered = await register();
    const principal = await install(registered['appId']);
    const path = `/applications/${String(registered['id'])}`;
    const [first, second] = [certificate('CN=first'), certificate('CN=second')];
    await patch(path, { keyCredentials: [first.credential] });
    const secret = (await post(`${path}/addPassword`, {})).json['secretText'];
    const answer = await tokenRequest(tenant, {
      grant_type: 'client_credentials',
      client_id: String(registered['appId']),
      client_secret: String(secret),
      scope: 'https://graph.microsoft.com/.default',
    });
    const self = as(String(((await answer.json()) as Json)['access_token']));
    const now = Math.floor(Date.now() / 1000);
    const proof = (key: string, changes: Json = {}) => {
      const claims = {
        aud: '00000002-0000-0000-c000-000000000000',
        iss: registered['id'],
        nbf: now,
        exp: now + 300,
        ...changes,
      };
      const content = [{ alg: 'RS256', typ: 'JWT' }, claims]
        .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
        .join('.');
      return `${content}.${sign('sha256', Buffer.from(content), createPrivateKey(key)).toString('base64url')}`;
    };
    const pem = (key: typeof first) => key.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const add = (withProof: string) =>
      self(`${path}/addKey`, {
        method: 'POST',
        body: { keyCredential: second.credential, passwordCredential: null, proof: withProof },
      });
    expect(principal['appId']).toBe(registered['appId']);
    expect((await add(proof(pem(second)))).status).toBe(400);
    expect((await add(proof(pem(first), { iss: 'x' }))).status).toBe(400);
    expect((await add(proof(pem(first), { exp: now + 3600 }))).status).toBe(400);
    expect((await add(proof(pem(first)))).status).toBe(200);
    const keys = (await get(path)).json['keyCredentials'] as Json[];
    const removal = { keyId: keys[0]?.['keyId'], proof: proof(pem(second)) };
    expect((await self(`${path}/removeKey`, { method: 'POST', body: removal })).status).toBe(204);
    expect((await get(path)).json['keyCredentials']).toMatchObject([{ displayName: 'CN=second' }]);
    expect((await self(path)).status).toBe(403);
  });
});

it('shows a secret once', async () => {
  const path = `/applications/${String((await register())['id'])}`;
  const made = (await post(`${path}/addPassword`, { passwordCredential: { displayName: 'relay' } })).json;
  expect(String(made['secretText'])).toHaveLength(40);
  const shown = (await get(path)).json['passwordCredentials'] as Json[];
  expect(shown).toMatchObject([
    { displayName: 'relay', hint: String(made['secretText']).slice(0, 3), secretText: null },
  ]);
  expect((await post(`${path}/removePassword`, { keyId: made['keyId'] })).status).toBe(204);
  expect((await get(path)).json['passwordCredentials']).toEqual([]);
});

it('lets an app that owns its registrations change those and no others', async () => {
  const owner = as(await appToken(tenant, ['Application.ReadWrite.OwnedBy']));
  const own = (await owner('/applications', { method: 'POST', body: { displayName: 'Own' } })).json;
  const other = await register();
  const rename = (id: unknown) =>
    owner(`/applications/${String(id)}`, { method: 'PATCH', body: { displayName: 'New' } });
  expect((await rename(own['id'])).status).toBe(204);
  expect((await rename(other['id'])).status).toBe(403);
});

describe('the app management policy', () => {
  it.each([
    ['refused', '2026-12-01T00:00:00Z', 'CredentialTypeNotAllowedAsPerAppPolicy'],
    ['short', '2030-01-01T00:00:00Z', 'CredentialInvalidLifetimeAsPerAppPolicy'],
    ['short', '2026-12-01T00:00:00Z', undefined],
  ] as const)('secrets %s until %s: %s', async (appSecrets, endDateTime, code) => {
    const app = await register();
    tenant.world.switches.appSecrets = appSecrets;
    const period = { startDateTime: '2026-11-01T00:00:00Z', endDateTime };
    const made = await post(`/applications/${String(app['id'])}/addPassword`, { passwordCredential: period });
    expect(errorCode(made.json)).toBe(code);
  });
});
