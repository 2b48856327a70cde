/**
 * The SharePoint hosts (`contoso-my.sharepoint.com`, `contoso.sharepoint.com`): pre-authenticated downloads, upload
 * sessions, and the monitors of copies. Addresses carry their own authorization; no token is looked at.
 */
import { Hono, type Context } from 'hono';
import { GraphError } from '../graph/context.ts';
import type { World } from '../world/world.ts';
import { answerRange } from './byte-range.ts';
import { eTagOf, type Item } from './item.ts';
import { mimeTypeOf } from './mime-types.ts';
import { answerUpload, preflightUpload } from './upload-host.ts';

export function personalSiteRoutes(world: World): Hono {
  const app = new Hono();
  app.get('/:kind/:site/_layouts/15/download.aspx', (c) => download(c, world));
  // Without Access-Control-Allow-Headers every preflight fails: a download may carry no header of its own.
  app.options('/:kind/:site/_layouts/15/download.aspx', (c) => c.body(null, 200));
  app.get('/:kind/:site/_api/v2.0/monitor/:job', (c) => monitor(c, world));
  app.options('/:kind/:site/_api/v2.0/drives/:drive/items/:item/uploadSession', preflightUpload);
  app.all('/:kind/:site/_api/v2.0/drives/:drive/items/:item/uploadSession', (c) => answerUpload(c, world));
  app.notFound((c) => c.text('404 FILE NOT FOUND', 404));
  app.onError((error) => {
    if (error instanceof GraphError) return siteError(world, error);
    throw error;
  });
  return app;
}

function download(c: Context, world: World): Response {
  const { drives, switches } = world;
  const grant = drives.urls.open(c.req.query('tempauth'));
  if (!grant)
    throw new GraphError(401, 'unauthenticated', 'The download address has expired or is not valid.');
  const item = drives.drive(grant.driveId)?.item(grant.itemId);
  const version = item?.versions.find(({ number }) => number === grant.version) ?? item?.versions.at(-1);
  if (!item || !version) throw new GraphError(404, 'itemNotFound', 'The resource could not be found.');
  if (item.marks.malware) {
    throw new GraphError(403, 'malwareDetected', 'Malware was detected in the requested content.', {
      headers: { 'X-Virus-Infected': item.marks.malware },
    });
  }
  const caching = switches.downloadCaching === 'no-store' ? 'private, no-store' : 'private, max-age=3600';
  return answerRange(version.content.bytes, c.req.header('range'), {
    ...downloadHeaders(item, version.lastModifiedDateTime),
    'Cache-Control': caching,
  });
}

const downloadHeaders = (item: Item, lastModified: string) => ({
  'Access-Control-Allow-Origin': '*',
  'Content-Type': mimeTypeOf(item.name),
  'Content-Disposition': `attachment; filename*=UTF-8''${encodeURIComponent(item.name)}`,
  ETag: eTagOf(item),
  'Last-Modified': new Date(lastModified).toUTCString(),
  'X-Content-Type-Options': 'nosniff',
});

function monitor(c: Context, world: World): Response {
  const job = world.drives.copies.get(c.req.param('job') ?? '');
  if (!job) throw new GraphError(404, 'itemNotFound', 'The operation was not found.');
  if (job.runningFor > 0) {
    job.runningFor--;
    return c.json({ operation: 'itemCopy', percentageComplete: 50, status: 'inProgress' }, 202);
  }
  if ('resourceId' in job.outcome) {
    return c.json({ percentageComplete: 100, resourceId: job.outcome.resourceId, status: 'completed' });
  }
  const { code, message } = job.outcome.error;
  return c.json({ percentageComplete: 0, status: 'failed', errorCode: code, error: { code, message } });
}

/** The error body of these hosts: Graph's form, with the codes of OneDrive. */
function siteError(world: World, { status, code, message, options }: GraphError): Response {
  const requestId = world.ids.guid();
  const innerError = {
    ...(options.innerCode === undefined ? {} : { code: options.innerCode }),
    date: world.clock.iso().replace('Z', ''),
    'request-id': requestId,
    'client-request-id': requestId,
  };
  const headers = { 'Access-Control-Allow-Origin': '*', ...options.headers };
  return Response.json({ error: { code, message, innerError } }, { status, headers });
}
