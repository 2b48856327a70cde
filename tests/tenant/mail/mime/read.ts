/** A message's contents from its MIME, read as Exchange would: what is the body, what is an attachment, what is inline. */
import { createHash } from 'node:crypto';
import {
  topicOf,
  type Attachment,
  type Body,
  type HeaderField,
  type Importance,
  type MessageContent,
} from '../message.ts';
import { decodeText, decodeTransfer } from './charset.ts';
import { field, joined, readAddresses, readHead, readWords } from './head.ts';
import { readParts, type Part } from './part.ts';

const extensions: Readonly<Record<string, string>> = {
  'text/plain': 'txt',
  'text/html': 'htm',
  'text/calendar': 'ics',
  'image/png': 'png',
  'image/jpeg': 'jpg',
  'image/gif': 'gif',
  'application/pdf': 'pdf',
  'message/delivery-status': 'dat',
};

/** What is gathered while the tree is walked. */
interface Gathered {
  readonly attachments: Attachment[];
  body: Body | undefined;
}

interface Place {
  /** Inside multipart/related: a Content-ID there makes a part inline. */
  readonly related: boolean;
}

const decoded = (part: Part): Uint8Array => decodeTransfer(part.content, part.encoding);

const textOf = (part: Part): string =>
  decodeText(decoded(part), part.contentType.parameters.get('charset')).replace(/^\ufeff/, '');

const fileNameOf = (part: Part): string =>
  part.disposition.parameters.get('filename') ?? part.contentType.parameters.get('name') ?? '';

function attachmentName(part: Part, ordinal: number): string {
  const given = fileNameOf(part).replace(/^.*[\\/]/, '');
  if (given) return given.slice(0, 255);
  if (part.type === 'message/rfc822') {
    return readWords(field(readHead(Buffer.from(decoded(part))).fields, 'Subject')) || 'Untitled message';
  }
  return `ATT${String(ordinal).padStart(5, '0')}.${extensions[part.type] ?? 'bin'}`;
}

function addAttachment(part: Part, place: Place, gathered: Gathered): void {
  const ordinal = gathered.attachments.length + 1;
  const contentId =
    field(part.fields, 'Content-ID')
      ?.replace(/^\s*<|>\s*$/g, '')
      .trim() || null;
  const disposition = part.disposition.value;
  gathered.attachments.push({
    kind: part.type === 'message/rfc822' ? 'item' : 'file',
    ordinal,
    name: attachmentName(part, ordinal),
    contentType: part.type === 'message/rfc822' ? null : part.type,
    isInline:
      contentId !== null && disposition !== 'attachment' && (place.related || disposition === 'inline'),
    contentId,
    contentLocation: field(part.fields, 'Content-Location') ?? null,
    bytes: () => decoded(part),
  });
}

const isText = (part: Part): boolean =>
  (part.type === 'text/plain' || part.type === 'text/html') &&
  part.disposition.value !== 'attachment' &&
  fileNameOf(part) === '';

/** How good a body this branch of an alternative would give: HTML before text before nothing. */
function worth(part: Part): number {
  if (isText(part)) return part.type === 'text/html' ? 2 : 1;
  return part.children.reduce((best, child) => Math.max(best, worth(child)), 0);
}

function walkAlternative(part: Part, place: Place, gathered: Gathered): void {
  const best = part.children.reduce<Part | undefined>(
    (found, child) => (worth(child) >= (found ? worth(found) : 1) ? child : found),
    undefined,
  );
  for (const child of part.children) {
    if (child === best) walk(child, place, gathered);
    // Another rendering is no attachment; a file beside the renderings is one.
    else if (worth(child) === 0 && child.type !== 'text/calendar') walk(child, place, gathered);
  }
}

function walk(part: Part, place: Place, gathered: Gathered): void {
  if (part.children.length > 0) {
    if (part.type === 'multipart/alternative') return walkAlternative(part, place, gathered);
    const inside = part.type === 'multipart/related' ? { related: true } : place;
    for (const child of part.children) walk(child, inside, gathered);
    return;
  }
  const unopened = part.type.startsWith('multipart/') && gathered.body === undefined;
  if ((isText(part) || unopened) && gathered.body === undefined) {
    gathered.body = { type: part.type === 'text/html' ? 'html' : 'text', content: textOf(part) };
  } else if (part.content.length > 0 || fileNameOf(part) !== '') {
    addAttachment(part, place, gathered);
  }
}

/** Milliseconds since the epoch; nothing for dates that no mail system would believe. */
export function readDate(value: string | undefined): number | null {
  if (!value) return null;
  const cleaned = value
    .slice(0, 200)
    .replace(/\([^)]*\)/g, ' ')
    .replace(/\s+/g, ' ')
    .replace(/(\d{1,2}) ?(\w{3})[a-z]* (\d{4})/i, '$1 $2 $3')
    .trim();
  const time = Date.parse(cleaned);
  return Number.isFinite(time) && time > Date.UTC(1971, 0) && time < Date.UTC(2100, 0) ? time : null;
}

function importanceOf(fields: readonly HeaderField[]): Importance {
  const said = (field(fields, 'Importance') ?? field(fields, 'X-MSMail-Priority') ?? '').toLowerCase();
  const priority = /^\s*([1-5])/.exec(field(fields, 'X-Priority') ?? '')?.[1] ?? '3';
  if (said.startsWith('high') || '12'.includes(priority)) return 'high';
  return said.startsWith('low') || '45'.includes(priority) ? 'low' : 'normal';
}

const messageIds = (value: string | undefined): string[] => value?.match(/<[^<>\s]{1,500}>/g) ?? [];

export const internetMessageIdOf = (fields: readonly HeaderField[]): string | null => {
  const value = field(fields, 'Message-ID');
  return messageIds(value)[0] ?? (value ? value.slice(0, 500) : null);
};

/** The first message of the thread names the conversation; without one the subject does. */
function conversationOf(fields: readonly HeaderField[], subject: string): string {
  const root = messageIds(field(fields, 'References'))[0] ?? messageIds(field(fields, 'In-Reply-To'))[0];
  const own = internetMessageIdOf(fields);
  return root ?? own ?? createHash('md5').update(topicOf(subject)).digest('hex');
}

/** The date of the topmost `Received`, which the last server wrote; else `Date`. */
export function receivedDateOf(fields: readonly HeaderField[]): number | null {
  const trace = field(fields, 'Received');
  const stamp = trace === undefined ? undefined : trace.slice(trace.lastIndexOf(';') + 1);
  return readDate(field(fields, 'Date')) ?? readDate(stamp);
}

/** Reads any bytes. Whatever is broken is read as far as it goes; nothing is thrown. */
export function readMessage(mime: Uint8Array): MessageContent {
  const root = readParts(mime);
  const gathered: Gathered = { attachments: [], body: undefined };
  walk(root, { related: false }, gathered);
  const fields = root.fields;
  const subject = readWords(field(fields, 'Subject')).slice(0, 4_000);
  const from = readAddresses(field(fields, 'From'))[0] ?? null;
  return {
    subject,
    from,
    sender: readAddresses(field(fields, 'Sender'))[0] ?? from,
    to: readAddresses(joined(fields, 'To')),
    cc: readAddresses(joined(fields, 'Cc')),
    bcc: readAddresses(joined(fields, 'Bcc')),
    replyTo: readAddresses(joined(fields, 'Reply-To')),
    body: gathered.body ?? { type: 'text', content: '' },
    headers: fields.map(({ name, value }) => ({ name, value: readWords(value) })),
    internetMessageId: internetMessageIdOf(fields),
    sent: readDate(field(fields, 'Date')),
    importance: importanceOf(fields),
    deliveryReceipt: field(fields, 'Return-Receipt-To') !== undefined,
    readReceipt: field(fields, 'Disposition-Notification-To') !== undefined,
    conversation: conversationOf(fields, subject),
    attachments: gathered.attachments,
  };
}
