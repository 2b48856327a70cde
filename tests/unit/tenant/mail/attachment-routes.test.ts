import { beforeEach, describe, expect, test } from 'vitest';
import { amy, createMailTenant, outlook, tenantId, type MailTenant } from './mail-tenant.ts';

const user = `/users/${amy.id}`;
const immutable = { headers: { Prefer: 'IdType="ImmutableId"' } };
const multipart = Buffer.from(
  [
    'Subject: With files',
    'Content-Type: multipart/mixed; boundary=b',
    '',
    '--b',
    'Content-Type: text/plain',
    '',
    'see below',
    '--b',
    'Content-Type: application/pdf; name="a.pdf"',
    'Content-Disposition: attachment; filename="a.pdf"',
    'Content-Transfer-Encoding: base64',
    '',
    'JVBERi0=',
    '--b',
    'Content-Type: message/rfc822',
    '',
    'Subject: Inner',
    'From: cleo@fabrikam.example',
    '',
    'inner',
    '--b--',
    '',
  ].join('\r\n'),
);
let tenant: MailTenant;

beforeEach(() => {
  tenant = createMailTenant();
});

const draft = async (): Promise<string> =>
  (await tenant.call('POST', `${user}/messages`, { body: { subject: 'draft' } })).json.id;

describe('attachments of a message', () => {
  let base: string;
  beforeEach(() => {
    base = `${user}/messages/${tenant.mail.deliver(amy.id, 'Inbox', multipart)}/attachments`;
  });

  test('are listed with their type; sizes count more than the content', async () => {
    const { json } = await tenant.call('GET', `${base}?$select=id,name,contentType,size,isInline`, immutable);
    expect(json.value).toMatchObject([
      {
        '@odata.type': '#microsoft.graph.fileAttachment',
        name: 'a.pdf',
        contentType: 'application/pdf',
        isInline: false,
      },
      { '@odata.type': '#microsoft.graph.itemAttachment', name: 'Inner', contentType: null },
    ]);
    expect(json.value[0].size).toBeGreaterThan(5);
    expect('contentBytes' in json.value[0]).toBe(false);
    const message = await tenant.call(
      'GET',
      `${base.replace('/attachments', '')}?$expand=attachments($select=name)`,
    );
    expect(message.json.hasAttachments).toBe(true);
    expect(message.json.attachments.map((one: { name: string }) => one.name)).toEqual(['a.pdf', 'Inner']);
  });

  test('know contentBytes by type only in a collection', async () => {
    expect((await tenant.call('GET', `${base}?$select=contentBytes`)).json.error.code).toBe(
      'RequestBroker--ParseUri',
    );
    const { json } = await tenant.call(
      'GET',
      `${base}?$select=id,microsoft.graph.fileAttachment/contentBytes`,
    );
    expect(json.value[0].contentBytes).toBe('JVBERi0=');
  });

  test('are read by either kind of id', async () => {
    const [byRest, byImmutable] = [await tenant.call('GET', base), await tenant.call('GET', base, immutable)];
    expect(byRest.json.value[0].id).not.toBe(byImmutable.json.value[0].id);
    for (const { json } of [byRest, byImmutable]) {
      const value = await tenant.call('GET', `${base}/${json.value[0].id}/$value`);
      expect([value.headers.get('Content-Type'), value.bytes.toString()]).toEqual([
        'application/pdf',
        '%PDF-',
      ]);
    }
  });

  test('that are messages give their MIME and, expanded, themselves', async () => {
    const [, item] = (await tenant.call('GET', base)).json.value;
    const value = await tenant.call('GET', `${base}/${item.id}/$value`);
    expect(value.bytes.toString()).toBe('Subject: Inner\r\nFrom: cleo@fabrikam.example\r\n\r\ninner');
    const one = await tenant.call('GET', `${base}/${item.id}?$expand=microsoft.graph.itemattachment/item`);
    expect(one.json.item).toMatchObject({
      '@odata.type': '#microsoft.graph.message',
      subject: 'Inner',
      body: { content: 'inner' },
    });
  });

  test('that are unknown are 404, nonsense is 400', async () => {
    const { id } = (await tenant.call('GET', base)).json.value[0];
    expect((await tenant.call('DELETE', `${base}/${id}`)).status).toBe(204);
    expect((await tenant.call('GET', `${base}/${id}`)).json.error.code).toBe('ErrorItemNotFound');
    expect((await tenant.call('GET', `${base}/nonsense`)).json.error.code).toBe('ErrorInvalidIdMalformed');
    expect((await tenant.call('GET', base)).json.value).toHaveLength(1);
  });
});

describe('adding attachments', () => {
  test('a small one in one request', async () => {
    const id = await draft();
    const body = {
      '@odata.type': '#microsoft.graph.fileAttachment',
      name: 'b.txt',
      contentType: 'text/plain',
      contentBytes: Buffer.from('hello').toString('base64'),
    };
    const made = await tenant.call('POST', `${user}/messages/${id}/attachments`, { body });
    expect(made.status).toBe(201);
    expect(made.headers.get('Location')).toContain(made.json.id);
    expect(
      (
        await tenant.call('GET', `${user}/messages/${id}/attachments/${made.json.id}/$value`)
      ).bytes.toString(),
    ).toBe('hello');
    expect((await tenant.call('GET', `${user}/messages/${id}/$value`)).bytes.toString()).toContain(
      'filename="b.txt"',
    );
  });

  test('a reference, which has no content', async () => {
    const id = await draft();
    const body = { '@odata.type': '#microsoft.graph.referenceAttachment', name: 'Plans' };
    const made = await tenant.call('POST', `${user}/messages/${id}/attachments`, { body });
    expect(made.json).toMatchObject({ '@odata.type': '#microsoft.graph.referenceAttachment', name: 'Plans' });
    const value = await tenant.call('GET', `${user}/messages/${id}/attachments/${made.json.id}/$value`);
    expect(value.status).toBe(405);
  });

  test('one of 3 MB is too long for one request', async () => {
    const body = {
      '@odata.type': '#microsoft.graph.fileAttachment',
      name: 'b',
      contentBytes: Buffer.alloc(3 * 1024 * 1024).toString('base64'),
    };
    const answer = await tenant.call('POST', `${user}/messages/${await draft()}/attachments`, { body });
    expect([answer.status, answer.json.error.message]).toEqual([
      413,
      'The maximum request length supported is 4MB.',
    ]);
  });
});

describe('upload sessions', () => {
  const size = 3 * 1024 * 1024 + 100;
  const bytes = Buffer.alloc(size, 'abc');
  const open = async (id: string, fields: object = {}) =>
    tenant.call('POST', `${user}/messages/${id}/attachments/createUploadSession`, {
      body: { AttachmentItem: { attachmentType: 'file', name: 'large.bin', size, ...fields } },
    });
  const put = (url: string, from: number, to: number, headers: Record<string, string> = {}) =>
    tenant.upload('PUT', url, {
      body: bytes.subarray(from, to),
      headers: {
        'Content-Type': 'application/octet-stream',
        'Content-Range': `bytes ${from}-${to - 1}/${size}`,
        ...headers,
      },
    });
  const half = 2 * 1024 * 1024;

  test('take a file in pieces, without a token', async () => {
    const id = await draft();
    const session = await open(id, { contentType: 'application/x-large' });
    expect(session.status).toBe(201);
    expect(session.json).toMatchObject({
      nextExpectedRanges: ['0-'],
      expirationDateTime: expect.stringMatching(/Z$/),
    });
    expect(
      session.json.uploadUrl.startsWith(`${outlook}/api/v2.0/Users('${amy.id}@${tenantId}')/Messages('`),
    ).toBe(true);
    const first = await put(session.json.uploadUrl, 0, half);
    expect([first.status, first.json.NextExpectedRanges]).toEqual([200, [String(half)]]);
    expect(first.headers.get('Access-Control-Allow-Origin')).toBe('*');
    const last = await put(session.json.uploadUrl, half, size);
    expect([last.status, last.bytes.length]).toEqual([201, 0]);
    const [, attachment = ''] = /Attachments\('([\w=-]+)'\)$/.exec(last.headers.get('Location') ?? '') ?? [];
    const stored = await tenant.call('GET', `${user}/messages/${id}/attachments/${attachment}/$value`);
    expect(stored.bytes.equals(bytes)).toBe(true);
    expect(stored.headers.get('Content-Type')).toBe('application/x-large');
    expect((await put(session.json.uploadUrl, 0, half)).status).toBe(404);
  });

  test('refuse a token, a wrong address, a wrong order and a wrong range', async () => {
    const { uploadUrl } = (await open(await draft())).json;
    expect((await put(uploadUrl, 0, half, { Authorization: 'Bearer x' })).status).toBe(401);
    expect((await put(uploadUrl.replace(/authtoken=.*/, 'authtoken=x'), 0, half)).status).toBe(404);
    expect((await put(uploadUrl, half, size)).status).toBe(416);
    expect(
      (await put(uploadUrl, 0, half, { 'Content-Range': `bytes 0-${half - 1}/${size + 1}` })).status,
    ).toBe(400);
    expect((await put(uploadUrl, 0, half, { 'Content-Range': `bytes 0-${half}/${size}` })).status).toBe(416);
    expect((await put(uploadUrl, 0, half)).status).toBe(200);
  });

  test('end by time, by deletion, and with their message', async () => {
    const { uploadUrl } = (await open(await draft())).json;
    tenant.clock.advance(3 * 3_600_000);
    expect((await put(uploadUrl, 0, half)).status).toBe(404);
    const second = (await open(await draft())).json.uploadUrl;
    expect((await tenant.upload('DELETE', second)).status).toBe(204);
    expect((await put(second, 0, half)).status).toBe(404);
    const id = await draft();
    const third = (await open(id)).json.uploadUrl;
    tenant.mail.remove(amy.id, id);
    await put(third, 0, half);
    expect((await put(third, half, size)).status).toBe(404);
  });

  test.each([
    [{ size: 3 * 1024 * 1024 - 1 }, 400, 'ErrorAttachmentSizeShouldNotBeLessThanMinimumSize'],
    [{ size: 151 * 1024 * 1024 }, 413, 'ErrorMessageSizeExceeded'],
    [{ attachmentType: 'item' }, 400, 'ErrorInvalidRequest'],
    [{ name: 7 }, 400, 'ErrorInvalidRequest'],
  ])('are not opened for %j', async (fields, status, code) => {
    const answer = await open(await draft(), fields);
    expect([answer.status, answer.json.error.code]).toEqual([status, code]);
  });

  test('answer the preflight of a browser', async () => {
    const { uploadUrl } = (await open(await draft())).json;
    const answer = await tenant.upload('OPTIONS', uploadUrl);
    expect(answer.status).toBe(204);
    expect(answer.headers.get('Access-Control-Allow-Headers')).toContain('content-range');
  });
});
