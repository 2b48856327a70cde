/** Messages as clients send them in JSON: which properties are taken, which ignored, which refused. */
import { GraphError } from '../graph/context.ts';
import { parseExtendedProperties, type ExtendedProperty } from './extended-properties.ts';
import type { Flag } from './mailbox.ts';
import {
  topicOf,
  type Address,
  type Body,
  type HeaderField,
  type Importance,
  type Attachment,
  type MessageContent,
} from './message.ts';
import { parseRecipient, parseRecipients, parseReplyTo } from './recipients.ts';

type Json = Record<string, unknown>;

/** Properties whose change on sent or received mail is sensitive (reference of Mail-Advanced.ReadWrite). */
const contentNames = new Set(
  (
    'subject body from sender toRecipients ccRecipients bccRecipients replyTo internetMessageId ' +
    'internetMessageHeaders isDeliveryReceiptRequested isReadReceiptRequested'
  ).split(' '),
);

const otherWritable = new Set(
  (
    'isRead categories flag importance inferenceClassification singleValueExtendedProperties ' +
    'multiValueExtendedProperties attachments extensions'
  ).split(' '),
);

/** Accepted and ignored: clients send back what they read. */
const readOnly = new Set(
  (
    'id createdDateTime lastModifiedDateTime changeKey receivedDateTime sentDateTime hasAttachments bodyPreview ' +
    'parentFolderId conversationId conversationIndex isDraft webLink uniqueBody'
  ).split(' '),
);

const unreadable = (message: string): GraphError => new GraphError(400, 'RequestBodyRead', message);

function refuseUnknown(json: Json): void {
  for (const name of Object.keys(json)) {
    if (name.includes('@') || contentNames.has(name) || otherWritable.has(name) || readOnly.has(name))
      continue;
    throw unreadable(
      `The property '${name.slice(0, 80)}' does not exist on type 'microsoft.graph.message'. Make sure to only use property names that are defined by the type.`,
    );
  }
}

function text(json: Json, name: string): string | undefined {
  const value = json[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string') return value;
  throw unreadable(`Cannot convert the value of '${name}' to the expected type 'Edm.String'.`);
}

function flagOf(json: Json, name: string): boolean | undefined {
  const value = json[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'boolean') return value;
  throw unreadable(`Cannot convert the value of '${name}' to the expected type 'Edm.Boolean'.`);
}

function oneOf<T extends string>(json: Json, name: string, members: readonly T[]): T | undefined {
  const value = text(json, name);
  if (value === undefined) return undefined;
  const member = members.find((candidate) => candidate.toLowerCase() === value.toLowerCase());
  if (member === undefined) throw unreadable(`Requested value '${value.slice(0, 60)}' was not found.`);
  return member;
}

/** A complex value; 400 where a text or a number stands in its place. */
function complex(input: unknown): Json | undefined {
  if (input === undefined || input === null) return undefined;
  if (typeof input === 'object' && !Array.isArray(input)) return input as Json;
  throw unreadable(
    "An unexpected 'PrimitiveValue' node was found when reading from the JSON reader. A 'StartObject' node was expected.",
  );
}

function refuseBadDates(json: Json): void {
  for (const name of ['createdDateTime', 'lastModifiedDateTime', 'receivedDateTime', 'sentDateTime']) {
    const value = text(json, name);
    if (value === undefined || Number.isFinite(Date.parse(value))) continue;
    throw unreadable(
      `Cannot convert the literal '${value.slice(0, 60)}' to the expected type 'Edm.DateTimeOffset'.`,
    );
  }
}

function parseBody(input: unknown): Body | undefined {
  const json = complex(input);
  if (!json) return undefined;
  return {
    type: oneOf(json, 'contentType', ['text', 'html']) ?? 'text',
    content: text(json, 'content') ?? '',
  };
}

/** Microsoft Learn, internetMessageHeader: custom headers only, at most five. */
function parseHeaders(input: unknown): HeaderField[] | undefined {
  if (input === undefined || input === null) return undefined;
  if (!Array.isArray(input))
    throw unreadable("A value for the collection property 'internetMessageHeaders' was expected.");
  const headers = input.map((entry: unknown) => {
    const json = complex(entry) ?? {};
    return { name: text(json, 'name') ?? '', value: text(json, 'value') ?? '' };
  });
  const bad = headers.find(({ name }) => !/^x-./i.test(name));
  if (bad) {
    throw new GraphError(
      400,
      'InvalidInternetMessageHeader',
      `The internet message header name '${bad.name.slice(0, 80)}' should start with 'x-' or 'X-'.`,
    );
  }
  if (headers.length > 5) {
    throw new GraphError(
      400,
      'InvalidInternetMessageHeaderCollection',
      'Maximum number of headers in one message should be less than or equal to 5.',
    );
  }
  return headers;
}

function parseMoment(json: Json, name: string): Flag['dueDateTime'] {
  const value = complex(json[name]);
  if (!value) return undefined;
  const dateTime = text(value, 'dateTime');
  if (dateTime === undefined || !Number.isFinite(Date.parse(dateTime)))
    throw unreadable(`The value of '${name}' is not a valid dateTimeTimeZone.`);
  return { dateTime, timeZone: text(value, 'timeZone') ?? 'UTC' };
}

/** A flag as the service keeps it; a due date needs a start (Microsoft Learn, followupFlag). */
export function parseFlag(input: unknown, now: string): Flag | undefined {
  const json = complex(input);
  if (!json) return undefined;
  const flagStatus = oneOf(json, 'flagStatus', ['notFlagged', 'flagged', 'complete']) ?? 'notFlagged';
  if (flagStatus === 'notFlagged') return { flagStatus };
  const startDateTime = parseMoment(json, 'startDateTime');
  const dueDateTime = parseMoment(json, 'dueDateTime');
  if (dueDateTime && !startDateTime) {
    throw new GraphError(400, 'ErrorInvalidRequest', 'A flag with a due date must have a start date.');
  }
  const completed = parseMoment(json, 'completedDateTime') ?? { dateTime: now, timeZone: 'UTC' };
  return {
    flagStatus,
    ...(startDateTime ? { startDateTime } : {}),
    ...(dueDateTime ? { dueDateTime } : {}),
    ...(flagStatus === 'complete' ? { completedDateTime: completed } : {}),
  };
}

function parseCategories(input: unknown): readonly string[] | undefined {
  if (input === undefined || input === null) return undefined;
  if (!Array.isArray(input) || !input.every((entry) => typeof entry === 'string')) {
    throw unreadable("A value for the collection property 'categories' was expected.");
  }
  return [...new Set(input as string[])];
}

/** What a request says about a message, its attachments apart; what it does not say is absent. */
export interface MessageInput {
  readonly content: Partial<MessageContent>;
  readonly isRead?: boolean;
  readonly categories?: readonly string[];
  readonly flag?: Flag;
  readonly importance?: Importance;
  readonly inference?: 'focused' | 'other';
  readonly extended: readonly ExtendedProperty[];
  /** Names of sensitive properties in the request. */
  readonly sensitive: readonly string[];
}

const person = (input: unknown): Address | undefined =>
  input === undefined || input === null ? undefined : parseRecipient(input);

/** Drops what is undefined, so that the rest may overwrite. */
const given = <T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };

function parseContent(json: Json): Partial<MessageContent> {
  const list = (name: string): Address[] | undefined =>
    name in json ? parseRecipients(json[name], name) : undefined;
  const subject = 'subject' in json ? (text(json, 'subject') ?? '') : undefined;
  return given({
    subject,
    conversation: subject === undefined ? undefined : `topic:${topicOf(subject).toLowerCase()}`,
    body: parseBody(json['body']),
    from: person(json['from']),
    sender: person(json['sender']),
    to: list('toRecipients'),
    cc: list('ccRecipients'),
    bcc: list('bccRecipients'),
    replyTo: 'replyTo' in json ? parseReplyTo(json['replyTo']) : undefined,
    headers: parseHeaders(json['internetMessageHeaders']),
    internetMessageId: text(json, 'internetMessageId'),
    deliveryReceipt: flagOf(json, 'isDeliveryReceiptRequested'),
    readReceipt: flagOf(json, 'isReadReceiptRequested'),
  });
}

/** 400 for unknown properties and values of the wrong kind. `now` is an ISO time. */
export function parseMessageInput(json: Json, now: string): MessageInput {
  refuseUnknown(json);
  refuseBadDates(json);
  return {
    content: parseContent(json),
    extended: parseExtendedProperties(json['singleValueExtendedProperties']),
    sensitive: Object.keys(json).filter((name) => contentNames.has(name)),
    ...given({
      isRead: flagOf(json, 'isRead'),
      categories: parseCategories(json['categories']),
      flag: parseFlag(json['flag'], now),
      importance: oneOf<Importance>(json, 'importance', ['low', 'normal', 'high']),
      inference: oneOf(json, 'inferenceClassification', ['focused', 'other'] as const),
    }),
  };
}

/** The contents of a message made from nothing but a request. */
export function contentFrom(input: MessageInput, attachments: readonly Attachment[]): MessageContent {
  return {
    subject: '',
    from: null,
    sender: input.content.from ?? null,
    to: [],
    cc: [],
    bcc: [],
    replyTo: [],
    body: { type: 'text', content: '' },
    headers: [],
    internetMessageId: null,
    sent: null,
    importance: 'normal',
    deliveryReceipt: false,
    readReceipt: false,
    conversation: `topic:${input.content.internetMessageId ?? ''}`,
    ...input.content,
    attachments,
  };
}
