/** Drives and their items below `/v1.0`; `/me` has become `/users/{id}` before. */
import { Hono, type Context } from 'hono';
import { requireSharePoint } from '../directory/licences.ts';
import { GraphError, noSegment, wrongMethod, type GraphEnv } from '../graph/context.ts';
import { select } from '../graph/odata.ts';
import { requireKnownNames } from '../graph/types.ts';
import type { World } from '../world/world.ts';
import { identityOf, requireAccess } from './access.ts';
import { nearestItem, parseAddress, type Address } from './address.ts';
import { checkIn, checkOut, createUploadSession, getContent, putContent } from './content-routes.ts';
import { getDelta } from './delta-routes.ts';
import { driveJson } from './drive-json.ts';
import type { Drive } from './drive.ts';
import type { ItemHandler } from './item-call.ts';
import {
  addChild,
  copyItem,
  deleteItem,
  getItem,
  listChildren,
  listThumbnails,
  patchItem,
  searchItems,
} from './item-routes.ts';
import {
  createLink,
  deletePermission,
  getPermission,
  invite,
  listPermissions,
  patchPermission,
} from './sharing-routes.ts';
import {
  deleteVersion,
  getVersion,
  getVersionContent,
  listVersions,
  restoreVersion,
} from './version-routes.ts';

/** By method and what follows the item, ids of sub-collections as `*`. */
const handlers: Readonly<Record<string, ItemHandler>> = {
  'GET ': getItem,
  'PATCH ': patchItem,
  'DELETE ': deleteItem,
  'POST permanentdelete': deleteItem,
  'GET children': listChildren,
  'POST children': addChild,
  'POST copy': copyItem,
  'GET content': getContent,
  'PUT content': putContent,
  'POST createuploadsession': createUploadSession,
  'POST checkout': checkOut,
  'POST checkin': checkIn,
  'GET delta': getDelta,
  'GET delta/*': getDelta,
  'GET search': searchItems,
  'GET thumbnails': listThumbnails,
  'POST invite': invite,
  'POST createlink': createLink,
  'GET permissions': listPermissions,
  'GET permissions/*': getPermission,
  'PATCH permissions/*': patchPermission,
  'DELETE permissions/*': deletePermission,
  'GET versions': listVersions,
  'GET versions/*': getVersion,
  'DELETE versions/*': deleteVersion,
  'GET versions/*/content': getVersionContent,
  'POST versions/*/restoreversion': restoreVersion,
};

export function driveRoutes(): Hono<GraphEnv> {
  const app = new Hono<GraphEnv>();
  app.get('/users/:user/drives', (c) => {
    const drive = driveOfUser(c);
    requireAccess(c.get('caller'), drive, undefined);
    return listDrives(c, [drive]);
  });
  app.get('/sites/:site/drives', (c) => listDrives(c, drivesOfSite(c)));
  for (const path of ['/users/:user/drive', '/users/:user/drive/*'])
    app.all(path, (c) => serve(c, driveOfUser(c)));
  for (const path of ['/sites/:site/drive', '/sites/:site/drive/*']) {
    app.all(path, (c) => serve(c, drivesOfSite(c)[0] ?? noDrive()));
  }
  for (const owner of ['', '/users/:user', '/sites/:site']) {
    for (const rest of ['', '/*']) app.all(`${owner}/drives/:drive${rest}`, (c) => serve(c, driveById(c)));
  }
  return app;
}

const shapes = new Set(Object.keys(handlers).map((key) => key.slice(key.indexOf(' ') + 1)));

/** `drive/search(q='…')` looks below the root as well. */
const addressIn = (rest: string) => parseAddress(rest.startsWith('search(') ? `root/${rest}` : rest);

const segmentIn = (address: Address | null, rest: string) => address?.suffix[0] ?? rest.split('/')[0] ?? rest;

/** The segment of a drive's path that no drive or item has; undefined where all are known. */
export function unknownDriveSegment(pathname: string): string | undefined {
  const rest = restOf(pathname);
  const address = addressIn(rest);
  const isKnown = rest === '' || (address !== null && shapes.has(shapeOf(address.suffix)));
  return isKnown ? undefined : segmentIn(address, rest);
}

function serve(c: Context<GraphEnv>, drive: Drive): Response | Promise<Response> {
  const world = c.get('world');
  const caller = c.get('caller');
  const rest = restOf(new URL(c.req.url).pathname);
  const method = c.req.method === 'HEAD' ? 'GET' : c.req.method;
  if (rest === '') return answerDrive(c, drive, method);
  const address = addressIn(rest);
  if (!address || !shapes.has(shapeOf(address.suffix))) throw noSegment(segmentIn(address, rest));
  const handler = handlers[`${method} ${shapeOf(address.suffix)}`];
  if (!handler) throw wrongMethod();
  const query = new URL(c.req.url).searchParams;
  if (!/^(versions|permissions)$/i.test(address.suffix[0] ?? ''))
    requireKnownNames('items', optionsOf(query));
  requireAccess(caller, drive, nearestItem(drive, address));
  return handler({ c, world, drive, address, by: identityOf(world, caller), query });
}

const optionsOf = (query: URLSearchParams) => ({
  select: query.get('$select') ?? query.get('select'),
  expand: query.get('$expand') ?? query.get('expand'),
});

function answerDrive(c: Context<GraphEnv>, drive: Drive, method: string): Response {
  const { urls, drives } = c.get('world');
  requireAccess(c.get('caller'), drive, undefined);
  if (method !== 'GET') throw wrongMethod();
  const options = optionsOf(new URL(c.req.url).searchParams);
  requireKnownNames('drives', options);
  const context = `${urls.graph}/v1.0/$metadata#drives/$entity`;
  return c.json({ '@odata.context': context, ...select(driveJson(drives.urls, drive), options.select) });
}

/** Raw path after the drive: `/v1.0/users/a/drive/root:/x` is `root:/x`. */
function restOf(pathname: string): string {
  const segments = pathname
    .replace(/^.*?\/(v1\.0|beta)(?=\/)/, '')
    .split('/')
    .slice(1);
  const isDirect = segments[0] === 'drives' || segments[2] === 'drive';
  return segments.slice(segments[0] === 'drives' ? 2 : isDirect ? 3 : 4).join('/');
}

function shapeOf([name = '', ...more]: readonly string[]): string {
  const bare = name
    .toLowerCase()
    .replace(/^microsoft\.graph\./, '')
    .replace(/^(search|delta)\(.*$/s, '$1');
  return [bare, ...more.map((part, index) => (index === 0 ? '*' : part.toLowerCase()))].join('/');
}

function listDrives(c: Context<GraphEnv>, drives: readonly Drive[]): Response {
  const world: World = c.get('world');
  const value = drives.map((drive) => driveJson(world.drives.urls, drive));
  return c.json({ '@odata.context': `${world.urls.graph}/v1.0/$metadata#drives`, value });
}

function driveOfUser(c: Context<GraphEnv>): Drive {
  const { directory, drives } = c.get('world');
  requireSharePoint({ directory });
  const name = c.req.param('user') ?? '';
  const user = directory.user(name);
  if (!user) {
    const message = `Resource '${name}' does not exist or one of its queried reference-property objects are not present.`;
    throw new GraphError(404, 'Request_ResourceNotFound', message);
  }
  return drives.drive(drives.driveOfUser(user.id) ?? '') ?? noMySite();
}

function drivesOfSite(c: Context<GraphEnv>): Drive[] {
  const { drives } = c.get('world');
  const site = c.req.param('site') ?? '';
  // `contoso.sharepoint.com,{site id},{web id}`, or the site id alone.
  const found = [site, ...site.split(',')].flatMap((id) => drives.drivesOfSite(id));
  if (found.length === 0) noDrive();
  return [...new Set(found)].flatMap((id) => drives.drive(id) ?? []);
}

function driveById(c: Context<GraphEnv>): Drive {
  const id = c.req.param('drive') ?? '';
  const found = c.get('world').drives.drive(id);
  if (found) return found;
  if (id.startsWith('b!')) noDrive();
  throw new GraphError(
    400,
    'invalidRequest',
    'The provided drive id appears to be malformed, or does not represent a valid drive.',
  );
}

const noDrive = (): never => {
  throw new GraphError(404, 'itemNotFound', 'The resource could not be found.');
};

const noMySite = (): never => {
  throw new GraphError(404, 'ResourceNotFound', "User's mysite not found.");
};
