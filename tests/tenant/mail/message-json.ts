/** A message as Graph shows it. Each property is made only where it is asked for. */
import { GraphError } from '../graph/context.ts';
import type { Entity } from '../graph/odata.ts';
import { isoSeconds } from '../world/clock.ts';
import { sentTime } from './contents.ts';
import { crlf, htmlToText, preview, serviceHtml, textToHtml } from './html.ts';
import { deliveryTime, messageFlags, submitTime } from './extended-properties.ts';
import type { MailItem } from './mailbox.ts';
import type { Body, MessageContent } from './message.ts';
import { changeKey, conversationId, conversationIndex, messageId } from './outlook-ids.ts';
import { toRecipient } from './recipients.ts';
import { idOfFolder, idOfItem, type MailRequest } from './request.ts';

export interface MessageView {
  readonly request: MailRequest;
  readonly item: MailItem;
  readonly content: MessageContent;
}

/** Contents are parsed at the first property that needs them. */
export function viewOf(request: MailRequest, item: MailItem): MessageView {
  return {
    request,
    item,
    get content() {
      return request.world.mail.contents.of(item);
    },
  };
}

/** The body in the form `Prefer: outlook.body-content-type` asks for, else in its own. */
export function bodyFor(
  body: Body,
  prefer: ReadonlyMap<string, string>,
): { contentType: string; content: string } {
  const wanted = prefer.get('outlook.body-content-type')?.toLowerCase();
  if (body.type === 'html') {
    if (wanted === 'text') return { contentType: 'text', content: htmlToText(body.content) };
    return {
      contentType: 'html',
      content: serviceHtml(body.content, prefer.has('outlook.allow-unsafe-html')),
    };
  }
  return wanted === 'html'
    ? { contentType: 'html', content: textToHtml(body.content) }
    : { contentType: 'text', content: crlf(body.content) };
}

const changeKeyOf = ({ request, item }: MessageView): string => changeKey(request.mailbox.ids, item.change);

export const hasFiles = (content: MessageContent): boolean =>
  content.attachments.some((attachment) => !attachment.isInline);

type Property = (view: MessageView) => unknown;

const restId = ({ request, item }: MessageView): string =>
  messageId(request.mailbox.ids, 'rest', { folder: item.folder.key, item: item.key });

/** In the order of the service's answers. A property without a value is left out where it gives `undefined`. */
const properties: Readonly<Record<string, Property>> = {
  createdDateTime: ({ item }) => isoSeconds(item.created),
  lastModifiedDateTime: ({ item }) => isoSeconds(item.modified),
  changeKey: changeKeyOf,
  categories: ({ item }) => item.categories,
  receivedDateTime: ({ item }) => isoSeconds(item.received),
  sentDateTime: ({ item, content }) => isoSeconds(sentTime(item, content)),
  hasAttachments: ({ content }) => hasFiles(content),
  internetMessageId: ({ item }) => item.internetMessageId,
  subject: ({ content }) => content.subject,
  bodyPreview: ({ content }) => preview(content.body),
  importance: ({ item, content }) => item.importance ?? content.importance,
  parentFolderId: ({ request, item }) => idOfFolder(request, item.folder),
  conversationId: ({ request, content }) => conversationId(request.mailbox.ids, content.conversation),
  conversationIndex: ({ item, content }) => conversationIndex(content.conversation, sentTime(item, content)),
  isDeliveryReceiptRequested: ({ item, content }) => content.deliveryReceipt || (item.isDraft ? false : null),
  isReadReceiptRequested: ({ content }) => content.readReceipt,
  isRead: ({ item }) => item.isRead,
  isDraft: ({ item }) => item.isDraft,
  webLink: (view) =>
    `https://outlook.office365.com/owa/?ItemID=${encodeURIComponent(restId(view))}&exvsurl=1&viewmodel=ReadMessageItem`,
  inferenceClassification: ({ item }) => item.inference,
  body: ({ request, content }) => bodyFor(content.body, request.prefer),
  sender: ({ content }) => (content.sender ? toRecipient(content.sender) : undefined),
  from: ({ content }) => (content.from ? toRecipient(content.from) : undefined),
  toRecipients: ({ content }) => content.to.map(toRecipient),
  ccRecipients: ({ content }) => content.cc.map(toRecipient),
  bccRecipients: ({ content }) => content.bcc.map(toRecipient),
  replyTo: ({ content }) => content.replyTo.map(toRecipient),
  flag: ({ item }) => item.flag,
};

/** Given only where `$select` names them. */
const onRequest: Readonly<Record<string, Property>> = {
  internetMessageHeaders: ({ content }) => (content.headers.length > 0 ? content.headers : undefined),
  uniqueBody: ({ request, content }) => bodyFor(content.body, request.prefer),
};

export const propertyOf = (name: string): Property | undefined => properties[name] ?? onRequest[name];

/** The names of `$select`, or nothing for the default set; 400 for a name that no message has. */
export function parseSelect(text: string | null): readonly string[] | undefined {
  if (!text) return undefined;
  const names = text
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean);
  const unknown = names.find((name) => name !== 'id' && name !== '*' && !propertyOf(name));
  if (unknown !== undefined) {
    throw new GraphError(
      400,
      'RequestBroker--ParseUri',
      `Could not find a property named '${unknown.slice(0, 80)}' on type 'microsoft.graph.message'.`,
    );
  }
  return names.includes('*') ? undefined : names;
}

/** The message with the selected properties; `@odata.etag` and `id` always. */
export function messageJson(view: MessageView, selected: readonly string[] | undefined): Entity {
  const { request, item } = view;
  const entity: Entity = { '@odata.etag': `W/"${changeKeyOf(view)}"`, id: idOfItem(request, item) };
  const put = (name: string, property: Property): void => {
    const value = property(view);
    if (value !== undefined) entity[name] = value;
  };
  for (const [name, property] of Object.entries(properties)) {
    if (!selected || selected.includes(name)) put(name, property);
  }
  for (const [name, property] of Object.entries(onRequest)) {
    if (selected?.includes(name)) put(name, property);
  }
  return entity;
}

const importanceNumber = { low: 0, normal: 1, high: 2 } as const;

/** MAPI properties that follow from the message itself, by canonical id. */
const derived: Readonly<Record<string, (view: MessageView) => string | undefined>> = {
  [messageFlags]: ({ item, content }) =>
    String((item.isRead ? 1 : 0) | (item.isDraft ? 8 : 0) | (hasFiles(content) ? 16 : 0)),
  [deliveryTime]: ({ item }) => isoSeconds(item.received),
  [submitTime]: ({ item, content }) => isoSeconds(sentTime(item, content)),
  'Integer 0xe08': ({ item }) => String(item.size),
  'Long 0xe08': ({ item }) => String(item.size),
  'Integer 0x17': ({ item, content }) => String(importanceNumber[item.importance ?? content.importance]),
  'String 0x1a': () => 'IPM.Note',
  'String 0x37': ({ content }) => content.subject,
  'String 0x1035': ({ item }) => item.internetMessageId,
  'String 0x7d': ({ item, content }) =>
    'mime' in item.source
      ? content.headers.map(({ name, value }) => `${name}: ${value}\r\n`).join('')
      : undefined,
  'SystemTime 0x3007': ({ item }) => isoSeconds(item.created),
  'SystemTime 0x3008': ({ item }) => isoSeconds(item.modified),
};

/** The value of a MAPI property, or nothing where the message has none. */
export const extendedValue = (view: MessageView, id: string): string | undefined =>
  derived[id]?.(view) ?? view.item.extended.get(id);

/** Adds the wanted properties the message has; without any the collection is left out, as the service does. */
export function addExtended(entity: Entity, view: MessageView, wanted: readonly string[]): void {
  const found = wanted.flatMap((id) => {
    const value = extendedValue(view, id);
    return value === undefined ? [] : [{ id, value }];
  });
  if (found.length > 0) entity['singleValueExtendedProperties'] = found;
}
