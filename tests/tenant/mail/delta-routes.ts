/** Delta queries: messages of one folder, and the folders of a mailbox. */
import { Hono } from 'hono';
import { GraphError, type GraphEnv } from '../graph/context.ts';
import { top, type Entity } from '../graph/odata.ts';
import type { Change } from './change-log.ts';
import { folderJson, folderSelect } from './folder-json.ts';
import { messageRoot } from './folder-names.ts';
import type { Folder } from './folders.ts';
import type { MailItem } from './mailbox.ts';
import { renderMessage } from './message-routes.ts';
import { parseExpand } from './message-query.ts';
import { parseSelect } from './message-json.ts';
import { folderId, messageId } from './outlook-ids.ts';
import * as reply from './request.ts';
import { openSyncState, sealSyncState, type ReceivedBound, type SyncState } from './sync-state.ts';

type MailRequest = reply.MailRequest;

/** Microsoft Learn, "message: delta": a filtered round gives 5,000 messages at most. */
const mostFiltered = 5_000;

const unsupported = (what: string): GraphError =>
  new GraphError(
    400,
    'ErrorInvalidUrlQuery',
    `The query parameter '${what}' is not supported with change tracking.`,
  );

function parseBound(text: string | null): ReceivedBound | null {
  if (!text) return null;
  const [, operator, value = ''] = /^\s*receivedDateTime\s+(ge|gt)\s+([\dTZ:.+-]+)\s*$/.exec(text) ?? [];
  const from = Date.parse(value);
  if (operator === undefined || !Number.isFinite(from)) throw unsupported(`$filter=${text.slice(0, 80)}`);
  return { from, inclusive: operator === 'ge' };
}

const within = (bound: ReceivedBound | null, item: MailItem): boolean =>
  !bound || item.received > bound.from || (bound.inclusive && item.received === bound.from);

function newState(request: MailRequest, scope: string): SyncState {
  const order = reply.option(request, 'orderby');
  if (order !== null && !/^\s*receivedDateTime\s+desc\s*$/i.test(order))
    throw unsupported(`$orderby=${order.slice(0, 80)}`);
  for (const name of ['search', 'skip', 'count'])
    if (reply.option(request, name) !== null) throw unsupported(`$${name}`);
  const size = reply.option(request, 'top');
  return {
    scope,
    mailbox: request.mailbox.ids.mailbox,
    generation: request.mailbox.generation,
    select: reply.option(request, 'select'),
    expand: reply.option(request, 'expand'),
    size: size === null ? null : top(size, 10, 1_000),
    bound: parseBound(reply.option(request, 'filter')),
    changeType: request.query.get('changeType'),
    given: order === null ? null : 0,
    last: null,
    hidden: request.query.get('includeHiddenFolders')?.toLowerCase() === 'true',
    since: 0,
    base: 0,
    start: request.mailbox.lastChange(),
  };
}

/** The state a token carries, or that of a first round. A delta link begins a new round where the last one ended. */
function openState(request: MailRequest, scope: string): SyncState {
  const skipToken = request.query.get('$skiptoken');
  const deltaToken = request.query.get('$deltatoken');
  if (skipToken) return openSyncState(skipToken, request.mailbox, scope);
  if (!deltaToken) return newState(request, scope);
  const state = openSyncState(deltaToken, request.mailbox, scope);
  return { ...state, base: state.since, start: request.mailbox.lastChange(), given: null, last: null };
}

const roundSize = (request: MailRequest, state: SyncState, fallback = 10): number => {
  const preferred = Number(request.prefer.get('odata.maxpagesize') ?? NaN);
  if (Number.isInteger(preferred) && preferred > 0) return Math.min(preferred, 1_000);
  return state.size ?? fallback;
};

interface Round {
  /** The collection below the user. */
  readonly path: string;
  readonly type: 'message' | 'mailFolder';
  readonly value: readonly Entity[];
  readonly next: SyncState;
  readonly done: boolean;
}

function answerRound(c: reply.GraphContext, request: MailRequest, round: Round): Response {
  const token = `${round.done ? 'deltatoken' : 'skiptoken'}=${sealSyncState(round.next)}`;
  const link = `${request.world.urls.graph}/v1.0/${request.owner}/${round.path}/delta?$${token}`;
  return reply.answer(c, request, {
    '@odata.context': reply.contextUrl(request, `Collection(${round.type})`),
    value: round.value,
    [round.done ? '@odata.deltaLink' : '@odata.nextLink']: link,
  });
}

type RoundPage = Pick<Round, 'value' | 'next' | 'done'>;

/** Read flags are told only to who selected them, and without the rest of the message (microsoft-graph-docs#7776). */
function readStateJson(entity: Entity): Entity {
  const kept = ['@odata.etag', 'id', 'parentFolderId', 'isRead'];
  return Object.fromEntries(Object.entries(entity).filter(([name]) => kept.includes(name)));
}

function changeJson(
  request: MailRequest,
  folder: Folder,
  state: SyncState,
  change: Change,
): Entity | undefined {
  const type = '#microsoft.graph.message';
  const kind = change.kind === 'removed' ? 'deleted' : change.added > state.base ? 'created' : 'updated';
  if (state.changeType !== null && state.changeType !== kind) return undefined;
  if (change.kind === 'removed') {
    const id = messageId(request.mailbox.ids, request.ids, { folder: folder.key, item: change.key });
    return { '@odata.type': type, id, '@removed': { reason: 'deleted' } };
  }
  const item = request.mailbox.item(change.key);
  if (!item || !within(state.bound, item)) return undefined;
  const select = parseSelect(state.select);
  if (change.kind === 'read-state' && select && !select.includes('isRead')) return undefined;
  const entity = renderMessage(request, item, select, parseExpand(state.expand));
  return { '@odata.type': type, ...(change.kind === 'read-state' ? readStateJson(entity) : entity) };
}

/** A page of a round that goes by changes. Pages may hold less than was asked for, or nothing. */
function changesRound(request: MailRequest, folder: Folder, state: SyncState): RoundPage {
  const changes = folder.changes.after(state, roundSize(request, state) + 1);
  const page = changes.slice(0, roundSize(request, state));
  const done = changes.length === page.length;
  const value = page.flatMap((change): Entity[] => {
    const entity = changeJson(request, folder, state, change);
    return entity ? [entity] : [];
  });
  const since = done ? Math.max(state.start, page.at(-1)?.at ?? 0) : (page.at(-1)?.at ?? state.since);
  return { value, next: { ...state, since }, done };
}

/** A page of a first round newest first; what changes meanwhile is told in the next round. */
function newestRound(request: MailRequest, folder: Folder, state: SyncState): RoundPage {
  const given = state.given ?? 0;
  const limit = state.bound
    ? Math.min(roundSize(request, state), mostFiltered - given)
    : roundSize(request, state);
  const found: MailItem[] = [];
  for (const key of folder.order.newestFirst()) {
    const item = request.mailbox.item(key);
    if (!item || !isAfter(state.last, item)) continue;
    if (!within(state.bound, item)) break;
    found.push(item);
    if (found.length > limit) break;
  }
  const page = found.slice(0, limit);
  const last = page.at(-1);
  const done = found.length <= limit || (state.bound !== null && given + page.length >= mostFiltered);
  const select = parseSelect(state.select);
  const expand = parseExpand(state.expand);
  const value = page.map((item): Entity => ({
    '@odata.type': '#microsoft.graph.message',
    ...renderMessage(request, item, select, expand),
  }));
  const next = done
    ? { ...state, since: state.start, given: null, last: null }
    : {
        ...state,
        given: given + page.length,
        last: last ? { received: last.received, key: last.key } : state.last,
      };
  return { value, next, done };
}

const isAfter = (last: SyncState['last'], item: MailItem): boolean =>
  !last || item.received < last.received || (item.received === last.received && item.key < last.key);

function messagesDelta(c: reply.GraphContext): Response {
  const request = reply.openRequest(c);
  const folder = folderOfRound(c, request);
  const state = openState(request, `messages:${folder.key}`);
  // A filter makes the first round go newest first, so that the limit keeps the newest.
  const newest = state.given !== null || (state.bound !== null && state.base === 0 && state.since === 0);
  const page = newest ? newestRound(request, folder, state) : changesRound(request, folder, state);
  const path = `mailFolders('${reply.idOfFolder(request, folder)}')/messages`;
  return answerRound(c, request, { path, type: 'message', ...page });
}

/** A folder that went away between two rounds is answered in words of its own. */
function folderOfRound(c: reply.GraphContext, request: MailRequest): Folder {
  try {
    return reply.requireFolder(request, c.req.param('folder') ?? '');
  } catch (error) {
    const resumed = request.query.has('$deltatoken') || request.query.has('$skiptoken');
    if (!resumed || !(error instanceof GraphError) || error.status !== 404) throw error;
    throw new GraphError(404, 'ErrorSyncFolderNotFound', 'The folder to be synchronized could not be found.');
  }
}

function foldersDelta(c: reply.GraphContext): Response {
  const request = reply.openRequest(c);
  const state = openState(request, 'folders');
  const { folders, ids } = request.mailbox;
  const size = roundSize(request, state, 200);
  const changes = folders.changes.after(state, size + 1);
  const page = changes.slice(0, size);
  const value = page.flatMap((change): Entity[] => {
    const type = '#microsoft.graph.mailFolder';
    if (change.kind === 'removed')
      return [{ '@odata.type': type, id: folderId(ids, change.key), '@removed': { reason: 'deleted' } }];
    const folder = folders.get(change.key);
    if (!folder || !folders.isBelow(folder, messageRoot) || (folder.isHidden && !state.hidden)) return [];
    return [{ '@odata.type': type, ...folderJson(request, folder, state.select) }];
  });
  const done = changes.length === page.length;
  const since = done ? Math.max(state.start, page.at(-1)?.at ?? 0) : (page.at(-1)?.at ?? state.since);
  return answerRound(c, request, {
    path: 'mailFolders',
    type: 'mailFolder',
    value,
    next: { ...state, since },
    done,
  });
}

export function deltaRoutes(): Hono<GraphEnv> {
  const routes = new Hono<GraphEnv>();
  routes.get('/users/:user/mailFolders/delta', (c) => {
    folderSelect(reply.openRequest(c));
    return foldersDelta(c);
  });
  routes.get('/users/:user/mailFolders/:folder/messages/delta', messagesDelta);
  return routes;
}
