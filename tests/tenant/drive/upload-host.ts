/** Upload sessions over http, as the SharePoint hosts answer them. */
import type { Context } from 'hono';
import { GraphError } from '../graph/context.ts';
import type { World } from '../world/world.ts';
import { itemJson, selectItem } from './item-json.ts';
import { sessionProgress, type Committed, type Fragment, type UploadSession } from './upload-sessions.ts';

/** Neither `authorization` nor `sdkversion` (which Microsoft's own SDK sends) is allowed from a page. */
const ALLOWED_HEADERS = 'content-type, content-range, content-length, if-match, prefer';

export function preflightUpload(c: Context): Response {
  const asked = (c.req.header('access-control-request-headers') ?? '').toLowerCase().split(/\s*,\s*/);
  const allowed = ALLOWED_HEADERS.split(', ');
  const refused = asked.filter((name) => name !== '' && !allowed.includes(name));
  if (refused.length > 0) return c.text(`Request header field ${refused[0]} is not allowed.`, 403);
  return c.body(null, 200, {
    'Access-Control-Allow-Origin': '*',
    'Access-Control-Allow-Methods': 'GET, PUT, POST, DELETE, OPTIONS',
    'Access-Control-Allow-Headers': ALLOWED_HEADERS,
    'Access-Control-Max-Age': '86400',
  });
}

export async function answerUpload(c: Context, world: World): Promise<Response> {
  refuseToken(c);
  const { uploads } = world.drives;
  const session = uploads.get((c.req.query('guid') ?? '').replaceAll("'", ''));
  c.header('Access-Control-Allow-Origin', '*');
  switch (c.req.method) {
    case 'GET':
      return c.json(sessionProgress(session));
    case 'DELETE':
      uploads.cancel(session);
      return c.body(null, 204);
    case 'POST':
      return finished(c, world, session, uploads.commit(session));
    case 'PUT': {
      const committed = uploads.receive(session, await readFragment(c));
      return committed ? finished(c, world, session, committed) : c.json(sessionProgress(session), 202);
    }
    default:
      throw new GraphError(405, 'invalidRequest', 'The method is not allowed on an upload session.');
  }
}

/**
 * "If you include the Authorization header when issuing the PUT call, it may result in an HTTP 401": it does for pages.
 * Native clients get away with it on OneDrive for Business (rclone before 1.66 always sends it).
 */
function refuseToken(c: Context): void {
  if (c.req.header('authorization') !== undefined && c.req.header('origin') !== undefined) {
    throw new GraphError(401, 'unauthenticated', 'An upload session takes no Authorization header.');
  }
}

async function readFragment(c: Context): Promise<Fragment> {
  const header = c.req.header('content-range') ?? '';
  const [, start, end, total] = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(header) ?? [];
  if (start === undefined || end === undefined || total === undefined) {
    throw new GraphError(400, 'invalidRequest', 'The Content-Range header is missing or malformed.', {
      innerCode: 'invalidParameterFormat',
    });
  }
  const bytes = new Uint8Array(await c.req.arrayBuffer());
  return { start: Number(start), end: Number(end), total: Number(total), bytes };
}

function finished(c: Context, world: World, session: UploadSession, { item, created }: Committed): Response {
  const { urls } = world.drives;
  const { drive } = session.order;
  const whole = selectItem(itemJson(urls, drive, item), undefined);
  const { '@microsoft.graph.downloadUrl': downloadUrl, ...json } = whole;
  const context = `${urls.site(drive)}/_api/v2.0/$metadata#items/$entity`;
  return c.json(
    { '@odata.context': context, '@content.downloadUrl': downloadUrl, ...json },
    created ? 201 : 200,
  );
}
