import { beforeEach, describe, expect, test } from 'vitest';
import { amy, bao, createMailTenant, eml, wholeRound, type MailTenant } from './mail-tenant.ts';

const user = `/users/${amy.id}`;
const inbox = `${user}/mailFolders/inbox/messages/delta`;
const archive = `${user}/mailFolders/archive/messages/delta`;
const immutable = { Prefer: 'IdType="ImmutableId"' };
const pages = (size: number) => ({ Prefer: `IdType="ImmutableId", odata.maxpagesize=${size}` });
let tenant: MailTenant;

beforeEach(() => {
  tenant = createMailTenant();
});

const deliver = (subject: string, day = 1, folder = 'Inbox') =>
  tenant.mail.deliver(amy.id, folder, eml({ Subject: subject }), {
    receivedDateTime: new Date(Date.UTC(2026, 2, day)).toISOString(),
  });
const subjects = (items: { subject: string }[]): string[] => items.map((item) => item.subject);

describe('a first round', () => {
  test('gives everything in pages of the size asked for, once', async () => {
    const ids = Array.from({ length: 25 }, (_, index) => deliver(`m${index}`));
    const round = await wholeRound(tenant, `${inbox}?$select=subject`, pages(10));
    expect(round.pages).toBe(3);
    expect(round.items.map((item) => item.id)).toEqual(ids);
    expect(Object.keys(round.items[0])).toEqual(['@odata.type', '@odata.etag', 'id', 'subject']);
    expect(round.deltaLink).toMatch(
      /^https:\/\/graph\.microsoft\.com\/v1\.0\/users\('[\w-]+'\)\/mailFolders\('[\w=-]+'\)\/messages\/delta\?\$deltatoken=/,
    );
    const { json } = await tenant.call('GET', inbox);
    expect(json['@odata.context']).toBe('https://graph.microsoft.com/v1.0/$metadata#Collection(message)');
    expect(json.value[0]['@odata.type']).toBe('#microsoft.graph.message');
    expect(json.value).toHaveLength(10);
  });

  test('goes newest first where that is asked for, and misses nothing that happens meanwhile', async () => {
    for (let day = 1; day <= 5; day++) deliver(`d${day}`, day);
    const first = await tenant.call('GET', `${inbox}?$orderby=receivedDateTime desc&$select=subject`, {
      headers: pages(2),
    });
    expect(subjects(first.json.value)).toEqual(['d5', 'd4']);
    deliver('late', 28);
    const rest = await wholeRound(tenant, first.json['@odata.nextLink'], pages(2));
    expect(subjects(rest.items)).toEqual(['d3', 'd2', 'd1']);
    expect(subjects((await wholeRound(tenant, rest.deltaLink)).items)).toEqual(['late']);
  });

  test('shows what came, and takes back what went, while it was running', async () => {
    const ids = Array.from({ length: 6 }, (_, index) => deliver(`m${index}`));
    const first = await tenant.call('GET', inbox, { headers: pages(2) });
    tenant.mail.remove(amy.id, ids[0] ?? '');
    tenant.mail.remove(amy.id, ids[5] ?? '');
    const added = deliver('new');
    const rest = await wholeRound(tenant, first.json['@odata.nextLink'], pages(2));
    const seen = new Map([...first.json.value, ...rest.items].map((item) => [item.id, item['@removed']]));
    const left = [...seen].filter(([, removed]) => !removed).map(([id]) => id);
    expect(left).toEqual([...ids.slice(1, 5), added]);
  });

  test('of a filter gives at most the newest 5,000', async () => {
    for (let index = 0; index < 5_010; index++) deliver(`m${index}`, 1 + (index % 300));
    const round = await wholeRound(
      tenant,
      `${inbox}?$select=id&$filter=receivedDateTime ge 2026-03-01T00:00:00Z`,
      pages(1_000),
    );
    expect(round.items).toHaveLength(5_000);
    const narrow = await wholeRound(
      tenant,
      `${inbox}?$select=receivedDateTime&$filter=receivedDateTime gt 2026-12-20T00:00:00Z`,
      pages(100),
    );
    expect(narrow.items.every((item) => item.receivedDateTime > '2026-12-20')).toBe(true);
    expect(narrow.items.length).toBeGreaterThan(0);
  });
});

describe('later rounds', () => {
  let link: string;
  let id: string;
  beforeEach(async () => {
    id = deliver('a');
    link = (await wholeRound(tenant, `${inbox}?$select=subject,isRead,categories`, immutable)).deltaLink;
  });
  const changes = async (from = link) => wholeRound(tenant, from, immutable);

  test('are empty where nothing happened', async () => {
    const round = await changes();
    expect(round.items).toEqual([]);
    expect((await changes(round.deltaLink)).items).toEqual([]);
  });

  test('give a changed message whole', async () => {
    await tenant.call('PATCH', `${user}/messages/${id}`, { body: { categories: ['x'] } });
    expect((await changes()).items).toMatchObject([{ id, subject: 'a', categories: ['x'] }]);
  });

  test('give a read flag alone, and only to who selected it', async () => {
    const other = (await wholeRound(tenant, `${inbox}?$select=subject`, immutable)).deltaLink;
    await tenant.call('PATCH', `${user}/messages/${id}`, { body: { isRead: true } });
    const { items } = await changes();
    expect(items).toEqual([
      { '@odata.type': '#microsoft.graph.message', '@odata.etag': expect.any(String), id, isRead: true },
    ]);
    expect((await changes(other)).items).toEqual([]);
  });

  test('give the whole message where the flag followed another change', async () => {
    await tenant.call('PATCH', `${user}/messages/${id}`, { body: { categories: ['x'] } });
    await tenant.call('PATCH', `${user}/messages/${id}`, { body: { isRead: true } });
    expect((await changes()).items).toMatchObject([{ id, subject: 'a', categories: ['x'], isRead: true }]);
  });

  test('tell a deletion', async () => {
    tenant.mail.remove(amy.id, id);
    expect((await changes()).items).toEqual([
      { '@odata.type': '#microsoft.graph.message', id, '@removed': { reason: 'deleted' } },
    ]);
  });

  test('tell a move as a removal here and an addition there, under one immutable id', async () => {
    const there = (await wholeRound(tenant, archive, immutable)).deltaLink;
    await tenant.call('POST', `${user}/messages/${id}/move`, { body: { destinationId: 'archive' } });
    expect((await changes()).items).toMatchObject([{ id, '@removed': { reason: 'deleted' } }]);
    expect((await changes(there)).items).toMatchObject([{ id, subject: 'a' }]);
    const back = await changes();
    await tenant.call('POST', `${user}/messages/${id}/move`, { body: { destinationId: 'inbox' } });
    expect((await changes(back.deltaLink)).items).toMatchObject([{ id, subject: 'a' }]);
    expect((await changes()).items).toMatchObject([{ id, subject: 'a' }]);
  });

  test('leave out what came and went between two rounds', async () => {
    tenant.mail.remove(amy.id, deliver('short'));
    expect((await changes()).items).toEqual([]);
  });

  test('give the kind of ids each request asks for', async () => {
    deliver('b');
    const { items } = await wholeRound(tenant, link);
    expect(items[0].id).toMatch(/^AAMk/);
  });

  test('can be told to give one kind of change', async () => {
    const start = async (type: string) =>
      (await wholeRound(tenant, `${inbox}?changeType=${type}`, immutable)).deltaLink;
    const [created, updated, deleted] = [
      await start('created'),
      await start('updated'),
      await start('deleted'),
    ];
    const added = deliver('b');
    await tenant.call('PATCH', `${user}/messages/${id}`, { body: { categories: ['x'] } });
    const ids = async (from: string) => (await changes(from)).items.map((item) => item.id);
    expect([await ids(created), await ids(updated), await ids(deleted)]).toEqual([[added], [id], []]);
  });
});

describe('tokens', () => {
  test('belong to one folder of one mailbox', async () => {
    const { deltaLink } = await wholeRound(tenant, inbox);
    const token = deltaLink.slice(deltaLink.indexOf('?'));
    for (const place of [
      archive,
      `/users/${bao.id}/mailFolders/inbox/messages/delta`,
      `${user}/mailFolders/delta`,
    ]) {
      const answer = await tenant.call('GET', place + token);
      expect([answer.status, answer.json.error.code]).toEqual([400, 'SyncStateInvalid']);
    }
    expect((await tenant.call('GET', `${inbox}?$deltatoken=garbage`)).json.error.code).toBe(
      'SyncStateInvalid',
    );
  });

  test('are forgotten with 410', async () => {
    const { deltaLink } = await wholeRound(tenant, inbox);
    tenant.mail.forgetSyncState(amy.id);
    const answer = await tenant.call('GET', deltaLink);
    expect([answer.status, answer.json.error]).toEqual([
      410,
      { code: 'SyncStateNotFound', message: 'The sync state generation is not found; generation=1.' },
    ]);
    expect((await wholeRound(tenant, inbox)).items).toEqual([]);
  });

  test('of a folder that went away are 404', async () => {
    deliver('a', 1, 'Inbox/Gone');
    const folder = tenant.mail.state(amy.id).folders.find((one) => one.path === 'Inbox/Gone');
    const { deltaLink } = await wholeRound(tenant, `${user}/mailFolders/${folder?.id}/messages/delta`);
    tenant.mail.removeFolder(amy.id, 'Inbox/Gone');
    const answer = await tenant.call('GET', deltaLink);
    expect([answer.status, answer.json.error.code]).toEqual([404, 'ErrorSyncFolderNotFound']);
  });

  test.each([
    '$filter=isRead eq true',
    '$orderby=subject',
    '$search="x"',
    '$skip=5',
    '$filter=receivedDateTime lt 2026-01-01T00:00:00Z',
  ])('are not given for %s', async (query) => {
    expect((await tenant.call('GET', `${inbox}?${query}`)).status).toBe(400);
  });
});
