/** What becomes of a message that a client makes or changes. */
import { GraphError } from '../graph/context.ts';
import { isoSeconds } from '../world/clock.ts';
import { parseAttachments } from './attachment-input.ts';
import { sizeOf } from './contents.ts';
import { deliveryTime, derivedProperties, messageFlags, submitTime, timeOf } from './extended-properties.ts';
import type { Folder } from './folders.ts';
import type { MailItem } from './mailbox.ts';
import { contentFrom, parseMessageInput, type MessageInput } from './message-input.ts';
import { readHead } from './mime/head.ts';
import { internetMessageIdOf } from './mime/read.ts';
import { requireSpace, type MailRequest } from './request.ts';

type Json = Record<string, unknown>;

const messageHost = 'mail.contoso.example';

const newMessageId = (request: MailRequest): string => `<${request.world.ids.guid()}@${messageHost}>`;

const readFlag = 1;
const unsentFlag = 8;

const stored = (input: MessageInput): Map<string, string> =>
  new Map(input.extended.filter(({ id }) => !derivedProperties.has(id)).map(({ id, value }) => [id, value]));

/**
 * A message from JSON is a draft unless its PidTagMessageFlags are given without the unsent bit; the same way its two
 * dates can be set. That works at creation only (alcionai/corso; DavMail re-creates items for it).
 */
export function createFromJson(request: MailRequest, folder: Folder, json: Json): MailItem {
  const now = request.world.clock.now();
  const input = parseMessageInput(json, isoSeconds(now));
  const property = (id: string) => input.extended.find((entry) => entry.id === id);
  const flags = property(messageFlags);
  const bits = flags ? Number(flags.value) : unsentFlag | readFlag;
  if (!Number.isInteger(bits)) {
    throw new GraphError(
      400,
      'ErrorPropertyValueInvalid',
      `The value of property '${messageFlags}' is not an integer.`,
    );
  }
  const internetMessageId = input.content.internetMessageId ?? newMessageId(request);
  const attachments = parseAttachments(json, isoSeconds(now));
  const content = { ...contentFrom(input, attachments), internetMessageId };
  const size = sizeOf(content);
  requireSpace(request.mailbox, size);
  return request.mailbox.add({
    folder,
    source: { content },
    size,
    received: timeOf(property(deliveryTime)) ?? now,
    sent: timeOf(property(submitTime)) ?? now,
    internetMessageId,
    isRead: input.isRead ?? (bits & readFlag) !== 0,
    isDraft: (bits & unsentFlag) !== 0,
    categories: input.categories ?? [],
    flag: input.flag ?? { flagStatus: 'notFlagged' },
    importance: input.importance,
    inference: input.inference ?? 'focused',
    extended: stored(input),
  });
}

/** MIME is always a draft of now, whatever its headers say; text that is no base64 is refused. */
export function createFromMime(request: MailRequest, folder: Folder, body: Uint8Array): MailItem {
  const text = Buffer.from(body).toString('latin1').replace(/\s+/g, '');
  if (text === '' || text.length % 4 === 1 || !/^[A-Za-z0-9+/_-]+={0,2}$/.test(text)) {
    throw new GraphError(
      400,
      'ErrorMimeContentInvalidBase64String',
      'Invalid base64 string for MIME content.',
    );
  }
  const mime = Buffer.from(text, 'base64');
  requireSpace(request.mailbox, mime.length);
  const now = request.world.clock.now();
  return request.mailbox.add({
    folder,
    source: { mime },
    size: mime.length,
    received: now,
    sent: now,
    internetMessageId: internetMessageIdOf(readHead(mime).fields) ?? newMessageId(request),
    isRead: true,
    isDraft: true,
  });
}

/** From this day sent and received mail is closed to apps without the new role (Microsoft, message of 2026-03-24). */
const contentClosedFrom = Date.UTC(2026, 11, 31);

function refuseSensitive(
  request: MailRequest,
  item: MailItem,
  input: MessageInput,
  permissions: ReadonlySet<string>,
): void {
  if (item.isDraft || input.sensitive.length === 0 || request.world.clock.now() < contentClosedFrom) return;
  if (permissions.has('Mail-Advanced.ReadWrite.All') || permissions.has('Mail-Advanced.ReadWrite')) return;
  throw new GraphError(403, 'ErrorAccessDenied', 'Access is denied. Check credentials and try again.');
}

/** Changes contents in place: bytes that were delivered are rendered anew from then on. */
function changeContent(request: MailRequest, item: MailItem, input: MessageInput): void {
  const content = { ...request.world.mail.contents.of(item), ...input.content };
  item.source = { content };
  item.size = sizeOf(content);
  item.internetMessageId = input.content.internetMessageId ?? item.internetMessageId;
}

/** Applies a PATCH. Flags and dates of creation are not changed by it, attachments have routes of their own. */
export function patchMessage(
  request: MailRequest,
  item: MailItem,
  json: Json,
  permissions: ReadonlySet<string>,
): void {
  const input = parseMessageInput(json, isoSeconds(request.world.clock.now()));
  refuseSensitive(request, item, input, permissions);
  const { isRead, categories, flag, importance, inference } = input;
  const touchesContent = Object.keys(input.content).length > 0;
  const onlyRead =
    !touchesContent && input.extended.length === 0 && !categories && !flag && !importance && !inference;
  if (onlyRead && (isRead === undefined || isRead === item.isRead)) return;
  request.mailbox.change(item, onlyRead ? 'read-state' : 'full', () => {
    if (touchesContent) changeContent(request, item, input);
    if (isRead !== undefined) item.isRead = isRead;
    if (categories) item.categories = categories;
    if (flag) item.flag = flag;
    if (importance) item.importance = importance;
    if (inference) item.inference = inference;
    item.extended = new Map([...item.extended, ...stored(input)]);
  });
}
