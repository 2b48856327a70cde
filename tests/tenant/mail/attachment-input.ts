/** Attachments as clients send them in JSON. */
import { GraphError } from '../graph/context.ts';
import { contentFrom, parseMessageInput } from './message-input.ts';
import type { Attachment } from './message.ts';
import { writeMessage } from './mime/write.ts';
import { conversationIndex } from './outlook-ids.ts';

type Json = Record<string, unknown>;

const unreadable = (message: string): GraphError => new GraphError(400, 'RequestBodyRead', message);

const missing = (name: string): GraphError =>
  new GraphError(400, 'ErrorRequiredPropertyMissing', `Required property is missing: ${name}.`);

const textOrNull = (json: Json, name: string): string | null => {
  const value = json[name];
  return typeof value === 'string' ? value : null;
};

function parseBytes(json: Json): Buffer {
  const value = json['contentBytes'];
  if (typeof value !== 'string') throw missing('contentBytes');
  if (!/^[A-Za-z0-9+/_-]*={0,2}$/.test(value)) {
    throw unreadable("Cannot convert the value of 'contentBytes' to the expected type 'Edm.Binary'.");
  }
  return Buffer.from(value, 'base64');
}

/** The MIME of a message given as JSON inside an attachment. */
function itemBytes(json: Json, now: string): Buffer {
  const item = json['item'];
  if (typeof item !== 'object' || item === null) throw missing('item');
  const type = (item as Json)['@odata.type'];
  if (typeof type === 'string' && !/^#?microsoft\.graph\.message$/i.test(type)) {
    throw new GraphError(
      501,
      'NotImplemented',
      'The simulated tenant takes only messages as attached items.',
    );
  }
  const content = contentFrom(parseMessageInput(item as Json, now), parseAttachments(item as Json, now));
  const sent = Date.parse(
    typeof (item as Json)['sentDateTime'] === 'string' ? String((item as Json)['sentDateTime']) : now,
  );
  return writeMessage(content, { sent, threadIndex: conversationIndex(content.conversation, sent) });
}

/** 400 where the type or a required property is missing. `now` is an ISO time. */
export function parseAttachment(json: Json, ordinal: number, now: string): Attachment {
  const type = String(json['@odata.type'] ?? '')
    .replace(/^#/, '')
    .toLowerCase();
  const name = textOrNull(json, 'name');
  const shared = {
    ordinal,
    name: name ?? '',
    contentType: textOrNull(json, 'contentType'),
    isInline: json['isInline'] === true,
    contentId: textOrNull(json, 'contentId'),
    contentLocation: textOrNull(json, 'contentLocation'),
  };
  if (name === null) throw missing('name');
  if (type === 'microsoft.graph.fileattachment') {
    const bytes = parseBytes(json);
    return { ...shared, kind: 'file', bytes: () => bytes };
  }
  if (type === 'microsoft.graph.itemattachment') {
    const bytes = itemBytes(json, now);
    return { ...shared, kind: 'item', contentType: null, bytes: () => bytes };
  }
  if (type === 'microsoft.graph.referenceattachment') {
    return { ...shared, kind: 'reference', bytes: () => new Uint8Array() };
  }
  throw unreadable('A type named in @odata.type must be given for an attachment: it is abstract.');
}

/** The attachments in a message of a request. */
export function parseAttachments(json: Json, now: string): Attachment[] {
  const list = json['attachments'] ?? [];
  if (!Array.isArray(list))
    throw unreadable("A value for the collection property 'attachments' was expected.");
  return list.map((entry: unknown, index) => parseAttachment((entry ?? {}) as Json, index + 1, now));
}
