import { beforeEach, describe, expect, test } from 'vitest';
import { amy, createMailTenant, eml, type MailTenant } from './mail-tenant.ts';

const user = `/users/${amy.id}`;
let tenant: MailTenant;
beforeEach(() => {
  tenant = createMailTenant();
});

const deliver = (subject: string, day: number, body?: string, fields: Record<string, string> = {}) =>
  tenant.mail.deliver(
    amy.id,
    'Inbox',
    eml({ Subject: subject, 'Message-ID': `<${day}@x.example>`, ...fields }, body),
    { receivedDateTime: `2026-03-0${day}T10:00:00Z` },
  );
const get = async (path: string) => {
  const { status, json } = await tenant.call('GET', `${user}${path}`);
  const value = (json.value ?? []) as { subject: string; displayName: string }[];
  return { status, code: json.error?.code as string | undefined, value, next: json['@odata.nextLink'] };
};

describe('$search', () => {
  beforeEach(() => {
    deliver('Oak boards', 1, 'The invoice follows.\r\n');
    deliver('Invoice 7', 2, 'Oak again\r\n', { To: 'Bao <bao@contoso.example>' });
    deliver('Invoices', 3, 'nothing\r\n', { From: 'Dora <dora@oak.example>' });
  });

  test.each([
    ['"invoice"', ['Invoice 7', 'Oak boards']],
    ['"invoice*"', ['Invoices', 'Invoice 7', 'Oak boards']],
    ['"subject:invoice"', ['Invoice 7']],
    ['"subject:oak OR to:bao"', ['Invoice 7', 'Oak boards']],
    ['"oak AND NOT subject:boards"', ['Invoices', 'Invoice 7']],
    ['"from:dora"', ['Invoices']],
    ['"hasAttachments:true"', []],
    ['"body:\\"oak again\\""', ['Invoice 7']],
  ])('%s', async (text, subjects) => {
    const found = await get(`/messages?$search=${encodeURIComponent(text)}`);
    expect(found.value.map(({ subject }) => subject)).toEqual(subjects);
  });

  test('pages by token and stands alone', async () => {
    const first = await get('/messages?$search="invoice*"&$top=2');
    expect(first.next).toContain('skiptoken');
    const path = String(first.next).split(`/users('${amy.id}')`)[1] ?? '';
    expect((await get(path)).value.map(({ subject }) => subject)).toEqual(['Oak boards']);
    expect((await get('/messages?$search="x"&$filter=isRead eq true')).code).toBe('SearchWithFilter');
    expect((await get('/messages?$search="x"&$orderby=subject')).code).toBe('SearchWithOrderBy');
    expect((await get('/messages?$search=x')).status).toBe(400);
  });
});

test.each([
  '/messages?$skip=-1',
  '/messages?$skip=abc',
  "/messages?$filter=isRead eq 'yes'",
  "/messages?$filter=receivedDateTime ge 'yesterday'",
  '/mailFolders?$skip=-1',
  '/mailFolders?$orderby=nonsense',
  '/mailFolders?$expand=nonsense',
])('%s is refused', async (path) => {
  expect((await get(path)).status).toBe(400);
});

test('folders are sorted and counted', async () => {
  const down = (await get('/mailFolders?$orderby=displayName desc&$top=100')).value;
  const names = down.map(({ displayName }) => displayName);
  expect(names).toEqual([...names].sort().reverse());
  const count = await tenant.call('GET', `${user}/mailFolders/$count`);
  expect(count.bytes.toString()).toBe(String(names.length));
});

test.each([
  ['/messages', { body: 'text' }],
  ['/messages', { flag: 5 }],
  ['/messages', { receivedDateTime: 'yesterday' }],
  ['/mailFolders', { displayName: 'x', nonsense: 1 }],
])('POST %s of %j is refused', async (path, body) => {
  const { status, json } = await tenant.call('POST', `${user}${path}`, { body });
  expect([status, json.error?.code]).toEqual([400, 'RequestBodyRead']);
});

test('a change or deletion of another state of a message is refused', async () => {
  const id = deliver('a', 1);
  const { json } = await tenant.call('GET', `${user}/messages/${id}`);
  const stale = { headers: { 'If-Match': json['@odata.etag'] as string } };
  const change = { body: { isRead: true, categories: ['x'] }, ...stale };
  expect((await tenant.call('PATCH', `${user}/messages/${id}`, change)).status).toBe(200);
  const again = await tenant.call('PATCH', `${user}/messages/${id}`, change);
  expect([again.status, again.json.error?.code]).toEqual([412, 'ErrorIrresolvableConflict']);
  expect((await tenant.call('DELETE', `${user}/messages/${id}`, stale)).status).toBe(412);
});
