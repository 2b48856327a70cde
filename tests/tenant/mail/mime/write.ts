/**
 * MIME of a message that was made as JSON, as the service renders it: text beside HTML, inline parts related to it,
 * files mixed with both. The same message gives the same bytes.
 */
import { createHash } from 'node:crypto';
import { htmlToText } from '../html.ts';
import { topicOf, type Address, type Attachment, type MessageContent } from '../message.ts';

const isAscii = (text: string): boolean => /^[\x20-\x7e]*$/.test(text);

/** Header values are one line whatever they are made from. */
const oneLine = (text: string): string => text.replace(/[\u0000-\u001f\u007f]+/g, ' ').trim(); // eslint-disable-line no-control-regex

/** RFC 2047, cut between characters so that each word stays within 75. */
function encodeWords(text: string): string {
  const clean = oneLine(text);
  if (isAscii(clean)) return clean;
  const words: string[] = [];
  let chunk = '';
  for (const character of clean) {
    if (Buffer.byteLength(chunk + character) > 42) {
      words.push(chunk);
      chunk = '';
    }
    chunk += character;
  }
  words.push(chunk);
  return words.map((word) => `=?utf-8?B?${Buffer.from(word).toString('base64')}?=`).join('\r\n ');
}

function writeAddress({ name, address }: Address): string {
  const target = `<${oneLine(address).replaceAll(/[<>]/g, '')}>`;
  const label = oneLine(name);
  if (!isAscii(label)) return `${encodeWords(label)} ${target}`;
  return `"${label.replace(/["\\]/g, '\\$&')}" ${target}`;
}

const writeAddresses = (list: readonly Address[]): string => list.map(writeAddress).join(',\r\n ');

const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** RFC 5322 date in UTC. */
export function writeDate(time: number): string {
  const date = new Date(time);
  const clock = date.toISOString().slice(11, 19);
  return `${days[date.getUTCDay()]}, ${date.getUTCDate()} ${months[date.getUTCMonth()]} ${date.getUTCFullYear()} ${clock} +0000`;
}

const base64Lines = (bytes: Uint8Array): string =>
  (
    Buffer.from(bytes)
      .toString('base64')
      .match(/.{1,76}/g) ?? []
  ).join('\r\n');

/** A part or a message: its own fields, then its content. */
interface Rendered {
  readonly fields: readonly string[];
  readonly content: Buffer;
}

function textPart(type: 'plain' | 'html', text: string): Rendered {
  const plainAscii = /^[\x20-\x7e\t\r\n]*$/.test(text) && !/[^\r\n]{900}/.test(text);
  const fields = [`Content-Type: text/${type}; charset="${plainAscii ? 'us-ascii' : 'utf-8'}"`];
  if (plainAscii) {
    return {
      fields: [...fields, 'Content-Transfer-Encoding: 7bit'],
      content: Buffer.from(text.replace(/\r?\n/g, '\r\n')),
    };
  }
  fields.push('Content-Transfer-Encoding: base64');
  return { fields, content: Buffer.from(base64Lines(Buffer.from(text))) };
}

function parameter(name: string, value: string): string {
  const clean = oneLine(value);
  return isAscii(clean) ? `${name}="${clean.replace(/["\\]/g, '\\$&')}"` : `${name}="${encodeWords(clean)}"`;
}

function attachmentPart(attachment: Attachment): Rendered {
  const disposition = attachment.isInline ? 'inline' : 'attachment';
  const id = attachment.contentId ? [`Content-ID: <${oneLine(attachment.contentId)}>`] : [];
  if (attachment.kind === 'item') {
    return {
      fields: ['Content-Type: message/rfc822', `Content-Disposition: ${disposition}`, ...id],
      content: Buffer.from(attachment.bytes()),
    };
  }
  const type = /^[\w.+-]+\/[\w.+-]+$/.test(attachment.contentType ?? '')
    ? attachment.contentType
    : 'application/octet-stream';
  return {
    fields: [
      `Content-Type: ${type};\r\n ${parameter('name', attachment.name)}`,
      `Content-Disposition: ${disposition};\r\n ${parameter('filename', attachment.name)}`,
      ...id,
      'Content-Transfer-Encoding: base64',
    ],
    content: Buffer.from(base64Lines(attachment.bytes())),
  };
}

/** Boundaries follow from what they part, so that reading twice gives the same bytes. */
function multipart(subtype: string, parts: readonly Rendered[]): Rendered {
  const hash = createHash('md5');
  for (const part of parts) hash.update(part.fields.join()).update(part.content);
  const boundary = `_${String(parts.length).padStart(3, '0')}_${hash.digest('hex').toUpperCase()}_`;
  const pieces = parts.flatMap((part) => [
    Buffer.from(`--${boundary}\r\n${part.fields.join('\r\n')}\r\n\r\n`),
    part.content,
    Buffer.from('\r\n'),
  ]);
  return {
    fields: [`Content-Type: multipart/${subtype};\r\n boundary="${boundary}"`],
    content: Buffer.concat([...pieces, Buffer.from(`--${boundary}--\r\n`)]),
  };
}

function renderBody(content: MessageContent): Rendered {
  const { body, attachments } = content;
  const inline = attachments.filter((attachment) => attachment.isInline && attachment.kind === 'file');
  const files = attachments.filter(
    (attachment) => !inline.includes(attachment) && attachment.kind !== 'reference',
  );
  let rendered =
    body.type === 'html'
      ? multipart('alternative', [
          textPart('plain', htmlToText(body.content)),
          textPart('html', body.content),
        ])
      : textPart('plain', body.content);
  if (inline.length > 0) rendered = multipart('related', [rendered, ...inline.map(attachmentPart)]);
  return files.length > 0 ? multipart('mixed', [rendered, ...files.map(attachmentPart)]) : rendered;
}

export interface MimeStamp {
  /** Milliseconds since the epoch: the `Date` field. */
  readonly sent: number;
  /** Base64 of the conversation index. */
  readonly threadIndex: string;
}

const addressLine = (name: string, list: readonly Address[]): string[] =>
  list.length > 0 ? [`${name}: ${writeAddresses(list)}`] : [];

/** The whole message. `bcc` is written too: the service shows it to the owner of the mailbox. */
export function writeMessage(content: MessageContent, stamp: MimeStamp): Buffer {
  const rendered = renderBody(content);
  const sender = content.sender && content.sender.address !== content.from?.address ? [content.sender] : [];
  const custom = content.headers.filter(({ name }) => /^x-[\x21-\x39\x3b-\x7e]+$/i.test(name));
  const lines = [
    ...addressLine('From', content.from ? [content.from] : []),
    ...addressLine('Sender', sender),
    ...addressLine('To', content.to),
    ...addressLine('CC', content.cc),
    ...addressLine('BCC', content.bcc),
    ...addressLine('Reply-To', content.replyTo),
    `Subject: ${encodeWords(content.subject)}`,
    `Thread-Topic: ${encodeWords(topicOf(content.subject))}`,
    `Thread-Index: ${stamp.threadIndex}`,
    ...(content.importance === 'normal' ? [] : [`Importance: ${content.importance}`]),
    `Date: ${writeDate(stamp.sent)}`,
    ...(content.internetMessageId ? [`Message-ID: ${oneLine(content.internetMessageId)}`] : []),
    'Content-Language: en-US',
    `X-MS-Has-Attach:${content.attachments.some((attachment) => !attachment.isInline) ? ' yes' : ''}`,
    ...custom.map(({ name, value }) => `${name}: ${encodeWords(value)}`),
    ...rendered.fields,
    'MIME-Version: 1.0',
  ];
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`), rendered.content]);
}
