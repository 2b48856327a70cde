/**
 * `https://outlook.office.com`: the host that takes large attachments piece by piece. The address is the permission;
 * a request that carries a token is refused. Source: Microsoft Learn, "Attach large files to Outlook messages".
 */
import { Hono, type Context } from 'hono';
import type { World } from '../world/world.ts';
import { attach } from './attachment-routes.ts';
import type { AttachmentSession } from './attachment-session.ts';
import { attachmentId, messageId } from './outlook-ids.ts';

const longestChunk = 4 * 1024 * 1024;

type Refusal = 400 | 401 | 404 | 413 | 416;

function refuse(c: Context, status: Refusal, code: string, message: string): Response {
  return c.json({ error: { code, message } }, status);
}

interface Range {
  readonly from: number;
  readonly to: number;
  readonly total: number;
}

function parseRange(header: string | undefined): Range | undefined {
  const match = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(header ?? '');
  return match ? { from: Number(match[1]), to: Number(match[2]), total: Number(match[3]) } : undefined;
}

/** The session the address names, or nothing where it or its token is wrong, used up or too old. */
function findSession(world: World, c: Context): AttachmentSession | undefined {
  const [, id = ''] = /^AttachmentSessions\('([\w-]+)'\)$/.exec(c.req.param('session') ?? '') ?? [];
  const session = world.mail.sessions.find(id);
  return session && c.req.query('authtoken') === session.authToken ? session : undefined;
}

/** Puts the pieces together and onto the message. Returns the attachment's address, nothing where the message is gone. */
function finish(world: World, session: AttachmentSession): string | undefined {
  const mailbox = world.mail.mailbox(session.userId);
  const item = mailbox?.item(session.itemKey);
  world.mail.sessions.close(session.id);
  if (!mailbox || !item) return undefined;
  const bytes = Buffer.concat(session.chunks);
  const { name, contentType, isInline, contentId } = session;
  const added = attach(mailbox, item, world.mail.contents.of(item), {
    kind: 'file',
    ordinal: 0,
    name,
    contentType: contentType ?? 'application/octet-stream',
    isInline,
    contentId,
    contentLocation: null,
    bytes: () => bytes,
  });
  const place = { folder: item.folder.key, item: item.key };
  const message = messageId(mailbox.ids, 'rest', place);
  const attachment = attachmentId(mailbox.ids, 'rest', place, added.ordinal);
  return `${world.urls.outlook}/api/v2.0/Users('${session.userId}')/Messages('${message}')/Attachments('${attachment}')`;
}

const progress = (world: World, { userId, expires, received }: AttachmentSession) => ({
  '@odata.context': `${world.urls.outlook}/api/v2.0/$metadata#Users('${userId}')/Messages/AttachmentSessions/$entity`,
  ExpirationDateTime: new Date(expires).toISOString(),
  NextExpectedRanges: [String(received)],
});

async function putChunk(world: World, c: Context): Promise<Response> {
  if (c.req.header('Authorization') !== undefined) {
    return refuse(c, 401, 'InvalidAudience', 'The audience claim value is invalid for current resource.');
  }
  const session = findSession(world, c);
  if (!session) return refuse(c, 404, 'ErrorItemNotFound', 'The upload session was not found.');
  const range = parseRange(c.req.header('Content-Range'));
  if (!range || range.total !== session.size) {
    return refuse(
      c,
      400,
      'ErrorInvalidRequest',
      'The Content-Range header is missing or does not fit the session.',
    );
  }
  const bytes = Buffer.from(await c.req.arrayBuffer());
  if (bytes.length > longestChunk)
    return refuse(c, 413, 'ErrorMessageSizeExceeded', 'The range is too long.');
  if (
    range.from !== session.received ||
    range.to + 1 > session.size ||
    range.to - range.from + 1 !== bytes.length
  ) {
    return refuse(c, 416, 'InvalidRange', `The next expected range begins at ${session.received}.`);
  }
  session.chunks.push(bytes);
  session.received += bytes.length;
  if (session.received < session.size) {
    return c.json(progress(world, session));
  }
  const location = finish(world, session);
  if (!location)
    return refuse(c, 404, 'ErrorItemNotFound', 'The specified object was not found in the store.');
  return c.body(null, 201, { Location: location });
}

/** Routes of the whole host. */
export function attachmentSessionRoutes(world: World): Hono {
  const path = '/api/:version/:owner/:message/:session';
  const routes = new Hono();
  routes.use(path, async (c, next) => {
    await next();
    c.header('Access-Control-Allow-Origin', '*');
    c.header('Access-Control-Expose-Headers', 'Location');
  });
  routes.options(path, (c) =>
    c.body(null, 204, {
      'Access-Control-Allow-Methods': 'PUT, DELETE',
      'Access-Control-Allow-Headers': 'content-range, content-type',
      'Access-Control-Max-Age': '3600',
    }),
  );
  routes.get(path, (c) => {
    const session = findSession(world, c);
    if (!session) return refuse(c, 404, 'ErrorItemNotFound', 'The upload session was not found.');
    return c.json(progress(world, session));
  });
  routes.put(path, (c) => putChunk(world, c));
  routes.delete(path, (c) => {
    const session = findSession(world, c);
    if (!session) return refuse(c, 404, 'ErrorItemNotFound', 'The upload session was not found.');
    world.mail.sessions.close(session.id);
    return c.body(null, 204);
  });
  return routes;
}
