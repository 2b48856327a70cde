import PostalMime from 'postal-mime';
import { describe, expect, test } from 'vitest';
import type { Attachment, MessageContent } from '../../../tenant/mail/message.ts';
import { readMessage } from '../../../tenant/mail/mime/read.ts';
import { writeMessage } from '../../../tenant/mail/mime/write.ts';

const bytes = Buffer.from([0, 1, 2, 250, 251, 252]);
const file = (fields: Partial<Attachment>): Attachment => ({
  kind: 'file',
  ordinal: 1,
  name: 'a.bin',
  contentType: 'application/octet-stream',
  isInline: false,
  contentId: null,
  contentLocation: null,
  bytes: () => bytes,
  ...fields,
});
const content: MessageContent = {
  subject: 'Größe & 日本語の長い長い長い長い長い長い件名です',
  from: { name: 'Ελένη', address: 'eleni@gallery.example' },
  sender: { name: 'Office "East"', address: 'office@gallery.example' },
  to: [{ name: 'Amy', address: 'amy@contoso.example' }],
  cc: [],
  bcc: [{ name: 'Bao', address: 'bao@contoso.example' }],
  replyTo: [],
  body: { type: 'html', content: '<p>Hello <img src="cid:pic"> ü</p>' },
  headers: [
    { name: 'X-Case', value: '42' },
    { name: 'Received', value: 'forged' },
  ],
  internetMessageId: '<made@contoso.example>',
  sent: null,
  importance: 'high',
  deliveryReceipt: false,
  readReceipt: false,
  conversation: 'c',
  attachments: [
    file({ isInline: true, contentId: 'pic', name: '画像.png', contentType: 'image/png' }),
    file({ ordinal: 2, name: 'plan "B".bin' }),
  ],
};
const stamp = { sent: Date.UTC(2026, 2, 2, 10), threadIndex: 'AQ==' };

describe('a message made as JSON', () => {
  test('gives the same bytes each time', () => {
    expect(writeMessage(content, stamp).equals(writeMessage({ ...content }, stamp))).toBe(true);
  });

  test('says the same to us', () => {
    const read = readMessage(writeMessage(content, stamp));
    expect(read).toMatchObject({
      subject: content.subject,
      from: content.from,
      sender: content.sender,
      to: content.to,
      bcc: content.bcc,
      body: content.body,
      internetMessageId: '<made@contoso.example>',
      sent: stamp.sent,
      importance: 'high',
    });
    expect(read.attachments.map(({ name, isInline, contentId }) => [name, isInline, contentId])).toEqual([
      ['画像.png', true, 'pic'],
      ['plan "B".bin', false, null],
    ]);
    expect(read.attachments.every((one) => bytes.equals(one.bytes()))).toBe(true);
    expect(read.headers).toContainEqual({ name: 'X-Case', value: '42' });
    expect(read.headers).not.toContainEqual({ name: 'Received', value: 'forged' });
  });

  test('says the same to another parser', async () => {
    const read = await PostalMime.parse(writeMessage(content, stamp));
    expect(read.subject).toBe(content.subject);
    expect(read.from).toMatchObject(content.from ?? {});
    expect(read.html).toContain('Hello <img src="cid:pic"> ü');
    expect(read.text).toContain('Hello');
    expect(read.attachments.map((one) => [one.filename, one.disposition, one.contentId])).toEqual([
      ['画像.png', 'inline', '<pic>'],
      ['plan "B".bin', 'attachment', undefined],
    ]);
    expect(read.attachments.every((one) => bytes.equals(Buffer.from(one.content as ArrayBuffer)))).toBe(true);
  });

  test('cannot smuggle header lines in', () => {
    const evil = {
      ...content,
      subject: 'a\r\nBcc: eve@evil.example',
      to: [{ name: 'x"\r\nX-Evil: 1', address: 'a@b.example>\r\nX-Evil: 2' }],
    };
    const head = writeMessage(evil, stamp).toString().split('\r\n\r\n')[0] ?? '';
    expect(head).not.toMatch(/^(X-Evil|Bcc: eve)/im);
  });
});
