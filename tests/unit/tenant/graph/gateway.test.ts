import { beforeEach, describe, expect, it } from 'vitest';
import { clientIds } from '../../../tenant/entra/known-clients.ts';
import type { Tenant } from '../../../tenant/tenant.ts';
import { appToken, call, errorCode, graph, page, uniqueId, userToken } from '../core/clients.ts';
import { admin, amy, smallTenant } from '../core/start.ts';

let tenant: Tenant;
beforeEach(async () => {
  tenant = await smallTenant();
});

const mail = { clientId: clientIds.registrator, scope: 'openid User.Read Mail.Read', upn: amy };

describe('cross-origin', () => {
  it('answers a preflight without looking at a token', async () => {
    const response = await tenant.fetch(
      new Request(`${graph}/me`, {
        method: 'OPTIONS',
        headers: {
          Origin: page,
          'Access-Control-Request-Method': 'GET',
          'Access-Control-Request-Headers': 'authorization,prefer',
        },
      }),
    );
    expect(response.status).toBe(200);
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    expect(response.headers.get('access-control-allow-headers')).toBe('authorization,prefer');
    expect(tenant.world.ledger.counts()).toMatchObject({ preflights: 1, exchanges: 0, totalUnits: 0 });
  });

  it('exposes Retry-After only when switched on, and nothing to callers without an origin', async () => {
    const token = await appToken(tenant, ['User.Read.All']);
    const exposed = async () =>
      (await call(tenant, token, '/users', { headers: { Origin: page } })).response.headers.get(
        'access-control-expose-headers',
      );
    expect(await exposed()).toContain('request-id');
    expect(await exposed()).not.toContain('Retry-After');
    tenant.world.switches.retryAfter = 'exposed';
    expect(await exposed()).toContain('Retry-After');
    const plain = await call(tenant, token, '/users');
    expect(plain.response.headers.has('access-control-allow-origin')).toBe(false);
  });
});

describe('ids', () => {
  it('echoes the client’s id in header and error, and makes its own', async () => {
    const id = uniqueId();
    const { response, json } = await call(tenant, 'bad', '/users', { headers: { 'client-request-id': id } });
    const inner = (json['error'] as { innerError: Record<string, string> }).innerError;
    expect(response.headers.get('client-request-id')).toBe(id);
    expect(inner['client-request-id']).toBe(id);
    expect(inner['request-id']).toBe(response.headers.get('request-id'));
    expect(inner['date']).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/);
    expect(response.headers.get('x-ms-ags-diagnostic')).toContain('ServerInfo');
  });

  it('does not echo what is no id', async () => {
    const { response } = await call(tenant, 'bad', '/users', { headers: { 'client-request-id': 'x' } });
    expect(response.headers.get('client-request-id')).toBe(response.headers.get('request-id'));
  });
});

describe('tokens', () => {
  const refusal = async (authorization: string | undefined) => {
    const headers = authorization === undefined ? {} : { Authorization: authorization };
    const response = await tenant.fetch(new Request(`${graph}/users`, { headers }));
    return { status: response.status, header: response.headers.get('www-authenticate') };
  };

  it('must be there, well formed, ours and unchanged', async () => {
    const token = await appToken(tenant, ['User.Read.All']);
    const [header = '', claims = '', signature = ''] = token.split('.');
    const more = Buffer.from(claims, 'base64url').toString().replace('User.Read.All', 'Mail.ReadWrite');
    const forged = [header, Buffer.from(more).toString('base64url'), signature].join('.');
    const unsigned = [Buffer.from('{"alg":"none"}').toString('base64url'), claims, ''].join('.');
    for (const bad of [undefined, 'Bearer', 'Bearer x', `Bearer ${forged}`, `Bearer ${unsigned}`]) {
      expect(await refusal(bad)).toMatchObject({
        status: 401,
        header: expect.stringContaining('authorization_uri'),
      });
    }
    expect((await call(tenant, token, '/users')).status).toBe(200);
  });

  it('expire with the tenant’s clock', async () => {
    const token = await appToken(tenant, ['User.Read.All']);
    tenant.world.clock.advance(3600_000);
    const { status, json } = await call(tenant, token, '/users');
    expect([status, errorCode(json)]).toEqual([401, 'InvalidAuthenticationToken']);
  });

  it('stay good when the signing key rotates', async () => {
    const token = await appToken(tenant, ['User.Read.All']);
    tenant.world.entra.rotateKeys();
    expect((await call(tenant, token, '/users')).status).toBe(200);
    expect((await call(tenant, await appToken(tenant, ['User.Read.All']), '/users')).status).toBe(200);
  });

  it('are challenged after a revocation', async () => {
    const token = await userToken(tenant, mail);
    tenant.world.clock.advance(2000);
    tenant.world.entra.revokedBefore.set(
      tenant.world.directory.user(amy)?.id ?? '',
      tenant.world.clock.now(),
    );
    const { status, response } = await call(tenant, token, '/me');
    const header = response.headers.get('www-authenticate') ?? '';
    const claims = /claims="([^"]+)"/.exec(header)?.[1] ?? '';
    expect(status).toBe(401);
    expect(header).toContain('error="insufficient_claims"');
    expect(JSON.parse(Buffer.from(claims, 'base64').toString())).toHaveProperty(
      'access_token.nbf.essential',
      true,
    );
  });
});

describe('/me', () => {
  it('is the signed-in user', async () => {
    const { json } = await call(tenant, await userToken(tenant, mail), '/me');
    expect(json['userPrincipalName']).toBe(amy);
    const folders = await call(tenant, await userToken(tenant, mail), '/me/mailFolders');
    expect(folders.status).toBe(200);
  });

  it('means nothing to an app', async () => {
    const { status, json } = await call(tenant, await appToken(tenant, ['User.Read.All']), '/me');
    expect([status, errorCode(json)]).toEqual([400, 'BadRequest']);
  });
});

describe('errors', () => {
  it.each([
    ['/users/amy@contoso.example/messages', 'ErrorAccessDenied'],
    ['/users/amy@contoso.example/drive', 'accessDenied'],
    ['/subscribedSkus', 'Authorization_RequestDenied'],
  ])('word a missing permission as the service of %s does', async (path, code) => {
    const { status, json } = await call(tenant, await appToken(tenant, ['Domain.Read.All']), path);
    expect([status, errorCode(json)]).toEqual([403, code]);
  });

  it('keep people out of each other’s mailboxes, administrators too', async () => {
    const token = await userToken(tenant, { ...mail, upn: admin, scope: 'openid Mail.Read Files.Read.All' });
    const others = `/users/${amy}`;
    expect(errorCode((await call(tenant, token, `${others}/messages`)).json)).toBe('ErrorAccessDenied');
    expect(errorCode((await call(tenant, token, `${others}/drive`)).json)).toBe('accessDenied');
  });

  it('name the segment nobody answers to', async () => {
    const { status, json } = await call(tenant, await appToken(tenant), '/nothing/here');
    expect([status, errorCode(json)]).toEqual([400, 'BadRequest']);
  });
});

it('takes keys in brackets, names in any case and the beta version', async () => {
  const token = await appToken(tenant, ['User.Read.All', 'Application.Read.All']);
  for (const path of [`/users('${amy}')`, `/USERS/${encodeURIComponent(amy)}`]) {
    expect((await call(tenant, token, path)).json['userPrincipalName']).toBe(amy);
  }
  const byAppId = "/servicePrincipals(appId='00000003-0000-0000-c000-000000000000')?$select=id,appId";
  expect((await call(tenant, token, byAppId)).json['appId']).toBe('00000003-0000-0000-c000-000000000000');
  expect((await call(tenant, token, `https://graph.microsoft.com/beta/users/${amy}`)).status).toBe(200);
});

it('keeps a mailbox busy as long as an answer takes, and refuses the fifth at once', async () => {
  const token = await appToken(tenant, ['Mail.Read']);
  tenant.world.pace.latencyMs = 50;
  const folders = () => call(tenant, token, `/users/${amy}/mailFolders`);
  const answers = await Promise.all(Array.from({ length: 5 }, folders));
  const refused = answers.filter((one) => one.status === 429);
  expect(refused.map((one) => errorCode(one.json))).toEqual(['ApplicationThrottled']);
  expect((await folders()).status).toBe(200);
});

it('says so where an address does not take a method', async () => {
  const token = await appToken(tenant, ['User.ReadWrite.All', 'Mail.ReadWrite', 'Files.ReadWrite.All']);
  const drive = tenant.world.drives.all()[0]?.id ?? '';
  for (const path of [
    '/users',
    `/users/${amy}/messages`,
    `/drives/${drive}`,
    `/drives/${drive}/root/children`,
  ]) {
    const { status, json } = await call(tenant, token, path, { method: 'PUT', body: {} });
    expect([path, status, errorCode(json)]).toEqual([path, 405, 'BadRequest']);
  }
  expect((await call(tenant, token, '/nonsense', { method: 'PUT', body: {} })).status).toBe(400);
});

it('spells the type of JSON as each service does, and names the protocol where Outlook does not', async () => {
  const token = await appToken(tenant, ['User.Read.All', 'Mail.Read']);
  const { headers: directory } = (await call(tenant, token, '/users')).response;
  expect(directory.get('odata-version')).toBe('4.0');
  expect(directory.get('content-type')).toMatch(/^application\/json;odata\.metadata=minimal;/);
  const { headers: mailbox } = (await call(tenant, token, `/users/${amy}/messages`)).response;
  expect(mailbox.has('odata-version')).toBe(false);
  expect(mailbox.get('content-type')).toMatch(/^application\/json; odata\.metadata=minimal; /);
});
