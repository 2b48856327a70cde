/** Contents through Graph: the redirect to a download, small uploads, and the start of upload sessions. */
import { GraphError } from '../graph/context.ts';
import { placeOf } from './address.ts';
import { requireWritable, type Placement } from './drive.ts';
import { answerItem, contextUrl, itemOf, requireMatch, type ItemCall } from './item-call.ts';
import type { Item } from './item.ts';
import { conflictOf, datesOf, readBody, recordOf, textOf, type Body } from './request-body.ts';
import { sessionProgress } from './upload-sessions.ts';

/** https://learn.microsoft.com/graph/api/driveitem-put-content */
export const MAX_SIMPLE_UPLOAD = 250 * 1024 * 1024;

export function getContent(call: ItemCall): Response {
  const item = itemOf(call);
  requireContent(item);
  return call.c.body(null, 302, { Location: call.world.drives.urls.download(call.drive, item) });
}

/** Folders, notebooks and shortcuts have no bytes. */
export function requireContent(item: Item): void {
  if (item.kind !== 'file' || item.marks.remoteItem) {
    throw new GraphError(400, 'invalidRequest', 'Cannot get content of an item that is not a file.', {
      innerCode: 'notAFile',
    });
  }
}

export async function putContent(call: ItemCall): Promise<Response> {
  const { drive, by } = call;
  const bytes = new Uint8Array(await call.c.req.arrayBuffer());
  if (bytes.length > MAX_SIMPLE_UPLOAD) {
    throw new GraphError(413, 'invalidRequest', 'The request is larger than the limit of 250 MB.', {
      innerCode: 'maxStreamSizeExceeded',
    });
  }
  const place = target(call, conflictOf(call.query, {}, 'replace'));
  const existing = drive.find([place.name], place.parent);
  if (existing) requireMatch(call, existing);
  const { item, created } = drive.writeFile(place, call.world.drives.pool.add(bytes), { by });
  return answerItem(call, item, created ? 201 : 200);
}

export async function createUploadSession(call: ItemCall): Promise<Response> {
  const body = await readBody(call.c);
  const item: Body = recordOf(body, 'item') ?? {};
  // Undocumented default: clients that say nothing (rclone among them) count on replacing.
  const conflict = conflictOf(call.query, { ...body, ...item }, 'replace');
  const place = target(call, conflict);
  const name = textOf(item, 'name') ?? place.name;
  const size = item['fileSize'];
  const session = call.world.drives.uploads.create({
    drive: call.drive,
    place: { ...place, name },
    write: { by: call.by, dates: datesOf(item) },
    deferCommit: body['deferCommit'] === true,
    fileSize: typeof size === 'number' ? size : undefined,
  });
  return call.c.json({
    '@odata.context': contextUrl(call, 'microsoft.graph.uploadSession'),
    ...sessionProgress(session),
    uploadUrl: uploadUrl(call, session.id, place),
  });
}

/** The address of a session carries its own authorization, as `tempauth` in the query. */
function uploadUrl({ world, drive }: ItemCall, sessionId: string, { parent, conflict }: Placement): string {
  const flags = `overwrite=${conflict === 'replace' ? 'True' : 'False'}&rename=${conflict === 'rename' ? 'True' : 'False'}`;
  const base = `${world.drives.urls.site(drive)}/_api/v2.0/drives/${drive.id}/items/${parent.id}/uploadSession`;
  return `${base}?guid='${sessionId}'&${flags}&dc=0&tempauth=v1.${world.ids.opaque(48)}`;
}

/** Folders that the path names and the drive lacks are made, as the real service does. */
function target(call: ItemCall, conflict: Placement['conflict']): Placement {
  const { base, folders, name } = placeOf(call.drive, call.address);
  const parent = call.drive.folderAt(folders, { by: call.by }, base);
  const existing = call.drive.find([name], parent);
  if (existing && conflict === 'replace') requireWritable(existing, call.by);
  return { parent, name, conflict };
}

/** https://learn.microsoft.com/graph/api/driveitem-checkout */
export function checkOut(call: ItemCall): Response {
  const item = itemOf(call);
  requireContent(item);
  call.drive.checkOut(item, call.by);
  return call.c.body(null, 204);
}

export function checkIn(call: ItemCall): Response {
  const item = itemOf(call);
  requireContent(item);
  call.drive.checkIn(item, call.by);
  return call.c.body(null, 204);
}
