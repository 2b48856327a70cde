import { beforeEach, describe, expect, test } from 'vitest';
import { amy, createMailTenant, eml, type MailTenant } from './mail-tenant.ts';

const user = `/users/${amy.id}`;
const immutable = { headers: { Prefer: 'IdType="ImmutableId"' } };
let tenant: MailTenant;

beforeEach(() => {
  tenant = createMailTenant();
});

const subjects = (value: { subject: string }[]): string[] => value.map((message) => message.subject);
const deliver = (subject: string, day: number, folder = 'Inbox') =>
  tenant.mail.deliver(amy.id, folder, eml({ Subject: subject, 'Message-ID': `<${subject}@x.example>` }), {
    receivedDateTime: `2026-03-${String(day).padStart(2, '0')}T10:00:00Z`,
  });

describe('reading one message', () => {
  test('gives every property in the service’s shapes', async () => {
    const id = tenant.mail.deliver(amy.id, 'Inbox', eml({ Cc: 'bao@contoso.example' }), {
      receivedDateTime: '2026-03-02T10:00:05Z',
      categories: ['Red category'],
      flagged: true,
    });
    const { json, headers } = await tenant.call('GET', `${user}/messages/${id}`, immutable);
    expect(headers.get('Content-Type')).toMatch(/^application\/json; odata\.metadata=minimal/);
    expect(headers.get('Preference-Applied')).toBe('IdType="ImmutableId"');
    expect(json).toMatchObject({
      '@odata.context': `https://graph.microsoft.com/v1.0/$metadata#users('${amy.id}')/messages/$entity`,
      '@odata.etag': `W/"${json.changeKey}"`,
      id,
      receivedDateTime: '2026-03-02T10:00:05Z',
      sentDateTime: '2026-03-02T10:00:00Z',
      categories: ['Red category'],
      hasAttachments: false,
      internetMessageId: '<one@fabrikam.example>',
      subject: 'Hello',
      bodyPreview: 'Hello',
      importance: 'normal',
      isRead: false,
      isDraft: false,
      inferenceClassification: 'focused',
      body: { contentType: 'text', content: 'Hello\r\n' },
      from: { emailAddress: { name: 'Cleo', address: 'cleo@fabrikam.example' } },
      toRecipients: [{ emailAddress: { name: 'Amy Fisher', address: 'amy@contoso.example' } }],
      ccRecipients: [{ emailAddress: { name: 'bao@contoso.example', address: 'bao@contoso.example' } }],
      bccRecipients: [],
      replyTo: [],
      flag: { flagStatus: 'flagged' },
    });
    expect(json.internetMessageHeaders).toBeUndefined();
  });

  test('gives headers and only what is selected', async () => {
    const id = deliver('a', 1);
    const { json } = await tenant.call(
      'GET',
      `${user}/messages/${id}?$select=internetMessageHeaders,subject`,
      immutable,
    );
    expect(Object.keys(json)).toEqual([
      '@odata.context',
      '@odata.etag',
      'id',
      'subject',
      'internetMessageHeaders',
    ]);
    expect(json.internetMessageHeaders).toContainEqual({ name: 'Subject', value: 'a' });
    const bad = await tenant.call('GET', `${user}/messages/${id}?$select=colour`);
    expect([bad.status, bad.json.error.code]).toEqual([400, 'RequestBroker--ParseUri']);
  });

  test('turns bodies as Prefer asks', async () => {
    const id = tenant.mail.deliver(
      amy.id,
      'Inbox',
      eml({ 'Content-Type': 'text/html' }, '<p>A <b>b</b></p><script>x</script>'),
    );
    const body = async (prefer: string) =>
      (await tenant.call('GET', `${user}/messages/${id}`, { headers: { Prefer: prefer } })).json.body;
    expect(await body('')).toMatchObject({
      contentType: 'html',
      content: expect.not.stringContaining('script'),
    });
    expect(await body('outlook.allow-unsafe-html')).toMatchObject({
      content: expect.stringContaining('<script>'),
    });
    expect(await body('outlook.body-content-type="text"')).toEqual({ contentType: 'text', content: 'A b' });
  });

  test('$value is what was delivered, byte for byte', async () => {
    const mime = Buffer.concat([eml({ Subject: 'x' }), Buffer.from([0, 255, 13, 10, 10, 128])]);
    const id = tenant.mail.deliver(amy.id, 'Inbox', mime);
    const first = await tenant.call('GET', `${user}/messages/${id}/$value`, immutable);
    expect(first.headers.get('Content-Type')).toBe('text/plain');
    await tenant.call('PATCH', `${user}/messages/${id}`, { body: { isRead: true, categories: ['x'] } });
    const second = await tenant.call('GET', `${user}/messages/${id}/$value`, immutable);
    expect(first.bytes.equals(mime) && second.bytes.equals(mime)).toBe(true);
  });

  test('a corrupt item is listed and cannot be read', async () => {
    const id = deliver('bad', 1);
    tenant.mail.markCorrupt(amy.id, id);
    expect(subjects((await tenant.call('GET', `${user}/messages`)).json.value)).toEqual(['bad']);
    for (const path of ['', '/$value', '/attachments']) {
      const answer = await tenant.call('GET', `${user}/messages/${id}${path}`);
      expect([answer.status, answer.json.error.code]).toEqual([500, 'ErrorCorruptData']);
    }
  });

  test('computes and stores MAPI properties, spelling their ids its own way', async () => {
    const id = deliver('a', 1);
    await tenant.call('PATCH', `${user}/messages/${id}`, {
      body: {
        singleValueExtendedProperties: [
          { id: 'String {00020386-0000-0000-C000-000000000046} Name X-Src', value: 'k1' },
        ],
      },
    });
    const expand = `$expand=singleValueExtendedProperties($filter=id eq 'Integer 0x0E07' or id eq 'SystemTime 0x0E06' or id eq 'String {00020386-0000-0000-C000-000000000046} Name X-Src' or id eq 'String 0x9999')`;
    const { json } = await tenant.call('GET', `${user}/messages/${id}?${expand}`);
    expect(json.singleValueExtendedProperties).toEqual([
      { id: 'Integer 0xe07', value: '0' },
      { id: 'SystemTime 0xe06', value: '2026-03-01T10:00:00Z' },
      { id: 'String {00020386-0000-0000-c000-000000000046} Name X-Src', value: 'k1' },
    ]);
    const none = await tenant.call(
      'GET',
      `${user}/messages/${id}?$expand=singleValueExtendedProperties($filter=id eq 'String 0x9999')`,
    );
    expect('singleValueExtendedProperties' in none.json).toBe(false);
  });
});

describe('ids', () => {
  test('REST ids change with a move, immutable ids do not', async () => {
    const id = deliver('a', 1);
    const rest = (await tenant.call('GET', `${user}/messages/${id}`)).json.id;
    expect(rest).not.toBe(id);
    const moved = await tenant.call('POST', `${user}/messages/${rest}/move`, {
      body: { destinationId: 'archive' },
    });
    expect([moved.status, moved.json.id === rest]).toEqual([201, false]);
    expect((await tenant.call('GET', `${user}/messages/${rest}`)).json.error.code).toBe('ErrorItemNotFound');
    expect((await tenant.call('GET', `${user}/messages/${id}`)).json.id).toBe(moved.json.id);
    expect((await tenant.call('GET', `${user}/mailFolders/archive/messages/${id}`, immutable)).json.id).toBe(
      id,
    );
    expect((await tenant.call('GET', `${user}/mailFolders/inbox/messages/${id}`)).status).toBe(404);
  });

  test('are translated both ways', async () => {
    const id = deliver('a', 1);
    const rest = (await tenant.call('GET', `${user}/messages/${id}`)).json.id;
    const translate = (inputIds: string[], targetIdType: string) =>
      tenant.call('POST', `${user}/translateExchangeIds`, {
        body: { inputIds, targetIdType, sourceIdType: 'restId' },
      });
    expect((await translate([rest], 'restImmutableEntryId')).json.value).toEqual([
      { sourceId: rest, targetId: id },
    ]);
    expect((await translate([id], 'restId')).json.value).toEqual([{ sourceId: id, targetId: rest }]);
  });

  test('that are no ids are 400, unknown ones 404', async () => {
    const id = deliver('a', 1);
    tenant.mail.remove(amy.id, id);
    expect((await tenant.call('GET', `${user}/messages/nonsense`)).json.error.code).toBe(
      'ErrorInvalidIdMalformed',
    );
    const gone = await tenant.call('GET', `${user}/messages/${id}`);
    expect([gone.status, gone.json.error.code]).toEqual([404, 'ErrorItemNotFound']);
  });
});

describe('lists', () => {
  beforeEach(() => {
    for (const [index, subject] of ['c', 'a', 'e', 'b', 'd'].entries())
      deliver(subject, index + 1, index === 4 ? 'Archive' : 'Inbox');
  });

  test('go newest first, in pages, over the whole mailbox or one folder', async () => {
    const first = await tenant.call('GET', `${user}/messages?$top=2&$select=subject&$count=true`);
    expect([first.json['@odata.count'], subjects(first.json.value)]).toEqual([5, ['d', 'b']]);
    const second = await tenant.call('GET', first.json['@odata.nextLink']);
    expect(subjects(second.json.value)).toEqual(['e', 'a']);
    expect(Object.keys(second.json.value[0])).toEqual(['@odata.etag', 'id', 'subject']);
    const third = await tenant.call('GET', second.json['@odata.nextLink']);
    expect([subjects(third.json.value), third.json['@odata.nextLink']]).toEqual([['c'], undefined]);
    const inbox = await tenant.call(
      'GET',
      `${user}/mailFolders/inbox/messages?$orderby=receivedDateTime desc`,
    );
    expect(subjects(inbox.json.value)).toEqual(['b', 'e', 'a', 'c']);
  });

  test('are sorted and filtered, together only as Exchange can', async () => {
    const list = async (query: string) => tenant.call('GET', `${user}/messages?${query}`);
    expect(subjects((await list('$orderby=subject')).json.value)).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(subjects((await list('$filter=receivedDateTime ge 2026-03-04T00:00:00Z')).json.value)).toEqual([
      'd',
      'b',
    ]);
    expect(subjects((await list("$filter=internetMessageId eq '<e@x.example>'")).json.value)).toEqual(['e']);
    expect(
      subjects(
        (await list('$filter=receivedDateTime lt 2026-03-03T00:00:00Z&$orderby=receivedDateTime')).json.value,
      ),
    ).toEqual(['c', 'a']);
    const slow = await list('$filter=isRead eq false&$orderby=subject');
    expect([slow.status, slow.json.error.code]).toEqual([400, 'InefficientFilter']);
    expect((await list("$filter=body eq 'x'")).json.error.code).toBe('ErrorInvalidUrlQueryFilter');
    expect((await list('$top=0')).status).toBe(400);
  });

  test('find messages by an extended property', async () => {
    const property = { id: 'String {11111111-2222-3333-4444-555555555555} Name Source', value: 'id-7' };
    const made = await tenant.call('POST', `${user}/mailFolders/inbox/messages`, {
      body: { subject: 'mine', singleValueExtendedProperties: [property] },
    });
    const filter = `singleValueExtendedProperties/Any(ep: ep/id eq '${property.id}' and ep/value eq 'id-7')`;
    const found = await tenant.call(
      'GET',
      `${user}/messages?$filter=${encodeURIComponent(filter)}&$expand=singleValueExtendedProperties($filter=id eq '${property.id}')`,
    );
    expect(found.json.value).toMatchObject([{ id: made.json.id, singleValueExtendedProperties: [property] }]);
    tenant.mail.remove(amy.id, made.json.id);
    expect(
      (await tenant.call('GET', `${user}/messages?$filter=${encodeURIComponent(filter)}`)).json.value,
    ).toEqual([]);
  });

  test('follow mail that comes between two pages, as skipping does', async () => {
    const first = await tenant.call('GET', `${user}/messages?$top=2`);
    deliver('new', 20);
    const second = await tenant.call('GET', first.json['@odata.nextLink']);
    expect(subjects(second.json.value)).toEqual(['b', 'e']);
  });
});

describe('deleting, copying', () => {
  test('a deleted message can be recovered by no client, yet is no longer listed', async () => {
    const id = deliver('a', 1);
    expect((await tenant.call('DELETE', `${user}/messages/${id}`)).status).toBe(204);
    expect((await tenant.call('GET', `${user}/messages`)).json.value).toEqual([]);
    const dumpster = await tenant.call(
      'GET',
      `${user}/mailFolders/recoverableitemsdeletions/messages`,
      immutable,
    );
    expect(dumpster.json.value[0].id).toBe(id);
    expect((await tenant.call('DELETE', `${user}/messages/${id}`)).json.error.code).toBe(
      'ErrorCannotDeleteObject',
    );
    expect((await tenant.call('POST', `${user}/messages/${id}/permanentDelete`)).status).toBe(204);
    expect((await tenant.call('GET', `${user}/messages/${id}`)).status).toBe(404);
  });

  test('a copy is another message with the same bytes', async () => {
    const id = deliver('a', 1);
    const copy = await tenant.call('POST', `${user}/messages/${id}/copy`, {
      body: { destinationId: 'archive' },
      ...immutable,
    });
    expect([copy.status, copy.json.id === id]).toEqual([201, false]);
    const state = tenant.mail.state(amy.id);
    expect(new Set(state.messages.map((message) => message.sha256)).size).toBe(1);
    expect(state.messages.map((message) => message.folderPath)).toEqual(['Inbox', 'Archive']);
  });
});
