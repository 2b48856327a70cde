import { beforeEach, describe, expect, test } from 'vitest';
import { amy, createMailTenant, eml, type CallOptions, type MailTenant } from './mail-tenant.ts';

const user = `/users/${amy.id}`;
let tenant: MailTenant;

beforeEach(() => {
  tenant = createMailTenant();
});

const create = (body: object, folder = 'inbox') =>
  tenant.call('POST', `${user}/mailFolders/${folder}/messages`, { body });
const createMime = (body: string) =>
  tenant.call('POST', `${user}/messages`, { body, headers: { 'Content-Type': 'text/plain' } });
const patch = (id: string, body: object, options: CallOptions = {}) =>
  tenant.call('PATCH', `${user}/messages/${id}`, { ...options, body });
const flags = (value: string) => ({ singleValueExtendedProperties: [{ id: 'Integer 0x0E07', value }] });

describe('creating from JSON', () => {
  test('gives a read draft of now', async () => {
    const { status, json, headers } = await create(
      {
        subject: 'Hi',
        body: { contentType: 'Text', content: 'x' },
        toRecipients: [{ emailAddress: { address: 'bao@contoso.example' } }],
      },
      'drafts',
    );
    expect(status).toBe(201);
    expect(headers.get('Location')).toBe(
      `https://graph.microsoft.com/v1.0/users('${amy.id}')/messages('${json.id}')`,
    );
    expect(json).toMatchObject({
      isDraft: true,
      isRead: true,
      receivedDateTime: '2026-11-23T10:00:00Z',
      sentDateTime: '2026-11-23T10:00:00Z',
      toRecipients: [{ emailAddress: { name: 'bao@contoso.example', address: 'bao@contoso.example' } }],
      internetMessageId: expect.stringMatching(/^<.+@.+>$/),
    });
    expect('from' in json).toBe(false);
  });

  test.each([
    [{}, true, true],
    [flags('4'), false, false],
    [flags('1'), false, true],
    [flags('8'), true, false],
    [flags('9'), true, true],
    [{ ...flags('4'), isRead: true }, false, true],
    [{ ...flags('1'), isRead: false }, false, false],
  ])('%j: draft %s, read %s', async (fields, isDraft, isRead) => {
    expect((await create({ subject: 'x', ...fields })).json).toMatchObject({ isDraft, isRead });
  });

  test('keeps dates, id, categories, flag, importance and headers of a restored message', async () => {
    const { json } = await create({
      subject: 'Restored',
      internetMessageId: '<old@fabrikam.example>',
      from: { emailAddress: { name: 'Cleo', address: 'cleo@fabrikam.example' } },
      categories: ['Red category'],
      flag: {
        flagStatus: 'flagged',
        startDateTime: { dateTime: '2026-03-02T00:00:00', timeZone: 'UTC' },
        dueDateTime: { dateTime: '2026-03-05T00:00:00', timeZone: 'UTC' },
      },
      importance: 'high',
      internetMessageHeaders: [{ name: 'x-source', value: '1' }],
      singleValueExtendedProperties: [
        { id: 'Integer 0x0e07', value: '1' },
        { id: 'SystemTime 0x0E06', value: '2026-01-02T03:04:06Z' },
        { id: 'SystemTime 0x39', value: '2026-01-02T03:04:05Z' },
      ],
    });
    expect(json).toMatchObject({
      isDraft: false,
      receivedDateTime: '2026-01-02T03:04:06Z',
      sentDateTime: '2026-01-02T03:04:05Z',
      internetMessageId: '<old@fabrikam.example>',
      from: { emailAddress: { address: 'cleo@fabrikam.example' } },
      sender: { emailAddress: { address: 'cleo@fabrikam.example' } },
      categories: ['Red category'],
      flag: { flagStatus: 'flagged', dueDateTime: { dateTime: '2026-03-05T00:00:00', timeZone: 'UTC' } },
      importance: 'high',
    });
    const value = await tenant.call('GET', `${user}/messages/${json.id}/$value`);
    expect(value.bytes.toString()).toMatch(/^Date: Fri, 2 Jan 2026 03:04:05 \+0000\r$/m);
    expect(value.bytes.toString()).toMatch(/^x-source: 1\r$/m);
    expect((await tenant.call('GET', `${user}/messages/${json.id}/$value`)).bytes.equals(value.bytes)).toBe(
      true,
    );
  });

  test('takes files, pictures and messages as attachments in the same request', async () => {
    const contentBytes = Buffer.from('file').toString('base64');
    const { json } = await create({
      subject: 'x',
      attachments: [
        {
          '@odata.type': '#microsoft.graph.fileAttachment',
          name: 'résumé.txt',
          contentType: 'text/plain',
          contentBytes,
        },
        {
          '@odata.type': '#microsoft.graph.fileAttachment',
          name: 'p.png',
          contentType: 'image/png',
          contentBytes,
          isInline: true,
          contentId: 'p',
        },
        {
          '@odata.type': '#microsoft.graph.itemAttachment',
          name: 'Inner',
          item: {
            '@odata.type': '#microsoft.graph.message',
            subject: 'Inner',
            body: { contentType: 'text', content: 'deep' },
          },
        },
      ],
    });
    expect(json.hasAttachments).toBe(true);
    const list = await tenant.call(
      'GET',
      `${user}/messages/${json.id}/attachments?$expand=microsoft.graph.itemattachment/item`,
    );
    expect(list.json.value).toMatchObject([
      {
        '@odata.type': '#microsoft.graph.fileAttachment',
        name: 'résumé.txt',
        contentBytes,
        isInline: false,
        contentId: null,
      },
      { name: 'p.png', isInline: true, contentId: 'p' },
      {
        '@odata.type': '#microsoft.graph.itemAttachment',
        name: 'Inner',
        item: { subject: 'Inner', body: { content: 'deep' } },
      },
    ]);
  });

  test.each([
    [{ colour: 'red' }, 'RequestBodyRead'],
    [{ isRead: 'yes' }, 'RequestBodyRead'],
    [{ importance: 'urgent' }, 'RequestBodyRead'],
    [{ internetMessageHeaders: [{ name: 'Received', value: 'x' }] }, 'InvalidInternetMessageHeader'],
    [
      {
        internetMessageHeaders: Array.from({ length: 6 }, (_, index) => ({ name: `x-${index}`, value: '' })),
      },
      'InvalidInternetMessageHeaderCollection',
    ],
    [{ replyTo: [{ emailAddress: { name: 'Nobody', address: 'nobody' } }] }, 'ErrorInvalidRecipients'],
    [
      { flag: { flagStatus: 'flagged', dueDateTime: { dateTime: '2026-03-05T00:00:00', timeZone: 'UTC' } } },
      'ErrorInvalidRequest',
    ],
    [{ singleValueExtendedProperties: [{ id: 'Integer E07', value: '1' }] }, 'ErrorInvalidExtendedProperty'],
    [
      { singleValueExtendedProperties: [{ id: 'SystemTime 0x0E06', value: 'later' }] },
      'ErrorPropertyValueInvalid',
    ],
    [{ attachments: [{ name: 'x' }] }, 'RequestBodyRead'],
    [
      { attachments: [{ '@odata.type': '#microsoft.graph.fileAttachment', name: 'x', contentBytes: '***' }] },
      'RequestBodyRead',
    ],
  ])('%j is refused with %s', async (body, code) => {
    const answer = await create(body);
    expect([answer.status, answer.json.error.code]).toEqual([400, code]);
    expect(tenant.mail.state(amy.id).messages).toEqual([]);
  });

  test('ignores what clients send back after reading', async () => {
    const { status, json } = await create({
      id: 'x',
      subject: 'x',
      isDraft: false,
      receivedDateTime: '2020-01-01T00:00:00Z',
      hasAttachments: true,
      changeKey: 'x',
    });
    expect([status, json.isDraft, json.receivedDateTime, json.hasAttachments]).toEqual([
      201,
      true,
      '2026-11-23T10:00:00Z',
      false,
    ]);
  });

  test('stops at 4 MB and at the quota', async () => {
    const long = await create({
      subject: 'x',
      body: { contentType: 'text', content: 'x'.repeat(4 * 1024 * 1024) },
    });
    expect([long.status, long.json.error.message]).toEqual([
      413,
      'The maximum request length supported is 4MB.',
    ]);
    tenant = createMailTenant({ quotaBytes: 10_000 });
    const full = await create({ subject: 'x', body: { contentType: 'text', content: 'x'.repeat(10_000) } });
    expect([full.status, full.json.error.code]).toEqual([507, 'ErrorQuotaExceeded']);
    expect((await create({ subject: 'x' })).status).toBe(201);
  });
});

describe('creating from MIME', () => {
  test('is always a draft of now in Drafts, with its bytes kept', async () => {
    const mime = eml({ Subject: 'From MIME' });
    const { status, json } = await createMime(mime.toString('base64').replace(/.{60}/g, '$&\r\n'));
    expect(status).toBe(201);
    expect(json).toMatchObject({
      subject: 'From MIME',
      isDraft: true,
      receivedDateTime: '2026-11-23T10:00:00Z',
      internetMessageId: '<one@fabrikam.example>',
    });
    expect((await tenant.call('GET', `${user}/messages/${json.id}/$value`)).bytes.equals(mime)).toBe(true);
    expect(tenant.mail.state(amy.id).messages[0]?.folderPath).toBe('Drafts');
  });

  test.each(['', 'no base64!', 'Subject: x\r\n\r\nplain'])('refuses %j', async (body) => {
    const answer = await createMime(body);
    expect([answer.status, answer.json.error.message]).toEqual([
      400,
      'Invalid base64 string for MIME content.',
    ]);
  });
});

describe('changing', () => {
  test('flags of creation are deaf afterwards', async () => {
    const { json } = await create({ subject: 'x' });
    const changed = await patch(json.id, { ...flags('1'), subject: 'y' });
    expect(changed.json).toMatchObject({ isDraft: true, subject: 'y' });
    expect(changed.json.changeKey).not.toBe(json.changeKey);
  });

  test('state of received mail may change at any time, its contents until the end of 2026', async () => {
    const id = tenant.mail.deliver(amy.id, 'Inbox', eml());
    const state = {
      isRead: true,
      categories: ['a'],
      importance: 'low',
      flag: { flagStatus: 'complete' },
      inferenceClassification: 'other',
    };
    expect((await patch(id, { subject: 'early' })).status).toBe(200);
    tenant.clock.advance(45 * 86_400_000);
    const late = await patch(id, { subject: 'late' });
    expect([late.status, late.json.error.code]).toEqual([403, 'ErrorAccessDenied']);
    expect((await patch(id, state)).json).toMatchObject({ ...state, subject: 'early' });
    const advanced = { permissions: ['Mail-Advanced.ReadWrite.All'] };
    expect((await patch(id, { subject: 'allowed' }, advanced)).json.subject).toBe('allowed');
    const draft = await create({ subject: 'draft' });
    expect((await patch(draft.json.id, { subject: 'still open' })).status).toBe(200);
  });

  test('changed contents are rendered anew', async () => {
    const id = tenant.mail.deliver(amy.id, 'Inbox', eml());
    await patch(id, { subject: 'Other', body: { contentType: 'html', content: '<p>new</p>' } });
    const value = await tenant.call('GET', `${user}/messages/${id}/$value`);
    expect(value.bytes.toString()).toMatch(/^Subject: Other\r$/m);
    expect(value.bytes.toString()).toContain('<p>new</p>');
  });

  test('a change without effect leaves the change key', async () => {
    const id = tenant.mail.deliver(amy.id, 'Inbox', eml(), { isRead: true });
    const before = (await tenant.call('GET', `${user}/messages/${id}`)).json.changeKey;
    expect((await patch(id, { isRead: true })).json.changeKey).toBe(before);
  });
});
