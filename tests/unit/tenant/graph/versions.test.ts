import { beforeEach, describe, expect, it } from 'vitest';
import type { Tenant } from '../../../tenant/tenant.ts';
import { appToken, call, type Json } from '../core/clients.ts';
import { amy, smallTenant } from '../core/start.ts';

let tenant: Tenant;
let token: string;
beforeEach(async () => {
  tenant = await smallTenant();
  token = await appToken(tenant, ['User.Read.All', 'Mail.Read', 'Files.Read.All']);
});

const host = 'https://graph.microsoft.com';

describe('an address nobody answers to', () => {
  it.each([
    ['/nothing/here', 'nothing'],
    ['/users/amy@contoso.example/nonsense/deeper', 'nonsense'],
    ['/users/amy@contoso.example/messages/AAA/nonsense', 'nonsense'],
    ['/users/amy@contoso.example/licenseDetails/b', 'b'],
  ])('%s is refused by its first unknown segment', async (path, segment) => {
    const { status, json } = await call(tenant, token, path);
    const message = `Resource not found for the segment '${segment}'.`;
    expect([status, (json['error'] as Json)['message']]).toEqual([400, message]);
  });
});

describe('without any permission', () => {
  const ask = async (path: string, method = 'GET') =>
    (await call(tenant, await appToken(tenant), path, { method })).status;
  const drive = () => tenant.world.drives.all()[0]?.id ?? '';

  it.each([
    '/users/amy@contoso.example/nonsense',
    '/users/amy@contoso.example/messages/AAA/nonsense',
    '/users/amy@contoso.example/licenseDetails/b',
    '/groups/1/nonsense',
    '/users/amy@contoso.example/drive/root/nonsense',
    '/drives/{drive}/nonsense',
    '/drives/{drive}/root:/a.txt:/nonsense',
    '/sites/1/nonsense',
  ])('%s is no address all the same', async (path) => {
    expect(await ask(path.replace('{drive}', drive()))).toBe(400);
  });

  it.each([
    '/users/nobody',
    '/groups/nobody',
    '/users/amy@contoso.example/messages/nothing',
    '/drives/{drive}/items/nothing',
    '/drives/{drive}/root:/nothing.txt:/content',
    '/groups/1/members/microsoft.graph.user',
    // Graph has these, the tenant does not.
    '/users/amy@contoso.example/calendars',
    '/users/amy@contoso.example/onlineMeetings',
    '/sites/1/lists',
  ])('%s is refused before anything is looked for', async (path) => {
    expect(await ask(path.replace('{drive}', drive()))).toBe(403);
  });
});

describe('beta', () => {
  const ownLinks = (json: Json) => [
    json['@odata.context'],
    json['@odata.nextLink'],
    json['@odata.deltaLink'],
  ];

  it.each(['/users?$top=1', '/users/delta', `/users/${amy}/messages`, `/users/${amy}/drive/root/children`])(
    'answers %s with contexts and links of its own',
    async (path) => {
      const { status, json } = await call(tenant, token, `${host}/beta${path}`);
      expect(status).toBe(200);
      for (const link of ownLinks(json).filter(Boolean)) expect(link).toMatch(/\/beta\//);
      expect(ownLinks(json)[0]).toMatch(`${host}/beta/$metadata#`);
    },
  );

  it('follows its links, and has parts of a batch of its own', async () => {
    const first = await call(tenant, token, `${host}/beta/users?$top=1`);
    expect((await call(tenant, token, String(first.json['@odata.nextLink']))).status).toBe(200);
    const requests = [{ id: '1', method: 'GET', url: '/users?$top=1' }];
    const batch = { method: 'POST', body: { requests } };
    const { json } = await call(tenant, token, `${host}/beta/$batch`, batch);
    expect(JSON.stringify(json)).toContain(`${host}/beta/$metadata#users`);
  });
});

describe('the service document', () => {
  it.each(['v1.0', 'v1.0/', 'beta/'])('of %s lists what there is, to anybody', async (path) => {
    const response = await tenant.fetch(new Request(`${host}/${path}`));
    const json = (await response.json()) as { '@odata.context': string; value: Json[] };
    expect([response.status, json['@odata.context']]).toEqual([
      200,
      `${host}/${path.replace('/', '')}/$metadata`,
    ]);
    expect(json.value).toContainEqual({ name: 'users', kind: 'EntitySet', url: 'users' });
    expect(json.value).toContainEqual({ name: 'me', kind: 'Singleton', url: 'me' });
  });

  it('has no schema, and says so', async () => {
    expect((await call(tenant, token, '/$metadata')).status).toBe(501);
  });
});
