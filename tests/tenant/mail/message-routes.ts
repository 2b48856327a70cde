/** `/users/{id}/messages…` and the same below a folder: list, read, `$value`, make, change, delete, move, copy. */
import { Hono } from 'hono';
import { GraphError, type GraphEnv } from '../graph/context.ts';
import { openToken, sealToken, skip as skipOf, top, type Entity } from '../graph/odata.ts';
import { attachmentJson } from './attachment-json.ts';
import type { Folder } from './folders.ts';
import type { MailItem } from './mailbox.ts';
import {
  parseExpand,
  parseMessageQuery,
  readerOf,
  type Expansion,
  type MessageQuery,
} from './message-query.ts';
import { addExtended, messageJson, parseSelect, viewOf, type MessageView } from './message-json.ts';
import { createFromJson, createFromMime, patchMessage } from './message-write.ts';
import { changeKey } from './outlook-ids.ts';
import * as reply from './request.ts';
import { derivedProperties } from './extended-properties.ts';

type MailRequest = reply.MailRequest;

/** A message with what `$select` and `$expand` ask for. */
export function renderMessage(
  request: MailRequest,
  item: MailItem,
  select: readonly string[] | undefined,
  expand: Expansion,
): Entity {
  const view = viewOf(request, item);
  const entity = messageJson(view, select);
  addExtended(entity, view, expand.extended);
  if (expand.attachments) {
    const options = { select: expand.attachments.select, expandItem: false };
    entity['attachments'] = view.content.attachments.map((one) => attachmentJson(view, one, options));
  }
  return entity;
}

/** The keys worth looking at: an index's where the filter allows it, else the collection's, newest first. */
function candidates(
  request: MailRequest,
  folder: Folder | undefined,
  query: MessageQuery,
): readonly number[] {
  const { mailbox } = request;
  const narrowed = (items: MailItem[]): number[] =>
    items
      .filter((item) => !folder || item.folder === folder)
      .sort((a, b) => b.received - a.received || b.key - a.key)
      .map((item) => item.key);
  for (const [path, value] of query.filter?.mustEqual ?? []) {
    if (path === 'internetMessageId') return narrowed(mailbox.withInternetMessageId(value));
    const id = path.startsWith('extended:') ? path.slice(9) : undefined;
    if (id !== undefined && !derivedProperties.has(id) && /^\w+ \{/.test(id)) {
      return narrowed(mailbox.withExtendedProperty(id, value));
    }
  }
  return (folder?.order ?? mailbox.order).newestFirst();
}

function compareBy(request: MailRequest, { order }: MessageQuery): (a: MailItem, b: MailItem) => number {
  return (a, b) => {
    for (const { path, descending } of order) {
      const [left, right] = [a, b].map((item) => String(readerOf(viewOf(request, item))(path) ?? ''));
      const compared = (left ?? '').localeCompare(right ?? '', 'en');
      if (compared !== 0) return descending ? -compared : compared;
    }
    return b.key - a.key;
  };
}

const isWanted = (view: MessageView, { filter, search }: MessageQuery): boolean =>
  (filter?.test(readerOf(view)) ?? true) && (search?.(view) ?? true);

interface Page {
  readonly items: readonly MailItem[];
  readonly more: boolean;
  /** Only where it was asked for. */
  readonly count: number | undefined;
}

function findPage(
  request: MailRequest,
  folder: Folder | undefined,
  query: MessageQuery,
  window: { skip: number; size: number; count: boolean },
): Page {
  const { skip, size, count } = window;
  const all: MailItem[] = [];
  const everything = count || query.order.length > 0;
  for (const key of candidates(request, folder, query)) {
    const item = request.mailbox.item(key);
    if (!item || !isWanted(viewOf(request, item), query)) continue;
    all.push(item);
    if (!everything && all.length > skip + size) break;
  }
  if (query.order.length > 0) all.sort(compareBy(request, query));
  return {
    items: all.slice(skip, skip + size),
    more: all.length > skip + size,
    count: count ? all.length : undefined,
  };
}

/** Microsoft Learn, "List messages": 10 by default, 1,000 at most. */
export const pageSize = (request: MailRequest): number => {
  const preferred = Number(request.prefer.get('odata.maxpagesize') ?? 10);
  return top(
    reply.option(request, 'top'),
    Number.isInteger(preferred) && preferred > 0 ? Math.min(preferred, 1_000) : 10,
    1_000,
  );
};

/** How many are skipped; pages of a search go by a token. */
function firstOf(request: MailRequest, { search }: MessageQuery): number {
  const token = search && request.query.get('$skiptoken');
  return token ? openToken<{ skip: number }>(token).skip : skipOf(reply.option(request, 'skip'));
}

function nextLink(request: MailRequest, path: string, skip: number, { search }: MessageQuery): string {
  return search
    ? reply.nextPage(request, path, ['$skiptoken', sealToken({ skip })])
    : reply.nextPage(request, path, ['$skip', String(skip)]);
}

function listMessages(c: reply.GraphContext): Response {
  const request = reply.openRequest(c);
  const folderParam = c.req.param('folder');
  const folder = folderParam === undefined ? undefined : reply.requireFolder(request, folderParam);
  const query = parseMessageQuery((name) => reply.option(request, name));
  const skip = firstOf(request, query);
  const size = pageSize(request);
  const page = findPage(request, folder, query, {
    skip,
    size,
    count: reply.option(request, 'count') === 'true',
  });
  const path = folder ? `mailFolders('${reply.idOfFolder(request, folder)}')/messages` : 'messages';
  const chosen = query.select ? `(${query.select.join(',')})` : '';
  const entity: Entity = {
    '@odata.context': reply.contextUrl(request, `${request.owner}/${path}${chosen}`),
  };
  if (page.count !== undefined) entity['@odata.count'] = page.count;
  entity['value'] = page.items.map((item) => renderMessage(request, item, query.select, query.expand));
  if (page.more) entity['@odata.nextLink'] = nextLink(request, path, skip + size, query);
  return reply.answer(c, request, entity);
}

function countMessages(c: reply.GraphContext): Response {
  const request = reply.openRequest(c);
  const folder = c.req.param('folder');
  const total =
    folder === undefined
      ? request.mailbox.order.newestFirst().length
      : reply.requireFolder(request, folder).total;
  return c.text(String(total));
}

function getMessage(c: reply.GraphContext): Response {
  const request = reply.openRequest(c);
  const item = reply.requireMessage(c, request);
  reply.refuseCorrupt(item);
  const select = parseSelect(reply.option(request, 'select'));
  const entity = renderMessage(request, item, select, parseExpand(reply.option(request, 'expand')));
  const chosen = select ? `(${select.join(',')})` : '';
  return reply.answer(c, request, {
    '@odata.context': reply.contextUrl(request, `${request.owner}/messages${chosen}/$entity`),
    ...entity,
  });
}

/** A message that was made or changed, with the address it is found at. */
function answerMessage(
  c: reply.GraphContext,
  request: MailRequest,
  item: MailItem,
  status: 200 | 201,
): Response {
  const id = reply.idOfItem(request, item);
  if (status === 201)
    c.header('Location', `${request.world.urls.graph}/v1.0/${request.owner}/messages('${id}')`);
  const entity = messageJson(viewOf(request, item), undefined);
  return reply.answer(
    c,
    request,
    { '@odata.context': reply.contextUrl(request, `${request.owner}/messages/$entity`), ...entity },
    status,
  );
}

async function createMessage(c: reply.GraphContext): Promise<Response> {
  const request = reply.openRequest(c);
  const folder = reply.requireFolder(request, c.req.param('folder') ?? 'drafts');
  const isMime = /^text\/plain\b/i.test(c.req.header('Content-Type') ?? '');
  const item = isMime
    ? createFromMime(request, folder, await reply.readBytes(c))
    : createFromJson(request, folder, await reply.readJson(c));
  return answerMessage(c, request, item, 201);
}

/** Throws 412 where `If-Match` names another state of the message. */
function requireMatch(c: reply.GraphContext, request: MailRequest, item: MailItem): void {
  const wanted = c.req.header('If-Match');
  if (wanted === undefined || wanted === '*') return;
  if (wanted.replace(/^W\/|"/g, '') === changeKey(request.mailbox.ids, item.change)) return;
  throw new GraphError(
    412,
    'ErrorIrresolvableConflict',
    'The send or update operation could not be performed because the change key passed in the request does not match the current change key for the item.',
  );
}

async function changeMessage(c: reply.GraphContext): Promise<Response> {
  const request = reply.openRequest(c);
  const item = reply.requireMessage(c, request);
  reply.refuseCorrupt(item);
  requireMatch(c, request, item);
  patchMessage(request, item, await reply.readJson(c), c.get('caller').permissions);
  return answerMessage(c, request, item, 200);
}

/** A soft delete: the message goes to Recoverable Items; from there nobody can delete it. */
function deleteMessage(c: reply.GraphContext): Response {
  const request = reply.openRequest(c);
  const item = reply.requireMessage(c, request);
  requireMatch(c, request, item);
  const dumpster = request.mailbox.folders.byAlias('recoverableitemsdeletions');
  if (!dumpster || item.folder === dumpster) {
    throw new GraphError(403, 'ErrorCannotDeleteObject', 'Object cannot be deleted.');
  }
  request.mailbox.move(item, dumpster);
  return reply.answerEmpty(c, 204);
}

function deleteForGood(c: reply.GraphContext): Response {
  const request = reply.openRequest(c);
  request.mailbox.remove(reply.requireMessage(c, request));
  return reply.answerEmpty(c, 204);
}

async function moveOrCopy(c: reply.GraphContext, verb: 'move' | 'copy'): Promise<Response> {
  const request = reply.openRequest(c);
  const item = reply.requireMessage(c, request);
  reply.refuseCorrupt(item);
  const json = await reply.readJson(c);
  const target = reply.requireFolder(request, String(json['destinationId'] ?? json['DestinationId'] ?? ''));
  if (verb === 'copy') {
    reply.requireSpace(request.mailbox, item.size);
    return answerMessage(c, request, request.mailbox.add({ ...item, folder: target }), 201);
  }
  if (target !== item.folder) request.mailbox.move(item, target);
  return answerMessage(c, request, item, 201);
}

export function messageRoutes(): Hono<GraphEnv> {
  const routes = new Hono<GraphEnv>();
  for (const base of ['/users/:user/messages', '/users/:user/mailFolders/:folder/messages']) {
    routes.get(base, listMessages);
    routes.post(base, (c) => createMessage(c));
    routes.get(`${base}/$count`, countMessages);
    routes.get(`${base}/:message`, getMessage);
    routes.patch(`${base}/:message`, (c) => changeMessage(c));
    routes.delete(`${base}/:message`, deleteMessage);
    routes.post(`${base}/:message/permanentDelete`, deleteForGood);
    routes.post(`${base}/:message/move`, (c) => moveOrCopy(c, 'move'));
    routes.post(`${base}/:message/copy`, (c) => moveOrCopy(c, 'copy'));
    routes.get(`${base}/:message/$value`, (c) => {
      const request = reply.openRequest(c);
      const item = reply.requireMessage(c, request);
      reply.refuseCorrupt(item);
      return reply.answerBytes(c, request.world.mail.contents.mime(item), 'text/plain');
    });
  }
  return routes;
}
