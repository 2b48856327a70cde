import { beforeEach, describe, expect, test } from 'vitest';
import { amy, createMailTenant, eml, type Answer, type MailTenant } from './mail-tenant.ts';

const user = `/users/${amy.id}`;
const mebibyte = 1024 * 1024;

let tenant: MailTenant;
const create = (text: string) =>
  tenant.call('POST', `${user}/messages`, {
    body: { subject: 'x', body: { contentType: 'text', content: text } },
  });
const attach = (id: string, size: number) =>
  tenant.call('POST', `${user}/messages/${id}/attachments`, {
    body: {
      '@odata.type': '#microsoft.graph.fileAttachment',
      name: 'a.bin',
      contentBytes: Buffer.alloc(size).toString('base64'),
    },
  });
const openSession = (id: string, size: number) =>
  tenant.call('POST', `${user}/messages/${id}/attachments/createUploadSession`, {
    body: { AttachmentItem: { attachmentType: 'file', name: 'a.bin', size } },
  });
const refusal = ({ status, json }: Answer) => [status, json.error?.code];

describe('K35: a full mailbox', () => {
  const quotaExceeded = [507, 'ErrorQuotaExceeded'];
  let id: string;
  beforeEach(async () => {
    tenant = createMailTenant({ quotaBytes: 4 * mebibyte });
    id = (await create('a'.repeat(2.5 * mebibyte))).json.id;
  });

  test('takes no more messages, as JSON, as MIME or copied', async () => {
    expect(refusal(await create('a'.repeat(2 * mebibyte)))).toEqual(quotaExceeded);
    const mime = eml({}, 'a'.repeat(2 * mebibyte)).toString('base64');
    const headers = { 'Content-Type': 'text/plain' };
    expect(refusal(await tenant.call('POST', `${user}/messages`, { body: mime, headers }))).toEqual(
      quotaExceeded,
    );
    const copy = { body: { destinationId: 'archive' } };
    expect(refusal(await tenant.call('POST', `${user}/messages/${id}/copy`, copy))).toEqual(quotaExceeded);
  });

  test('takes no more attachments, at once or by a session', async () => {
    expect(refusal(await attach(id, 2 * mebibyte))).toEqual(quotaExceeded);
    expect(refusal(await openSession(id, 3 * mebibyte))).toEqual(quotaExceeded);
  });

  test('still gives, moves and deletes, and has room again once something is gone', async () => {
    expect((await tenant.call('GET', `${user}/messages/${id}`)).status).toBe(200);
    const move = { body: { destinationId: 'archive' } };
    const moved = await tenant.call('POST', `${user}/messages/${id}/move`, move);
    expect(moved.status).toBe(201);
    const gone = await tenant.call('POST', `${user}/messages/${moved.json.id}/permanentDelete`);
    expect([gone.status, (await create('a'.repeat(2 * mebibyte))).status]).toEqual([204, 201]);
  });
});

describe('K35: a message that is too large', () => {
  const sizeExceeded = [413, 'ErrorMessageSizeExceeded'];
  beforeEach(() => {
    tenant = createMailTenant();
  });

  test('by one attachment', async () => {
    const { id } = (await create('x')).json;
    expect((await openSession(id, 149 * mebibyte)).status).toBe(201);
    expect(refusal(await openSession(id, 150 * mebibyte))).toEqual(sizeExceeded);
  });

  test('by all that is attached to it', async () => {
    const id = tenant.mail.deliver(amy.id, 'Inbox', eml({}, 'x'.repeat(148 * mebibyte)));
    expect(refusal(await openSession(id, 3 * mebibyte))).toEqual(sizeExceeded);
    expect(refusal(await attach(id, 2.5 * mebibyte))).toEqual(sizeExceeded);
  });
});
