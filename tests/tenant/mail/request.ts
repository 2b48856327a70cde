/** What every mail route starts with: whose mailbox, which kind of ids, which preferences; and how it answers. */
import type { Context } from 'hono';
import { GraphError, type GraphEnv } from '../graph/context.ts';
import { preferences, type Entity } from '../graph/odata.ts';
import type { World } from '../world/world.ts';
import type { Folder } from './folders.ts';
import type { MailItem, Mailbox } from './mailbox.ts';
import { folderId, messageId, readId, type IdKind } from './outlook-ids.ts';

export type GraphContext = Context<GraphEnv>;

export interface MailRequest {
  readonly world: World;
  readonly mailbox: Mailbox;
  /** The kind of ids the caller asked for; either kind is understood. */
  readonly ids: IdKind;
  readonly prefer: ReadonlyMap<string, string>;
  /** `users('…')` as the caller named the user, for contexts and links. */
  readonly owner: string;
  readonly query: URLSearchParams;
}

const quoted = (text: string): string =>
  encodeURIComponent(text.replaceAll("'", "''")).replaceAll("'", '%27');

/** 404 where the user is unknown or has no mailbox. */
export function openRequest(c: GraphContext): MailRequest {
  const world = c.get('world');
  const named = c.req.param('user') ?? '';
  const user = world.directory.user(named);
  if (!user) throw new GraphError(404, 'ErrorInvalidUser', `The requested user '${named}' is invalid.`);
  const mailbox = world.mail.mailbox(user.id);
  if (!mailbox) {
    throw new GraphError(
      404,
      'MailboxNotEnabledForRESTAPI',
      'The mailbox is either inactive, soft-deleted, or is hosted on-premise.',
    );
  }
  const prefer = preferences(c.req.header('Prefer'));
  return {
    world,
    mailbox,
    ids: prefer.get('idtype')?.toLowerCase() === 'immutableid' ? 'immutable' : 'rest',
    prefer,
    owner: `users('${quoted(named)}')`,
    query: new URL(c.req.url).searchParams,
  };
}

/** A query option with or without its `$`, as Graph takes them. */
export const option = (request: MailRequest, name: string): string | null =>
  request.query.get(`$${name}`) ?? request.query.get(name);

export const contextUrl = (request: MailRequest, path: string): string =>
  `${request.world.urls.graph}/v1.0/$metadata#${path}`;

export const notFound = (): GraphError =>
  new GraphError(404, 'ErrorItemNotFound', 'The specified object was not found in the store.');

const malformed = (): GraphError => new GraphError(400, 'ErrorInvalidIdMalformed', 'Id is malformed.');

/** The folder by id or well-known name. */
export function requireFolder(request: MailRequest, id: string): Folder {
  const { folders, ids } = request.mailbox;
  const known = folders.byAlias(id);
  if (known) return known;
  if (/^[a-z]{3,40}$/i.test(id)) {
    throw new GraphError(
      404,
      'ErrorItemNotFound',
      `The specified object was not found in the store., Default folder ${id} not found.`,
    );
  }
  const read = readId(ids, id);
  if (read.kind === 'malformed') throw malformed();
  const folder = read.kind === 'folder' ? folders.get(read.folder) : undefined;
  if (!folder) throw notFound();
  return folder;
}

/** The message by either kind of id; a REST id holds only while the message is in the folder it names. */
export function requireItem(request: MailRequest, id: string): MailItem {
  const read = readId(request.mailbox.ids, id);
  if (read.kind === 'malformed') throw malformed();
  const item = 'item' in read ? request.mailbox.item(read.item) : undefined;
  if (!item || (read.kind === 'rest' && read.folder !== item.folder.key)) {
    throw new GraphError(
      404,
      'ErrorItemNotFound',
      'The specified object was not found in the store., The process failed to get the correct properties.',
    );
  }
  return item;
}

/** The message of a route; below a folder it must be in that folder. */
export function requireMessage(c: GraphContext, request: MailRequest): MailItem {
  const item = requireItem(request, c.req.param('message') ?? '');
  const folder = c.req.param('folder');
  if (folder !== undefined && requireFolder(request, folder) !== item.folder) throw notFound();
  return item;
}

export function refuseCorrupt(item: MailItem): void {
  if (item.corrupt) throw new GraphError(500, 'ErrorCorruptData', 'Data is corrupt.');
}

export const idOfFolder = (request: MailRequest, folder: Folder): string =>
  folderId(request.mailbox.ids, folder.key);

export const idOfItem = (request: MailRequest, item: MailItem): string =>
  messageId(request.mailbox.ids, request.ids, { folder: item.folder.key, item: item.key });

const jsonType =
  'application/json; odata.metadata=minimal; odata.streaming=true; IEEE754Compatible=false; charset=utf-8';

/** Preferences that the service says it has applied. */
function appliedPreferences(prefer: ReadonlyMap<string, string>): string {
  const applied: string[] = [];
  if (prefer.get('idtype')?.toLowerCase() === 'immutableid') applied.push('IdType="ImmutableId"');
  const body = prefer.get('outlook.body-content-type');
  if (body) applied.push(`outlook.body-content-type="${body}"`);
  if (prefer.has('outlook.allow-unsafe-html')) applied.push('outlook.allow-unsafe-html');
  const page = prefer.get('odata.maxpagesize');
  if (page) applied.push(`odata.maxpagesize=${page}`);
  return applied.join(', ');
}

export function answer(
  c: GraphContext,
  request: MailRequest,
  entity: Entity,
  status: 200 | 201 = 200,
): Response {
  const applied = appliedPreferences(request.prefer);
  if (applied) c.header('Preference-Applied', applied);
  c.header('Cache-Control', 'private');
  return c.body(JSON.stringify(entity), status, { 'Content-Type': jsonType });
}

export function answerEmpty(c: GraphContext, status: 202 | 204): Response {
  c.header('Cache-Control', 'private');
  return c.body(null, status);
}

export function answerBytes(c: GraphContext, bytes: Uint8Array, type: string): Response {
  c.header('Cache-Control', 'private');
  return c.body(Uint8Array.from(bytes), 200, { 'Content-Type': type });
}

/** Graph refuses longer requests whatever they are. */
const longestRequest = 4 * 1024 * 1024;

/** The body of a request; 413 beyond 4 MB. */
export async function readBytes(c: GraphContext): Promise<Buffer> {
  const tooLong = (): GraphError =>
    new GraphError(413, 'BadRequest', 'The maximum request length supported is 4MB.');
  if (Number(c.req.header('Content-Length') ?? 0) > longestRequest) throw tooLong();
  const bytes = Buffer.from(await c.req.arrayBuffer());
  if (bytes.length > longestRequest) throw tooLong();
  return bytes;
}

/** The body as a JSON object; 400 where it is none. */
export async function readJson(c: GraphContext): Promise<Record<string, unknown>> {
  const bytes = await readBytes(c);
  try {
    const parsed: unknown = JSON.parse(bytes.toString('utf8'));
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) {
      return parsed as Record<string, unknown>;
    }
  } catch {
    // Falls through to the same answer.
  }
  throw new GraphError(
    400,
    'BadRequest',
    'Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON format.',
  );
}

/** 507 where the mailbox would grow beyond its quota. */
export function requireSpace(mailbox: Mailbox, bytes: number): void {
  if (mailbox.usedBytes() + bytes > mailbox.quotaBytes) {
    throw new GraphError(507, 'ErrorQuotaExceeded', 'The message store has reached its maximum size.');
  }
}

/** As large as a message may be with all that is attached (Microsoft Learn, "Exchange Online limits"). */
const largestMessage = 150 * 1024 * 1024;

/** 413 where a message would grow beyond what Exchange takes; asked before the quota is. */
export function requireMessageSize(bytes: number): void {
  if (bytes > largestMessage)
    throw new GraphError(413, 'ErrorMessageSizeExceeded', 'The message exceeds the maximum supported size.');
}

/** The next page of a collection below the user: the same query, further on. */
export function nextPage(request: MailRequest, path: string, [name, value]: [string, string]): string {
  const query = new URLSearchParams(request.query);
  query.delete(name.slice(1));
  query.set(name, value);
  return `${request.world.urls.graph}/v1.0/${request.owner}/${path}?${query.toString()}`;
}
