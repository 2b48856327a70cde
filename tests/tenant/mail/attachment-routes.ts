/** `…/messages/{id}/attachments…`: list, read, `$value`, add, delete, open an upload session. */
import { Hono } from 'hono';
import { GraphError, type GraphEnv } from '../graph/context.ts';
import type { Entity } from '../graph/odata.ts';
import { isoSeconds } from '../world/clock.ts';
import {
  attachmentIdOf,
  attachmentJson,
  parseAttachmentSelect,
  type AttachmentOptions,
} from './attachment-json.ts';
import { parseAttachment } from './attachment-input.ts';
import { smallestSessionSize } from './attachment-session.ts';
import { sizeOf } from './contents.ts';
import type { MailItem, Mailbox } from './mailbox.ts';
import type { Attachment, MessageContent } from './message.ts';
import { viewOf } from './message-json.ts';
import * as reply from './request.ts';

function optionsOf(request: reply.MailRequest, single: boolean): AttachmentOptions {
  return {
    select: parseAttachmentSelect(reply.option(request, 'select'), single),
    expandItem: /^microsoft\.graph\.itemattachment\/item\b/i.test(reply.option(request, 'expand') ?? ''),
  };
}

const collectionPath = (request: reply.MailRequest, item: MailItem): string =>
  `${request.owner}/messages('${reply.idOfItem(request, item)}')/attachments`;

function openMessage(c: reply.GraphContext): { request: reply.MailRequest; item: MailItem } {
  const request = reply.openRequest(c);
  const item = reply.requireMessage(c, request);
  reply.refuseCorrupt(item);
  return { request, item };
}

function requireAttachment(c: reply.GraphContext, request: reply.MailRequest, item: MailItem): Attachment {
  const view = viewOf(request, item);
  const id = c.req.param('attachment') ?? '';
  const found = view.content.attachments.find((one) =>
    (['rest', 'immutable'] as const).some(
      (ids) => attachmentIdOf({ ...view, content: view.content, request: { ...request, ids } }, one) === id,
    ),
  );
  if (found) return found;
  throw /^A[A-Za-z0-9_-]{40,400}={0,2}$/.test(id)
    ? new GraphError(404, 'ErrorItemNotFound', 'The specified object was not found in the store.')
    : new GraphError(400, 'ErrorInvalidIdMalformed', 'Id is malformed.');
}

function listAttachments(c: reply.GraphContext): Response {
  const { request, item } = openMessage(c);
  const view = viewOf(request, item);
  const options = optionsOf(request, false);
  const chosen = options.select ? `(${options.select.join(',')})` : '';
  return reply.answer(c, request, {
    '@odata.context': reply.contextUrl(request, collectionPath(request, item) + chosen),
    value: view.content.attachments.map((one) => attachmentJson(view, one, options)),
  });
}

function attachmentEntity(
  request: reply.MailRequest,
  item: MailItem,
  one: Attachment,
  options: AttachmentOptions,
): Entity {
  return {
    '@odata.context': reply.contextUrl(request, `${collectionPath(request, item)}/$entity`),
    ...attachmentJson(viewOf(request, item), one, options),
  };
}

function attachmentValue(c: reply.GraphContext): Response {
  const { request, item } = openMessage(c);
  const one = requireAttachment(c, request, item);
  if (one.kind === 'reference')
    throw new GraphError(405, 'ErrorInvalidRequest', 'Reference attachments have no content.');
  const type = one.kind === 'item' ? 'text/plain' : (one.contentType ?? 'application/octet-stream');
  return reply.answerBytes(c, one.bytes(), type);
}

/** Replaces a message's attachments; from then on its MIME is rendered. */
function replaceAttachments(mailbox: Mailbox, item: MailItem, content: MessageContent): void {
  mailbox.change(item, 'full', () => {
    item.source = { content };
    item.size = sizeOf(content);
  });
}

/** Adds an attachment to a message, as both ways of uploading do. Returns it with its ordinal. */
export function attach(
  mailbox: Mailbox,
  item: MailItem,
  content: MessageContent,
  attachment: Attachment,
): Attachment {
  const added = { ...attachment, ordinal: item.nextOrdinal++ };
  replaceAttachments(mailbox, item, { ...content, attachments: [...content.attachments, added] });
  return added;
}

async function addAttachment(c: reply.GraphContext): Promise<Response> {
  const { request, item } = openMessage(c);
  const json = await reply.readJson(c);
  const attachment = parseAttachment(json, 0, isoSeconds(request.world.clock.now()));
  const { length } = attachment.bytes();
  reply.requireMessageSize(item.size + length);
  reply.requireSpace(request.mailbox, length);
  const added = attach(request.mailbox, item, viewOf(request, item).content, attachment);
  const id = attachmentIdOf(viewOf(request, item), added);
  c.header('Location', `${request.world.urls.graph}/v1.0/${collectionPath(request, item)}('${id}')`);
  const whole = { select: undefined, expandItem: false };
  return reply.answer(c, request, attachmentEntity(request, item, added, whole), 201);
}

function deleteAttachment(c: reply.GraphContext): Response {
  const { request, item } = openMessage(c);
  const one = requireAttachment(c, request, item);
  const { content } = viewOf(request, item);
  replaceAttachments(request.mailbox, item, {
    ...content,
    attachments: content.attachments.filter((other) => other.ordinal !== one.ordinal),
  });
  return reply.answerEmpty(c, 204);
}

interface AttachmentItem {
  readonly name: string;
  readonly size: number;
  readonly contentType: string | null;
  readonly contentId: string | null;
  readonly isInline: boolean;
}

function parseAttachmentItem(json: Record<string, unknown>): AttachmentItem {
  const item = (json['AttachmentItem'] ?? json['attachmentItem'] ?? {}) as Record<string, unknown>;
  const { attachmentType, name, size, contentType, contentId, isInline } = item;
  if (attachmentType !== 'file' || typeof name !== 'string' || !Number.isInteger(size)) {
    throw new GraphError(
      400,
      'ErrorInvalidRequest',
      'An AttachmentItem of type file needs a name and a size.',
    );
  }
  return {
    name,
    size: Number(size),
    contentType: typeof contentType === 'string' ? contentType : null,
    contentId: typeof contentId === 'string' ? contentId : null,
    isInline: isInline === true,
  };
}

async function openSession(c: reply.GraphContext): Promise<Response> {
  const { request, item } = openMessage(c);
  const file = parseAttachmentItem(await reply.readJson(c));
  if (file.size < smallestSessionSize) {
    throw new GraphError(
      400,
      'ErrorAttachmentSizeShouldNotBeLessThanMinimumSize',
      'Attachment size should not be less than the minimum size.',
    );
  }
  reply.requireMessageSize(item.size + file.size);
  reply.requireSpace(request.mailbox, file.size);
  const { world, mailbox } = request;
  const session = world.mail.sessions.open({ ...file, userId: mailbox.userId, itemKey: item.key });
  const owner = `Users('${mailbox.userId}@${c.get('caller').tenantId}')`;
  const path = `${owner}/Messages('${reply.idOfItem(request, item)}')/AttachmentSessions('${session.id}')`;
  return reply.answer(
    c,
    request,
    {
      '@odata.context': reply.contextUrl(request, 'microsoft.graph.uploadSession'),
      uploadUrl: `${world.urls.outlook}/api/v2.0/${path}?authtoken=${session.authToken}`,
      expirationDateTime: new Date(session.expires).toISOString(),
      nextExpectedRanges: ['0-'],
    },
    201,
  );
}

export function attachmentRoutes(): Hono<GraphEnv> {
  const routes = new Hono<GraphEnv>();
  for (const owner of ['/users/:user', '/users/:user/mailFolders/:folder']) {
    const base = `${owner}/messages/:message/attachments`;
    routes.get(base, listAttachments);
    routes.post(base, (c) => addAttachment(c));
    routes.post(`${base}/createUploadSession`, (c) => openSession(c));
    routes.get(`${base}/:attachment`, (c) => {
      const { request, item } = openMessage(c);
      const one = requireAttachment(c, request, item);
      return reply.answer(c, request, attachmentEntity(request, item, one, optionsOf(request, true)));
    });
    routes.delete(`${base}/:attachment`, deleteAttachment);
    routes.get(`${base}/:attachment/$value`, attachmentValue);
  }
  return routes;
}
