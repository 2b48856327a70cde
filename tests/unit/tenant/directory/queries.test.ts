import { beforeEach, describe, expect, it } from 'vitest';
import type { Tenant } from '../../../tenant/tenant.ts';
import { appToken, call, errorCode, type Json } from '../core/clients.ts';
import { smallTenant } from '../core/start.ts';

let tenant: Tenant;
let token: string;
beforeEach(async () => {
  tenant = await smallTenant();
  token = await appToken(tenant, ['User.Read.All', 'Application.Read.All']);
});

const messageOf = (json: Json) => (json['error'] as { message?: string } | undefined)?.message;
const eventual = { headers: { ConsistencyLevel: 'eventual' } };

describe('queries the directory refuses', () => {
  it.each([
    ['/users?$select=id,nonsense', 'BadRequest', "'nonsense' on type 'microsoft.graph.user'"],
    ['/users?$expand=nonsense', 'BadRequest', "'nonsense' on type 'microsoft.graph.user'"],
    [
      "/users?$filter=nonsense eq 'x'",
      'BadRequest',
      'Invalid filter clause: Could not find a property named',
    ],
    ["/users?$filter=startswith(nonsense,'x')", 'BadRequest', 'Invalid filter clause'],
    ['/users?$orderby=nonsense', 'BadRequest', "'nonsense' on type"],
    ["/applications?$filter=nonsense eq 'x'", 'BadRequest', "'microsoft.graph.application'"],
    ['/users?$skip=1', 'BadRequest', "'$skip' is not supported"],
    ['/users/$count', 'Request_BadRequest', '$count is not currently supported.'],
    [
      "/users?$filter=startswith(displayName,'A')&$orderby=displayName",
      'Request_UnsupportedQuery',
      'Sorting',
    ],
  ])('%s', async (path, code, words) => {
    const { status, json } = await call(tenant, token, path);
    expect([status, errorCode(json)]).toEqual([400, code]);
    expect(messageOf(json)).toContain(words);
  });

  it('a search without property and quotes', async () => {
    const { status, json } = await call(tenant, token, '/users?$search=ada', eventual);
    expect([status, errorCode(json)]).toEqual([400, 'Request_BadRequest']);
  });
});

describe('a search', () => {
  it.each([
    ['"displayName:a"', ['Ada Admin', 'Amy Adams']],
    ['"displayName:ad" AND "displayName:amy"', ['Amy Adams']],
    ['"displayName:amy" OR "displayName:carl"', ['Amy Adams', 'Carl Cloud']],
    ['"displayName:a" AND ("mail:carl" OR "mail:amy")', ['Amy Adams']],
    ['"userPrincipalName:carl@con"', ['Carl Cloud']],
  ])('%s finds by the starts of words', async (search, names) => {
    const path = `/users?$search=${encodeURIComponent(search)}&$orderby=displayName&$count=true`;
    const { json } = await call(tenant, token, path, eventual);
    expect((json['value'] as Json[]).map((user) => user['displayName'])).toEqual(names);
  });

  it.each(['"displayName:a" AND', '("displayName:a"', '"displayName:a" "mail:b"', '"'])(
    '%s is none',
    async (search) => {
      const path = `/users?$search=${encodeURIComponent(search)}`;
      expect((await call(tenant, token, path, eventual)).status).toBe(400);
    },
  );
});

it('takes what users have although nobody here has it, in any case, and names inside a lambda', async () => {
  const names = '$select=ID,displayname,City,schools,manager';
  const found = await call(tenant, token, `/users?$top=1&${names}`);
  const { id, displayName, ...others } = (found.json['value'] as Json[])[0] ?? {};
  expect([typeof id, typeof displayName, others]).toEqual(['string', 'string', { city: null, schools: [] }]);
  const lambda = '/users?$filter=assignedLicenses/any(x:x/skuId eq 11111111-1111-1111-1111-111111111111)';
  expect((await call(tenant, token, lambda)).status).toBe(200);
  const sorted = await call(
    tenant,
    token,
    "/users?$filter=startswith(displayName,'A')&$orderby=displayName&$count=true",
    eventual,
  );
  expect(sorted.status).toBe(200);
  const count = await tenant.fetch(
    new Request('https://graph.microsoft.com/v1.0/users/$count', {
      headers: { Authorization: `Bearer ${token}`, ConsistencyLevel: 'eventual' },
    }),
  );
  expect(await count.text()).toBe(String(tenant.world.directory.users().length));
});

describe('/users/delta', () => {
  const round = async (start: string) => {
    const seen: string[] = [];
    for (let path = start; ;) {
      const { status, json } = await call(tenant, token, path);
      expect(status).toBe(200);
      seen.push(...(json['value'] as Json[]).map((user) => String(user['displayName'])));
      if (json['@odata.deltaLink']) return { seen, link: String(json['@odata.deltaLink']) };
      path = String(json['@odata.nextLink']);
    }
  };

  it('gives everybody once, then who changed, in what was selected', async () => {
    const first = await round('/users/delta?$select=displayName&$top=2');
    expect(first.seen.sort()).toEqual(
      tenant.world.directory
        .users()
        .map((user) => user.displayName)
        .sort(),
    );
    expect((await round(first.link)).seen).toEqual([]);
    const admin = await appToken(tenant, ['User.ReadWrite.All']);
    const change = { method: 'PATCH', body: { displayName: 'Amy Byron' } };
    await call(tenant, admin, '/users/amy@contoso.example', change);
    expect((await round(first.link)).seen).toEqual(['Amy Byron']);
    const { json } = await call(tenant, token, '/users/delta?$deltatoken=latest');
    expect(json['value']).toEqual([]);
  });

  it('forgets after seven days and tells where to begin anew', async () => {
    const { link } = await round('/users/delta');
    tenant.world.clock.advance(7 * 24 * 3600 * 1000 + 1);
    token = await appToken(tenant, ['User.Read.All']);
    const { status, json, response } = await call(tenant, token, link);
    expect([status, errorCode(json)]).toEqual([410, 'syncStateNotFound']);
    expect((await round(response.headers.get('Location') ?? '')).seen.length).toBeGreaterThan(0);
  });
});
