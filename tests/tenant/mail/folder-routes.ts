/** `/users/{id}/mailFolders…`: list, read, make, rename, move, delete. */
import { Hono } from 'hono';
import { GraphError, type GraphEnv } from '../graph/context.ts';
import { skip as skipOf, top, type Entity } from '../graph/odata.ts';
import { parseFilter } from './filter.ts';
import { folderJson, folderSelect, refuseUnknownFields } from './folder-json.ts';
import { messageRoot } from './folder-names.ts';
import type { Folder } from './folders.ts';
import * as reply from './request.ts';
import { removeFolderTree } from './store.ts';

const exists = (): GraphError =>
  new GraphError(409, 'ErrorFolderExists', 'A folder with the specified name already exists.');

const denied = (): GraphError =>
  new GraphError(403, 'ErrorAccessDenied', 'Access is denied. Check credentials and try again.');

const includeHidden = (request: reply.MailRequest): boolean =>
  request.query.get('includeHiddenFolders')?.toLowerCase() === 'true';

const filterable = (path: string): boolean =>
  ['displayName', 'totalItemCount', 'unreadItemCount', 'childFolderCount', 'isHidden'].includes(path);

const selectedContext = (selected: string | null): string => (selected ? `(${selected})` : '');

/** The order asked for, by one property; without one the store's own. */
function orderOf(request: reply.MailRequest): (a: Folder, b: Folder) => number {
  const text = reply.option(request, 'orderby');
  if (text === null) return () => 0;
  const [, name = '', direction] = /^\s*(\w+)(?:\s+(asc|desc))?\s*$/i.exec(text) ?? [];
  if (!filterable(name)) {
    const message = `The query parameter '$orderby=${text.slice(0, 80)}' is not supported.`;
    throw new GraphError(400, 'ErrorInvalidUrlQuery', message);
  }
  const sign = direction?.toLowerCase() === 'desc' ? -1 : 1;
  const value = (folder: Folder) => String(folderJson(request, folder, name)[name]);
  return (a, b) => sign * value(a).localeCompare(value(b), 'en', { numeric: true });
}

/** Children of a folder as one page; `path` is the collection below the user. */
function listFolders(
  c: reply.GraphContext,
  request: reply.MailRequest,
  parent: number,
  path: string,
): Response {
  const selected = folderSelect(request);
  const filterText = reply.option(request, 'filter');
  const filter = filterText ? parseFilter(filterText, filterable) : undefined;
  const all = request.mailbox.folders
    .children(parent)
    .filter((folder) => includeHidden(request) || !folder.isHidden)
    .filter((folder) => {
      const whole = filter && folderJson(request, folder, null);
      return !filter || filter.test((name) => whole?.[name]);
    });
  all.sort(orderOf(request));
  const skip = skipOf(reply.option(request, 'skip'));
  const size = top(reply.option(request, 'top'), 10, 999);
  const entity: Entity = {
    '@odata.context': reply.contextUrl(request, `${request.owner}/${path}${selectedContext(selected)}`),
  };
  if (reply.option(request, 'count') === 'true') entity['@odata.count'] = all.length;
  entity['value'] = all.slice(skip, skip + size).map((folder) => ({
    ...folderJson(request, folder, selected),
    ...expandedChildren(request, folder),
  }));
  if (all.length > skip + size)
    entity['@odata.nextLink'] = reply.nextPage(request, path, ['$skip', String(skip + size)]);
  return reply.answer(c, request, entity);
}

const expandable =
  /^\s*(|childFolders|(single|multi)ValueExtendedProperties|messages|messageRules|userConfigurations)\s*$/i;

function expandedChildren(request: reply.MailRequest, folder: Folder): Entity {
  const expand = reply.option(request, 'expand') ?? '';
  const unknown = expand
    .replace(/\([^)]*\)/g, '')
    .split(',')
    .find((name) => !expandable.test(name));
  if (unknown !== undefined) {
    const message = `Parsing OData Select and Expand failed: Could not find a property named '${unknown.trim().slice(0, 80)}' on type 'microsoft.graph.mailFolder'.`;
    throw new GraphError(400, 'BadRequest', message);
  }
  if (!/childFolders/i.test(expand)) return {};
  const children = request.mailbox.folders.children(folder.key).filter((child) => !child.isHidden);
  return { childFolders: children.map((child) => folderJson(request, child, null)) };
}

function answerFolder(
  c: reply.GraphContext,
  request: reply.MailRequest,
  folder: Folder,
  status: 200 | 201 = 200,
): Response {
  const selected = status === 200 ? folderSelect(request) : null;
  return reply.answer(
    c,
    request,
    {
      '@odata.context': reply.contextUrl(
        request,
        `${request.owner}/mailFolders${selectedContext(selected)}/$entity`,
      ),
      ...folderJson(request, folder, selected),
      ...expandedChildren(request, folder),
    },
    status,
  );
}

function countFolders(c: reply.GraphContext, parentId: string | undefined): Response {
  const request = reply.openRequest(c);
  const parent = parentId === undefined ? messageRoot : reply.requireFolder(request, parentId).key;
  const all = request.mailbox.folders.children(parent);
  return c.text(String(all.filter((folder) => includeHidden(request) || !folder.isHidden).length));
}

function nameOf(json: Record<string, unknown>): string {
  const name = json['displayName'];
  if (typeof name === 'string' && name.trim() !== '' && name.length <= 255) return name;
  throw new GraphError(400, 'ErrorInvalidRequest', 'The folder name must be a text of 1 to 255 characters.');
}

async function createFolder(c: reply.GraphContext, parentId: string | undefined): Promise<Response> {
  const request = reply.openRequest(c);
  const { folders } = request.mailbox;
  const parent = parentId === undefined ? messageRoot : reply.requireFolder(request, parentId).key;
  const json = await reply.readJson(c);
  refuseUnknownFields(json);
  const name = nameOf(json);
  if (folders.childNamed(parent, name)) throw exists();
  const folder = folders.create(parent, name, json['isHidden'] === true);
  c.header(
    'Location',
    `${request.world.urls.graph}/v1.0/${request.owner}/mailFolders('${reply.idOfFolder(request, folder)}')`,
  );
  return answerFolder(c, request, folder, 201);
}

async function renameFolder(c: reply.GraphContext): Promise<Response> {
  const request = reply.openRequest(c);
  const { folders } = request.mailbox;
  const folder = reply.requireFolder(request, c.req.param('folder') ?? '');
  const json = await reply.readJson(c);
  refuseUnknownFields(json);
  if ('displayName' in json) {
    const name = nameOf(json);
    if (folder.alias) throw denied();
    const namesake = folders.childNamed(folder.parent, name);
    if (namesake && namesake !== folder) throw exists();
    folders.rename(folder, name);
  }
  return answerFolder(c, request, folder);
}

/** A name that is free below the parent, as Exchange finds one when it moves a folder to Deleted Items. */
function freeName(request: reply.MailRequest, parent: number, name: string): string {
  let free = name;
  for (let count = 1; request.mailbox.folders.childNamed(parent, free); count++) free = `${name}${count}`;
  return free;
}

/** A deleted folder goes to Deleted Items; deleted there, it is gone. */
function deleteFolder(c: reply.GraphContext): Response {
  const request = reply.openRequest(c);
  const { folders } = request.mailbox;
  const folder = reply.requireFolder(request, c.req.param('folder') ?? '');
  if (folder.alias) {
    throw new GraphError(400, 'ErrorDeleteDistinguishedFolder', 'Distinguished folders cannot be deleted.');
  }
  const bin = folders.byAlias('deleteditems');
  if (!bin || folders.isBelow(folder, bin.key)) removeFolderTree(request.mailbox, folder);
  else {
    const name = freeName(request, bin.key, folder.displayName);
    if (name !== folder.displayName) folders.rename(folder, name);
    folders.move(folder, bin.key);
  }
  return reply.answerEmpty(c, 204);
}

async function moveFolder(c: reply.GraphContext): Promise<Response> {
  const request = reply.openRequest(c);
  const { folders } = request.mailbox;
  const folder = reply.requireFolder(request, c.req.param('folder') ?? '');
  const target = reply.requireFolder(request, String((await reply.readJson(c))['destinationId'] ?? ''));
  if (folder.alias || target === folder || folders.isBelow(target, folder.key)) {
    throw new GraphError(400, 'ErrorMoveCopyFailed', 'The move or copy operation failed.');
  }
  if (folders.childNamed(target.key, folder.displayName)) throw exists();
  folders.move(folder, target.key);
  return answerFolder(c, request, folder, 201);
}

export function folderRoutes(): Hono<GraphEnv> {
  const base = '/users/:user/mailFolders';
  const nested = `${base}/:parent/childFolders/:folder`;
  const routes = new Hono<GraphEnv>();
  routes.get(base, (c) => listFolders(c, reply.openRequest(c), messageRoot, 'mailFolders'));
  routes.get(`${base}/$count`, (c) => countFolders(c, undefined));
  routes.get(`${base}/:folder/childFolders/$count`, (c) => countFolders(c, c.req.param('folder')));
  routes.post(base, (c) => createFolder(c, undefined));
  routes.get(`${base}/:folder/childFolders`, (c) => {
    const request = reply.openRequest(c);
    const folder = reply.requireFolder(request, c.req.param('folder'));
    const path = `mailFolders('${reply.idOfFolder(request, folder)}')/childFolders`;
    return listFolders(c, request, folder.key, path);
  });
  routes.post(`${base}/:folder/childFolders`, (c) => createFolder(c, c.req.param('folder')));
  routes.post(`${base}/:folder/move`, (c) => moveFolder(c));
  for (const one of [`${base}/:folder`, nested]) {
    routes.get(one, (c) => {
      const request = reply.openRequest(c);
      return answerFolder(c, request, reply.requireFolder(request, c.req.param('folder') ?? ''));
    });
    routes.patch(one, (c) => renameFolder(c));
    routes.delete(one, deleteFolder);
  }
  return routes;
}
