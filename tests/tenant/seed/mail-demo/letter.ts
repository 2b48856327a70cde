/** A letter and how it travels: MIME as a mail server hands it over, with its trace and its thread. */
import { createHash } from 'node:crypto';
import { htmlToText } from '../../mail/html.ts';
import type { Address, Attachment, Body } from '../../mail/message.ts';
import { writeDate, writeMessage } from '../../mail/mime/write.ts';
import { conversationIndex } from '../../mail/outlook-ids.ts';

export interface Enclosure {
  readonly name: string;
  readonly contentType: string;
  readonly bytes: Uint8Array;
  /** Shown in the text by this Content-ID. */
  readonly contentId?: string;
}

export interface Letter {
  readonly from: Address;
  readonly to: readonly Address[];
  readonly cc?: readonly Address[];
  readonly subject: string;
  readonly body: Body;
  /** Milliseconds since the epoch. */
  readonly sent: number;
  readonly enclosures?: readonly Enclosure[];
  readonly importance?: 'low' | 'high';
  /** The letters before this one in its thread, oldest first. */
  readonly thread?: readonly string[];
  readonly headers?: readonly string[];
}

const domainOf = ({ address }: Address): string => address.slice(address.indexOf('@') + 1);

/** Follows from sender, time and subject: the same letter has the same id in every mailbox. */
export function messageIdOf({ from, sent, subject }: Letter): string {
  const hash = createHash('sha256').update(`${from.address}|${sent}|${subject}`).digest('hex').slice(0, 32);
  return `<${hash.toUpperCase()}@${domainOf(from)}>`;
}

const attachmentOf = (enclosure: Enclosure, index: number): Attachment => ({
  kind: enclosure.contentType === 'message/rfc822' ? 'item' : 'file',
  ordinal: index + 1,
  name: enclosure.name,
  contentType: enclosure.contentType,
  isInline: enclosure.contentId !== undefined,
  contentId: enclosure.contentId ?? null,
  contentLocation: null,
  bytes: () => enclosure.bytes,
});

/** The bytes as they stand in a mailbox. */
export function writeLetter(letter: Letter): Buffer {
  const { from, to, cc = [], subject, body, sent, enclosures = [], thread = [] } = letter;
  const root = thread[0] ?? messageIdOf(letter);
  const message = writeMessage(
    {
      subject,
      from,
      sender: from,
      to,
      cc,
      bcc: [],
      replyTo: [],
      body,
      headers: [],
      internetMessageId: messageIdOf(letter),
      sent,
      importance: letter.importance ?? 'normal',
      deliveryReceipt: false,
      readReceipt: false,
      conversation: root,
      attachments: enclosures.map(attachmentOf),
    },
    { sent, threadIndex: conversationIndex(root, sent) },
  );
  const host = domainOf(from);
  const trace = [
    `Received: from mx.${host} (192.0.2.25) by inbound.protection.contoso.example\r\n with ESMTPS; ${writeDate(sent + 4_000)}`,
    `Return-Path: ${from.address}`,
    ...(thread.length > 0
      ? [`In-Reply-To: ${thread.at(-1) ?? ''}`, `References: ${thread.join('\r\n ')}`]
      : []),
    ...(letter.headers ?? []),
  ];
  return Buffer.concat([Buffer.from(`${trace.join('\r\n')}\r\n`), message]);
}

const escapeText = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const style = 'font-family:Calibri,Arial,sans-serif;font-size:11pt';

/** Paragraphs (parted by empty lines) as Outlook would write them. `direction` is for Arabic and Hebrew. */
export function paragraphs(text: string, direction: 'ltr' | 'rtl' = 'ltr'): string {
  return text
    .split('\n\n')
    .map(
      (part) => `<p dir="${direction}" style="${style}">${escapeText(part).replaceAll('\n', '<br>\r\n')}</p>`,
    )
    .join('\r\n');
}

export const htmlDocument = (inner: string): string =>
  `<html><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8"></head>\r\n<body>\r\n${inner}\r\n</body></html>\r\n`;

/** The letter being answered, as it stands below the answer. */
export function quote(letter: Letter): string {
  const { from, sent, subject, body } = letter;
  const text = body.type === 'html' ? htmlToText(body.content) : body.content;
  const head = `<b>From:</b> ${escapeText(`${from.name} <${from.address}>`)}<br><b>Sent:</b> ${writeDate(sent)}<br><b>Subject:</b> ${escapeText(subject)}`;
  return `<hr>\r\n<p style="${style}">${head}</p>\r\n<div style="${style}">${escapeText(text.slice(0, 1_500)).replace(/\r?\n/g, '<br>\r\n')}</div>`;
}
