import { beforeEach, describe, expect, it } from 'vitest';
import type { Tenant } from '../../../tenant/tenant.ts';
import type { TenantState } from '../../../tenant/oracle/state.ts';
import { clientIds } from '../../../tenant/entra/known-clients.ts';
import {
  appToken,
  call,
  errorCode,
  page,
  redeemCode,
  signIn,
  tokenRequest,
  type Json,
} from '../core/clients.ts';
import { admin, amy, smallTenant } from '../core/start.ts';

let tenant: Tenant;
beforeEach(async () => {
  tenant = await smallTenant();
});

const ask = async (path: string, body?: unknown, method = body === undefined ? 'GET' : 'POST') => {
  const init = { method, body: body === undefined ? null : JSON.stringify(body) };
  const response = await tenant.fetch(new Request(`${tenant.oracle}${path}`, init));
  const text = await response.text();
  return { status: response.status, json: (text ? JSON.parse(text) : {}) as Json };
};

const fill = () => {
  const { world } = tenant;
  const id = world.directory.user(amy)?.id ?? '';
  const drive = world.drives.driveOfUser(id) ?? '';
  const mime = (subject: string) =>
    Buffer.from(`Subject: ${subject}\r\nMessage-ID: <${subject}@x>\r\n\r\nText\r\n`);
  world.mail.deliver(id, 'Inbox', mime('one'));
  world.mail.deliver(id, 'Inbox/Projects', mime('two'));
  world.drives.put(drive, '/Documents/a.txt', Buffer.from('a'));
  return { id, drive };
};

const amyIn = (json: Json) =>
  (json as unknown as TenantState).users.find((user) => user.userPrincipalName === amy);

describe('/state', () => {
  it('lists every item with its hash, and no mailbox or drive where there is none', async () => {
    fill();
    const { json } = await ask('/state');
    const state = amyIn(json);
    expect(json['tenantId']).toBe(tenant.tenantId);
    expect(state?.mail?.messages.map((one) => [one.folderPath, one.subject])).toEqual([
      ['Inbox', 'one'],
      ['Inbox/Projects', 'two'],
    ]);
    expect(state?.mail?.messages[0]?.sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(state?.drive?.items.map((item) => [item.path, item.kind])).toContainEqual([
      '/Documents/a.txt',
      'file',
    ]);
    expect((json as unknown as TenantState).users.at(-1)).toMatchObject({ mail: null, drive: null });
  });
});

describe('/delete', () => {
  it('deletes for real: single items, a folder, everything', async () => {
    fill();
    const before = amyIn((await ask('/state')).json);
    const file = before?.drive?.items.find((item) => item.kind === 'file')?.id;
    const done = await ask('/delete', { user: amy, mail: [before?.mail?.messages[0]?.id], files: [file] });
    expect(done.json).toEqual({ messages: 1, files: 1, folders: 0, tasks: 0 });
    expect((await ask('/delete', { user: amy, folder: 'Inbox/Projects' })).json).toMatchObject({
      folders: 1,
    });
    const after = amyIn((await ask('/state')).json);
    expect(after?.mail?.messages).toEqual([]);
    expect(after?.drive?.items.map((item) => item.kind)).not.toContain('file');
    fill();
    expect((await ask('/delete', { user: amy, mail: 'all' })).json).toMatchObject({ messages: 2 });
  });

  it('deletes tasks', async () => {
    const box = tenant.world.todo.box(tenant.world.directory.user(amy)?.id ?? '');
    const [list] = box.lists.values();
    if (list) for (const title of ['one', 'two', 'three']) box.addTask(list, { title });
    const tasks = async () => amyIn((await ask('/state')).json)?.tasks?.[0]?.tasks ?? [];
    const first = (await tasks())[0]?.id;
    expect((await ask('/delete', { user: amy, tasks: [first, first] })).json).toMatchObject({ tasks: 1 });
    expect((await tasks()).map((task) => task.title)).toEqual(['two', 'three']);
    expect((await ask('/delete', { user: amy, tasks: 'all' })).json).toMatchObject({ tasks: 2 });
  });

  it.each([
    ['nobody', { user: 'nobody' }],
    ['a site nobody knows', { site: 'Nowhere' }],
    ['no list', { user: amy, mail: 'some' }],
  ])('refuses %s', async (_, body) => {
    expect((await ask('/delete', body)).status).toBe(400);
  });
});

describe('/switches', () => {
  it('sets switches, delays, limits and latency', async () => {
    const { json } = await ask('/switches', {
      switches: { accessAsUser: 'refused' },
      replication: { grantMs: 10 },
      pace: { latencyMs: 5 },
      limits: { outlookConcurrent: null },
    });
    expect(json).toMatchObject({
      switches: { accessAsUser: 'refused' },
      limits: { outlookConcurrent: null },
    });
    expect(tenant.world.replication.grantMs).toBe(10);
    expect(tenant.world.pace.latencyMs).toBe(5);
    await ask('/switches', { limits: 'none' });
    expect(tenant.world.throttle.limits.filesUnitsPerMinute).toBeNull();
    await ask('/switches', { limits: 'published' });
    expect(tenant.world.throttle.limits.outlookConcurrent).toBe(4);
  });

  it.each([
    [{ switches: { accessAsUser: 'maybe' } }],
    [{ switches: { unknown: 'x' } }],
    [{ limits: { outlookConcurrent: -1 } }],
    [{ replication: { grantMs: 'long' } }],
    [{ weather: { sunny: true } }],
  ])('refuses %j and changes nothing', async (body) => {
    const before = await ask('/switches');
    expect((await ask('/switches', body)).status).toBe(400);
    expect((await ask('/switches')).json).toEqual(before.json);
  });
});

it('moves the clock', async () => {
  const before = tenant.world.clock.now();
  await ask('/clock', { advanceMs: 60_000 });
  expect(tenant.world.clock.now() - before).toBeGreaterThanOrEqual(60_000);
  expect((await ask('/clock', {})).status).toBe(400);
});

it('revokes, after which a token is challenged', async () => {
  const token = await appToken(tenant, ['User.Read.All']);
  const app = tenant.world.directory.apps.applications()[0];
  tenant.world.clock.advance(2000);
  await ask('/revoke', { who: app?.appId });
  expect((await call(tenant, token, '/users')).status).toBe(401);
  expect((await ask('/revoke', { who: 'nobody' })).status).toBe(400);
});

it('takes back a consent: the app is known, and gets no token any more', async () => {
  const registrator = {
    clientId: clientIds.registrator,
    scope: 'openid offline_access User.Read',
    upn: admin,
  };
  const { refresh_token } = (await (await redeemCode(tenant, registrator)).response.json()) as Json;
  expect((await ask('/withdraw', { appId: clientIds.registrator })).json).toEqual({ withdrawn: 1 });
  const form = { grant_type: 'refresh_token', client_id: clientIds.registrator, scope: registrator.scope };
  const again = { ...form, refresh_token: String(refresh_token) };
  const answer = (await (await tokenRequest(tenant, again, { Origin: page })).json()) as Json;
  expect(answer).toMatchObject({ error_codes: [65001], suberror: 'consent_required' });
  const { values } = await signIn(tenant, { ...registrator, more: { prompt: 'none' } });
  expect(values.get('error')).toBe('interaction_required');
  expect((await ask('/withdraw', { appId: 'none' })).status).toBe(400);
});

it('shows and forgets what was counted, and does not count itself', async () => {
  await call(tenant, await appToken(tenant, ['User.Read.All']), '/users');
  const { json } = await ask('/requests');
  expect(json).toMatchObject({ exchanges: 2, totalUnits: 2 });
  expect(json['units']).toHaveProperty('GET graph.microsoft.com/users 200', 1);
  await ask('/requests', undefined, 'DELETE');
  expect((await ask('/requests')).json).toMatchObject({ exchanges: 0, totalUnits: 0 });
});

describe('/faults', () => {
  const set = (rules: unknown) => ask('/faults', rules);
  let token: string;
  beforeEach(async () => {
    token = await appToken(tenant, ['User.Read.All', 'Mail.Read']);
  });
  const statuses = async (path: string, count: number) => {
    const seen: number[] = [];
    for (let i = 0; i < count; i++) seen.push((await call(tenant, token, path)).status);
    return seen;
  };

  it('hit the nth, every nth, or so many calls', async () => {
    const answer = { status: 503 };
    await set([{ match: { route: '/users', nth: 2 }, answer }]);
    expect(await statuses('/users', 3)).toEqual([200, 503, 200]);
    await set([{ match: { route: '/users', every: 2 }, answer }]);
    expect(await statuses('/users', 4)).toEqual([200, 503, 200, 503]);
    await set([{ match: { route: '/users', times: 1 }, answer }]);
    expect(await statuses('/users', 2)).toEqual([503, 200]);
    expect((await ask('/faults')).json['rules']).toMatchObject([{ hits: 1 }]);
    await ask('/faults', undefined, 'DELETE');
    expect(await statuses('/users', 1)).toEqual([200]);
  });

  it('match by shape, by path, by method and by host', async () => {
    await set([
      { match: { method: 'GET', route: '/users/*/messages/**' }, answer: { status: 504 } },
      { match: { route: `/users/${amy}` }, answer: { status: 500 } },
      { match: { host: 'login.microsoftonline.com' }, answer: { status: 400 } },
    ]);
    expect(await statuses('/users/x/messages/1/attachments', 1)).toEqual([504]);
    expect(await statuses(`/users/${amy}`, 1)).toEqual([500]);
    expect(await statuses('/users', 1)).toEqual([200]);
    const login = await tenant.fetch(
      new Request('https://login.microsoftonline.com/common/discovery/v2.0/keys'),
    );
    expect(login.status).toBe(400);
  });

  it('answer as scripted: codes, headers, bodies, nothing at all', async () => {
    const refuse = (answer: Json) => set([{ answer }]);
    await refuse({ status: 429, code: 'TooManyRequests', message: 'Slow', headers: { 'Retry-After': '7' } });
    const { response, json } = await call(tenant, token, '/users');
    expect([response.headers.get('retry-after'), errorCode(json)]).toEqual(['7', 'TooManyRequests']);
    await refuse({ status: 503, emptyBody: true });
    expect(await (await call(tenant, token, '/users')).response.text()).toBe('');
    await refuse({ status: 410, body: { error: { code: 'resyncRequired', message: '' } } });
    expect(errorCode((await call(tenant, token, '/users')).json)).toBe('resyncRequired');
  });

  it('break connections and cut bodies', async () => {
    await set([{ match: { nth: 1 }, answer: { reset: true } }]);
    await expect(call(tenant, token, '/users')).rejects.toThrow('reset');
    await set([{ match: { nth: 1 }, answer: { truncateAt: 10 } }]);
    const headers = { Authorization: `Bearer ${token}` };
    const response = await tenant.fetch(new Request('https://graph.microsoft.com/v1.0/users', { headers }));
    expect(response.status).toBe(200);
    await expect(response.text()).rejects.toThrow('reset');
  });

  it('reach into a batch', async () => {
    await set([{ match: { route: '/users/{id}', nth: 1 }, answer: { status: 503 } }]);
    const requests = [1, 2].map((id) => ({ id: String(id), method: 'GET', url: `/users/${amy}` }));
    const { status, json } = await call(tenant, token, '/$batch', { method: 'POST', body: { requests } });
    const inner = (json['responses'] as { status: number }[]).map((one) => one.status).toSorted();
    expect([status, inner]).toEqual([200, [200, 503]]);
  });

  it('must be rules', async () => {
    expect((await set([{ match: {} }])).status).toBe(400);
    expect((await set([{ match: 'all', answer: { status: 500 } }])).status).toBe(400);
  });
});
