/**
 * What a message is besides its MIME: the fields a listing asks Graph for, in the compact form in which a row keeps
 * them (defaults left out), and back. Restoring and comparing read the same form, so "equal" has one meaning.
 */
import * as v from 'valibot';
import type { JsonValue, Row } from '../../repository/model.ts';

/** Message properties that a listing selects (learn.microsoft.com/graph/api/resources/message). */
export const selected = [
  'subject',
  'from',
  'sender',
  'toRecipients',
  'ccRecipients',
  'bccRecipients',
  'replyTo',
  'receivedDateTime',
  'sentDateTime',
  'createdDateTime',
  'lastModifiedDateTime',
  'isRead',
  'isDraft',
  'importance',
  'categories',
  'flag',
  'hasAttachments',
  'internetMessageId',
  'conversationId',
  'bodyPreview',
  'inferenceClassification',
  'isReadReceiptRequested',
  'isDeliveryReceiptRequested',
  'changeKey',
  'parentFolderId',
] as const;

/** PidTagMessageSize (MS-OXPROPS 2.791): what the mailbox counts for the message. */
const sizeProperty = 'Integer 0x0E08';
/** PidTagIconIndex, PidTagLastVerbExecuted and -ExecutionTime: the "replied" and "forwarded" marks. */
const markProperties = ['Integer 0x1080', 'Integer 0x1081', 'SystemTime 0x1082'] as const;

export const expandProperties = `singleValueExtendedProperties($filter=${[sizeProperty, ...markProperties]
  .map((id) => `id eq '${id}'`)
  .join(' or ')})`;

const text = v.nullish(v.string());
const recipient = v.object({ emailAddress: v.object({ name: text, address: text }) });
const recipients = v.nullish(v.array(recipient));
const moment = v.nullish(v.object({ dateTime: v.string(), timeZone: v.string() }));

/** A message of a listing. Changes may carry only the properties that changed, so everything but the id may be absent. */
export const messageSchema = v.object({
  id: v.string(),
  '@removed': v.optional(v.object({ reason: text })),
  '@odata.type': v.optional(v.string()),
  '@odata.etag': text,
  subject: text,
  from: v.nullish(recipient),
  sender: v.nullish(recipient),
  toRecipients: recipients,
  ccRecipients: recipients,
  bccRecipients: recipients,
  replyTo: recipients,
  receivedDateTime: text,
  sentDateTime: text,
  createdDateTime: text,
  lastModifiedDateTime: text,
  isRead: v.nullish(v.boolean()),
  isDraft: v.nullish(v.boolean()),
  importance: text,
  categories: v.nullish(v.array(v.string())),
  flag: v.nullish(
    v.object({
      flagStatus: text,
      startDateTime: moment,
      dueDateTime: moment,
      completedDateTime: moment,
    }),
  ),
  hasAttachments: v.nullish(v.boolean()),
  internetMessageId: text,
  conversationId: text,
  bodyPreview: text,
  inferenceClassification: text,
  isReadReceiptRequested: v.nullish(v.boolean()),
  isDeliveryReceiptRequested: v.nullish(v.boolean()),
  changeKey: text,
  parentFolderId: text,
  singleValueExtendedProperties: v.nullish(v.array(v.object({ id: v.string(), value: text }))),
});
export type GraphMessage = v.InferOutput<typeof messageSchema>;

const address = v.object({ name: v.optional(v.string()), address: v.optional(v.string()) });
const addresses = v.optional(v.array(address));
const factMoment = v.optional(v.object({ dateTime: v.string(), timeZone: v.string() }));

/** Absent means: empty, false, `normal`, not flagged; `sender` is absent where it equals `from`. */
const factsSchema = v.object({
  from: v.optional(address),
  sender: v.optional(address),
  to: addresses,
  cc: addresses,
  bcc: addresses,
  replyTo: addresses,
  received: v.optional(v.string()),
  sent: v.optional(v.string()),
  created: v.optional(v.string()),
  modified: v.optional(v.string()),
  draft: v.optional(v.literal(true)),
  importance: v.optional(v.string()),
  categories: v.optional(v.array(v.string())),
  flag: v.optional(
    v.object({ status: v.string(), start: factMoment, due: factMoment, completed: factMoment }),
  ),
  messageId: v.optional(v.string()),
  conversation: v.optional(v.string()),
  inference: v.optional(v.string()),
  readReceipt: v.optional(v.literal(true)),
  deliveryReceipt: v.optional(v.literal(true)),
  /** OData type without its namespace where it is not `message`: `eventMessageRequest` and its kin. */
  type: v.optional(v.string()),
  /** Values of `markProperties`. */
  marks: v.optional(v.record(v.string(), v.string())),
});
export type MessageFacts = v.InferOutput<typeof factsSchema>;
export type Address = v.InferOutput<typeof address>;

/** What a row's meta holds: four keys that every list shows, and the rest. */
const metaSchema = v.object({
  from: v.optional(v.string(), ''),
  isRead: v.optional(v.boolean(), false),
  hasAttachments: v.optional(v.boolean(), false),
  preview: v.optional(v.string(), ''),
  /** Names in Graph's order; known once the message has been fetched. */
  attachments: v.optional(v.array(v.string()), []),
  facts: v.optional(factsSchema, {}),
});
export type MessageMeta = v.InferOutput<typeof metaSchema>;

/** Rows come from an authenticated repository but maybe from another version of Holdfast: unknown shapes read as empty. */
export function parseMeta(meta: Row['meta']): MessageMeta {
  const parsed = v.safeParse(metaSchema, meta);
  return parsed.success ? parsed.output : v.parse(metaSchema, {});
}

export function metaOf(message: GraphMessage): Readonly<Record<string, JsonValue>> {
  const from = message.from?.emailAddress;
  return withoutDefaults({
    from: from?.name || from?.address,
    isRead: message.isRead,
    hasAttachments: message.hasAttachments,
    preview: message.bodyPreview?.slice(0, 255),
    facts: factsOf(message),
  });
}

export function factsOf(message: GraphMessage): MessageFacts & Record<string, JsonValue> {
  const from = addressOf(message.from);
  const sender = addressOf(message.sender);
  const type = message['@odata.type']?.replace('#microsoft.graph.', '');
  return withoutDefaults({
    from,
    sender: JSON.stringify(sender) === JSON.stringify(from) ? undefined : sender,
    to: message.toRecipients?.map(addressOf),
    cc: message.ccRecipients?.map(addressOf),
    bcc: message.bccRecipients?.map(addressOf),
    replyTo: message.replyTo?.map(addressOf),
    received: message.receivedDateTime,
    sent: message.sentDateTime,
    created: message.createdDateTime,
    modified: message.lastModifiedDateTime,
    draft: message.isDraft,
    importance: message.importance === 'normal' ? undefined : message.importance,
    categories: message.categories,
    flag: flagOf(message.flag),
    messageId: message.internetMessageId,
    conversation: message.conversationId,
    inference: message.inferenceClassification,
    readReceipt: message.isReadReceiptRequested,
    deliveryReceipt: message.isDeliveryReceiptRequested,
    type: type === 'message' ? undefined : type,
    marks: marksOf(message),
  }) as MessageFacts & Record<string, JsonValue>;
}

/** The change key, which a change of the read state alone carries only inside its etag: `W/"…"`. */
export const versionOf = (message: GraphMessage): string | undefined =>
  message.changeKey ?? /^W\/"(.+)"$/.exec(message['@odata.etag'] ?? '')?.[1];

/** Undefined where the listing did not say. */
export function sizeOf(message: GraphMessage): number | undefined {
  const value = message.singleValueExtendedProperties?.find(({ id }) =>
    sameProperty(id, sizeProperty),
  )?.value;
  const size = Number(value ?? Number.NaN);
  return Number.isSafeInteger(size) && size >= 0 ? size : undefined;
}

/** The service spells a tag as it was asked for or with its digits in another case (`Integer 0xe08`). */
const sameProperty = (a: string, b: string): boolean =>
  a.toLowerCase().replace(/0x0+/, '0x') === b.toLowerCase().replace(/0x0+/, '0x');

function marksOf(message: GraphMessage): Record<string, string> {
  const marks: Record<string, string> = {};
  for (const id of markProperties) {
    const value = message.singleValueExtendedProperties?.find((property) =>
      sameProperty(property.id, id),
    )?.value;
    if (value != null && value !== '-1') marks[id] = value;
  }
  return marks;
}

function addressOf(from: GraphMessage['from']): Address & Record<string, JsonValue> {
  return withoutDefaults({ name: from?.emailAddress.name, address: from?.emailAddress.address });
}

function flagOf(flag: GraphMessage['flag']): Record<string, JsonValue> | undefined {
  if (!flag?.flagStatus || flag.flagStatus === 'notFlagged') return undefined;
  return withoutDefaults({
    status: flag.flagStatus,
    start: flag.startDateTime,
    due: flag.dueDateTime,
    completed: flag.completedDateTime,
  });
}

/** Drops what is absent, null, false, empty text, empty list or empty object. */
function withoutDefaults(
  fields: Readonly<Record<string, JsonValue | null | undefined>>,
): Record<string, JsonValue> {
  return Object.fromEntries(
    Object.entries(fields).filter((entry): entry is [string, JsonValue] => !isDefault(entry[1])),
  );
}

const isDefault = (value: JsonValue | null | undefined): boolean =>
  value == null ||
  value === false ||
  value === '' ||
  (typeof value === 'object' && Object.keys(value).length === 0);
