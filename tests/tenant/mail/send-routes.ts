/** What leaves the mailbox: sendMail, send, replies, forwards. All of it stands in the tenant's outbox afterwards. */
import { Hono } from 'hono';
import { GraphError, type GraphEnv } from '../graph/context.ts';
import { isoSeconds } from '../world/clock.ts';
import type { MailItem } from './mailbox.ts';
import type { Address, Body, MessageContent } from './message.ts';
import { createFromJson, createFromMime } from './message-write.ts';
import { messageJson, viewOf } from './message-json.ts';
import { parseRecipients } from './recipients.ts';
import { htmlToText } from './html.ts';
import * as reply from './request.ts';
import { sizeOf } from './contents.ts';

type MailRequest = reply.MailRequest;

function ownAddress({ world, mailbox }: MailRequest): Address {
  const user = world.directory.user(mailbox.userId);
  const address = user?.mail ?? user?.userPrincipalName ?? '';
  return { name: user?.displayName ?? address, address };
}

/** Colleagues get the message into their inbox, as they would. */
function deliverInside(request: MailRequest, item: MailItem, recipients: readonly Address[]): void {
  const { directory, mail } = request.world;
  for (const { address } of recipients) {
    const user = directory.user(address);
    if (user && mail.hasMailbox(user.id)) mail.deliver(user.id, 'Inbox', mail.contents.mime(item));
  }
}

/** Sends a draft: notes it in the outbox, delivers it inside the tenant, keeps or drops the copy. */
function send(request: MailRequest, item: MailItem, keep: boolean): void {
  const { world, mailbox } = request;
  const content = world.mail.contents.of(item);
  const recipients = [...content.to, ...content.cc, ...content.bcc];
  if (recipients.length === 0) {
    throw new GraphError(400, 'ErrorInvalidRecipients', 'At least one recipient is not valid.');
  }
  const from = content.from ?? ownAddress(request);
  const now = world.clock.now();
  if ('content' in item.source)
    item.source = { content: { ...content, from, sender: content.sender ?? from } };
  world.outbox.sent.push({
    at: isoSeconds(now),
    kind: 'mail',
    from: from.address,
    to: recipients.map(({ address }) => address),
    subject: content.subject,
  });
  mailbox.change(item, 'full', () => {
    item.isDraft = false;
    item.isRead = true;
    item.sent = now;
  });
  deliverInside(request, item, recipients);
  const sent = mailbox.folders.byAlias('sentitems');
  if (keep && sent) mailbox.move(item, sent);
  else mailbox.remove(item);
}

async function sendMail(c: reply.GraphContext): Promise<Response> {
  const request = reply.openRequest(c);
  const drafts = reply.requireFolder(request, 'drafts');
  if (/^text\/plain\b/i.test(c.req.header('Content-Type') ?? '')) {
    send(request, createFromMime(request, drafts, await reply.readBytes(c)), true);
    return reply.answerEmpty(c, 202);
  }
  const json = await reply.readJson(c);
  const message = json['message'] ?? json['Message'];
  if (typeof message !== 'object' || message === null) {
    throw new GraphError(400, 'ErrorInvalidRequest', 'The message parameter is missing.');
  }
  const keep = (json['saveToSentItems'] ?? json['SaveToSentItems']) !== false;
  const item = createFromJson(request, drafts, message as Record<string, unknown>);
  try {
    send(request, item, keep);
  } catch (error) {
    request.mailbox.remove(item);
    throw error;
  }
  return reply.answerEmpty(c, 202);
}

function sendDraft(c: reply.GraphContext): Response {
  const request = reply.openRequest(c);
  const item = reply.requireMessage(c, request);
  if (!item.isDraft)
    throw new GraphError(403, 'ErrorAccessDenied', 'Access is denied. Check credentials and try again.');
  send(request, item, true);
  return reply.answerEmpty(c, 202);
}

type Answer = 'reply' | 'replyAll' | 'forward';

const without = (list: readonly Address[], own: string): Address[] =>
  list.filter(({ address }) => address.toLowerCase() !== own.toLowerCase());

function recipientsOf(
  kind: Answer,
  original: MessageContent,
  own: string,
  json: Record<string, unknown>,
): { to: Address[]; cc: Address[] } {
  if (kind === 'forward')
    return { to: parseRecipients(json['toRecipients'] ?? json['ToRecipients'], 'toRecipients'), cc: [] };
  const back = original.replyTo.length > 0 ? [...original.replyTo] : original.from ? [original.from] : [];
  if (kind === 'reply') return { to: back, cc: [] };
  return { to: [...back, ...without(original.to, own)], cc: without(original.cc, own) };
}

function quotedBody(comment: string, original: MessageContent): Body {
  const text = original.body.type === 'html' ? htmlToText(original.body.content) : original.body.content;
  const from = original.from ? `${original.from.name} <${original.from.address}>` : '';
  return {
    type: 'text',
    content: `${comment}\r\n\r\n________________________________\r\nFrom: ${from}\r\nSubject: ${original.subject}\r\n\r\n${text}`,
  };
}

/** The draft of an answer. A forward takes the attachments along. */
function draftAnswer(
  request: MailRequest,
  original: MailItem,
  kind: Answer,
  json: Record<string, unknown>,
): MailItem {
  const content = request.world.mail.contents.of(original);
  const own = ownAddress(request);
  const prefix = kind === 'forward' ? 'FW: ' : 'RE: ';
  const comment = typeof json['comment'] === 'string' ? json['comment'] : String(json['Comment'] ?? '');
  const draft: MessageContent = {
    ...content,
    ...recipientsOf(kind, content, own.address, json),
    bcc: [],
    replyTo: [],
    from: own,
    sender: own,
    headers: [],
    subject: content.subject.toLowerCase().startsWith(prefix.trim().toLowerCase())
      ? content.subject
      : prefix + content.subject,
    body: quotedBody(comment, content),
    internetMessageId: `<${request.world.ids.guid()}@mail.contoso.example>`,
    sent: null,
    attachments: kind === 'forward' ? content.attachments : [],
  };
  const now = request.world.clock.now();
  return request.mailbox.add({
    folder: reply.requireFolder(request, 'drafts'),
    source: { content: draft },
    size: sizeOf(draft),
    received: now,
    sent: now,
    internetMessageId: draft.internetMessageId ?? '',
    isRead: true,
    isDraft: true,
  });
}

async function optionalJson(c: reply.GraphContext): Promise<Record<string, unknown>> {
  return Number(c.req.header('Content-Length') ?? 0) === 0 && !c.req.header('Content-Type')
    ? {}
    : reply.readJson(c);
}

async function answerTo(c: reply.GraphContext, kind: Answer, asDraft: boolean): Promise<Response> {
  const request = reply.openRequest(c);
  const draft = draftAnswer(request, reply.requireMessage(c, request), kind, await optionalJson(c));
  if (!asDraft) {
    send(request, draft, true);
    return reply.answerEmpty(c, 202);
  }
  const context = reply.contextUrl(request, `${request.owner}/messages/$entity`);
  const entity = messageJson(viewOf(request, draft), undefined);
  return reply.answer(c, request, { '@odata.context': context, ...entity }, 201);
}

export function sendRoutes(): Hono<GraphEnv> {
  const routes = new Hono<GraphEnv>();
  routes.post('/users/:user/sendMail', (c) => sendMail(c));
  for (const base of [
    '/users/:user/messages/:message',
    '/users/:user/mailFolders/:folder/messages/:message',
  ]) {
    routes.post(`${base}/send`, sendDraft);
    for (const kind of ['reply', 'replyAll', 'forward'] as const) {
      routes.post(`${base}/${kind}`, (c) => answerTo(c, kind, false));
      const create = `create${kind[0]?.toUpperCase() ?? ''}${kind.slice(1)}`;
      routes.post(`${base}/${create}`, (c) => answerTo(c, kind, true));
    }
  }
  return routes;
}
