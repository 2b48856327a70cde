/** Attachments as Graph shows them. */
import { GraphError } from '../graph/context.ts';
import type { Entity } from '../graph/odata.ts';
import { isoSeconds } from '../world/clock.ts';
import { bodyFor, hasFiles, type MessageView } from './message-json.ts';
import type { Attachment } from './message.ts';
import { readMessage } from './mime/read.ts';
import { attachmentId } from './outlook-ids.ts';
import { preview } from './html.ts';
import { toRecipient } from './recipients.ts';

export const attachmentIdOf = ({ request, item }: MessageView, attachment: Attachment): string =>
  attachmentId(
    request.mailbox.ids,
    request.ids,
    { folder: item.folder.key, item: item.key },
    attachment.ordinal,
  );

/** Exchange counts an attachment's properties too, so its size is more than its content. */
const propertyBytes = (attachment: Attachment): number =>
  142 + 4 * attachment.name.length + 2 * (attachment.contentId?.length ?? 0);

/** The message inside an item attachment; it has no id of its own. */
function innerMessage(view: MessageView, attachment: Attachment): Entity {
  const content = readMessage(attachment.bytes());
  const sent = isoSeconds(content.sent ?? view.item.received);
  return {
    '@odata.type': '#microsoft.graph.message',
    id: '',
    createdDateTime: sent,
    lastModifiedDateTime: sent,
    receivedDateTime: sent,
    sentDateTime: sent,
    hasAttachments: hasFiles(content),
    internetMessageId: content.internetMessageId,
    subject: content.subject,
    bodyPreview: preview(content.body),
    importance: content.importance,
    isDeliveryReceiptRequested: content.deliveryReceipt || null,
    isReadReceiptRequested: content.readReceipt,
    isRead: true,
    isDraft: false,
    body: bodyFor(content.body, view.request.prefer),
    ...(content.sender ? { sender: toRecipient(content.sender) } : {}),
    ...(content.from ? { from: toRecipient(content.from) } : {}),
    toRecipients: content.to.map(toRecipient),
    ccRecipients: content.cc.map(toRecipient),
    bccRecipients: content.bcc.map(toRecipient),
    replyTo: content.replyTo.map(toRecipient),
  };
}

export interface AttachmentOptions {
  /** Names of `$select`; nothing for all. */
  readonly select: readonly string[] | undefined;
  /** `$expand=microsoft.graph.itemAttachment/item` */
  readonly expandItem: boolean;
}

const common = ['id', 'lastModifiedDateTime', 'name', 'contentType', 'size', 'isInline'];
const ofFiles = ['contentId', 'contentLocation', 'contentBytes'];

/** 400 for names a collection of attachments does not know: those of files need their type before them. */
export function parseAttachmentSelect(text: string | null, single = false): readonly string[] | undefined {
  if (!text) return undefined;
  return text.split(',').map((part) => {
    const name = part.trim();
    const bare = name.replace(/^microsoft\.graph\.fileAttachment\//i, '');
    if (common.includes(bare) || (ofFiles.includes(bare) && (single || bare !== name))) return bare;
    throw new GraphError(
      400,
      'RequestBroker--ParseUri',
      `Could not find a property named '${name.slice(0, 80)}' on type 'microsoft.graph.attachment'.`,
    );
  });
}

export function attachmentJson(
  view: MessageView,
  attachment: Attachment,
  options: AttachmentOptions,
): Entity {
  const wants = (name: string): boolean => options.select?.includes(name) ?? true;
  const bytes = wants('size') || wants('contentBytes') ? attachment.bytes() : new Uint8Array();
  const entity: Entity = { '@odata.type': `#microsoft.graph.${attachment.kind}Attachment` };
  if (attachment.kind === 'file') {
    entity['@odata.mediaContentType'] = attachment.contentType ?? 'application/octet-stream';
  }
  entity['id'] = attachmentIdOf(view, attachment);
  const all: Entity = {
    lastModifiedDateTime: isoSeconds(view.item.created),
    name: attachment.name,
    contentType: attachment.contentType,
    size: bytes.length + propertyBytes(attachment),
    isInline: attachment.isInline,
  };
  if (attachment.kind === 'file') {
    all['contentId'] = attachment.contentId;
    all['contentLocation'] = attachment.contentLocation;
    if (wants('contentBytes')) all['contentBytes'] = Buffer.from(bytes).toString('base64');
  }
  for (const [name, value] of Object.entries(all)) if (wants(name)) entity[name] = value;
  if (attachment.kind === 'item' && options.expandItem) entity['item'] = innerMessage(view, attachment);
  return entity;
}
