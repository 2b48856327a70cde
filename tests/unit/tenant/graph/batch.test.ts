import { beforeEach, describe, expect, it } from 'vitest';
import type { Tenant } from '../../../tenant/tenant.ts';
import { appToken, call, errorCode, type Json } from '../core/clients.ts';
import { amy, smallTenant } from '../core/start.ts';

interface Part {
  id: string;
  status: number;
  headers: Record<string, string>;
  body?: unknown;
}

let tenant: Tenant;
let token: string;
beforeEach(async () => {
  tenant = await smallTenant();
  token = await appToken(tenant, ['User.Read.All', 'Mail.ReadWrite', 'Files.ReadWrite.All']);
});

const batch = async (requests: Json[]) => {
  const { status, json } = await call(tenant, token, '/$batch', { method: 'POST', body: { requests } });
  const parts = (json['responses'] ?? []) as Part[];
  return { status, json, part: (id: string) => parts.find((one) => one.id === id), parts };
};

const get = (id: string, url: string, more: Json = {}) => ({ id, method: 'GET', url, ...more });

describe('a batch', () => {
  it('answers each part, in an order of its own', async () => {
    const requests = Array.from({ length: 20 }, (_, i) => get(String(i), `/users/${amy}`));
    const orders = new Set<string>();
    for (let round = 0; round < 5; round++)
      orders.add((await batch(requests)).parts.map((one) => one.id).join());
    expect(orders.size).toBeGreaterThan(1);
    expect([...orders][0]?.split(',').toSorted()).toEqual(requests.map((one) => one.id).toSorted());
  });

  it.each([
    ['21 parts', Array.from({ length: 21 }, (_, i) => get(String(i), '/users'))],
    ['no parts', []],
    ['an id twice', [get('1', '/users'), get('1', '/users')]],
    ['a dependency on nobody', [get('1', '/users', { dependsOn: ['7'] })]],
    ['an absolute address', [get('1', 'https://graph.microsoft.com/v1.0/users')]],
    ['a body without its type', [{ id: '1', method: 'POST', url: '/users', body: {} }]],
  ])('is refused with %s', async (_, requests) => {
    const { status, json } = await batch(requests);
    expect([status, errorCode(json)]).toEqual([400, 'BadRequest']);
  });

  it('does not run what depends on a failure', async () => {
    const { part } = await batch([
      get('1', '/users/nobody'),
      get('2', `/users/${amy}`, { dependsOn: ['1'] }),
      get('3', `/users/${amy}`, { dependsOn: ['2'] }),
      get('4', `/users/${amy}`),
    ]);
    expect([1, 2, 3, 4].map((id) => part(String(id))?.status)).toEqual([404, 424, 424, 200]);
  });

  it('shows the addresses of redirects and carries bytes as base64', async () => {
    const { world } = tenant;
    const drive = world.drives.driveOfUser(world.directory.user(amy)?.id ?? '') ?? '';
    const item = world.drives.put(drive, '/a.txt', Buffer.from('hello'));
    const mime = Buffer.from('Subject: Hi\r\nFrom: a@b.c\r\n\r\nText\r\n');
    const message = world.mail.deliver(world.directory.user(amy)?.id ?? '', 'Inbox', mime);
    const { part } = await batch([
      get('file', `/drives/${drive}/items/${item}/content`),
      get('mime', `/users/${amy}/messages/${message}/$value`, {
        headers: { Prefer: 'IdType="ImmutableId"' },
      }),
    ]);
    expect(part('file')).toMatchObject({
      status: 302,
      headers: { Location: expect.stringContaining('sharepoint.com') },
    });
    expect(Buffer.from(String(part('mime')?.body), 'base64')).toEqual(mime);
  });

  it('runs bodies with their own headers', async () => {
    const headers = { 'Content-Type': 'application/json' };
    const folder = { displayName: 'From a batch' };
    const { part } = await batch([
      { id: '1', method: 'POST', url: `/users/${amy}/mailFolders`, headers, body: folder },
    ]);
    expect(part('1')).toMatchObject({ status: 201, body: { displayName: 'From a batch' } });
  });

  it('lets no more than four parts at once to a mailbox, and never throttles itself', async () => {
    const { parts } = await batch(
      Array.from({ length: 20 }, (_, i) => get(String(i), `/users/${amy}/mailFolders`)),
    );
    expect(parts.map((one) => one.status)).toEqual(Array.from({ length: 20 }, () => 200));
  });

  it('throttles parts inside, with a wait everybody can read', async () => {
    tenant.world.throttle.limits.outlookPer10Minutes = 2;
    const { status, parts } = await batch(
      Array.from({ length: 4 }, (_, i) => get(String(i), `/users/${amy}/mailFolders`)),
    );
    const refused = parts.filter((one) => one.status === 429);
    expect(status).toBe(200);
    expect(refused).toHaveLength(2);
    expect(Number(refused[0]?.headers['Retry-After'])).toBeGreaterThan(0);
  });

  it('counts each part as a unit and the whole as one exchange', async () => {
    tenant.world.ledger.reset();
    await batch([get('1', `/users/${amy}`), get('2', '/users/nobody')]);
    expect(tenant.world.ledger.counts()).toEqual({
      exchanges: 1,
      preflights: 0,
      totalUnits: 2,
      units: {
        'GET graph.microsoft.com/users/{id} 200': 1,
        'GET graph.microsoft.com/users/{id} 404': 1,
      },
    });
  });
});
