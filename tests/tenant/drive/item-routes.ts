/** Reading, creating, changing, copying and deleting items. */
import { GraphError } from '../graph/context.ts';
import { parseFilter } from '../graph/filter.ts';
import { openToken, sealToken, top, type Entity } from '../graph/odata.ts';
import { requireKnownNames } from '../graph/types.ts';
import { itemNotFound, parseAddress, requireItem } from './address.ts';
import type { Drive } from './drive.ts';
import {
  answerItem,
  contextUrl,
  isUnchanged,
  itemKey,
  itemOf,
  json,
  option,
  requireMatch,
  type ItemCall,
} from './item-call.ts';
import { subtreeOf, type Item } from './item.ts';
import { itemJson, selectItem } from './item-json.ts';
import { grantsJson } from './sharing-json.ts';
import { conflictOf, datesOf, readBody, readItemBody, recordOf, textOf, type Body } from './request-body.ts';

const CHILDREN_PAGE = 200;
const MAX_CHILDREN_PAGE = 5000;
/** Copies of more items than this answer "in progress" once before they are done. */
const QUICK_COPY = 100;

export function getItem(call: ItemCall): Response {
  const item = itemOf(call);
  if (isUnchanged(call, item)) return call.c.body(null, 304);
  const expanded = expansions(call, item);
  if (Object.keys(expanded).length === 0) return answerItem(call, item);
  const context = contextUrl(call, `${itemKey(call, item)}/$entity`);
  return call.c.json({ '@odata.context': context, ...json(call, item), ...expanded });
}

function expansions(call: ItemCall, item: Item): Entity {
  const text = option(call, 'expand') ?? '';
  const wanted = text
    .replace(/\([^)]*\)/g, '')
    .split(',')
    .map((name) => name.trim());
  const [, ofChildren] = /(?:^|,)\s*children\([^)]*\$select=([^;)]*)/.exec(text) ?? [];
  const child = (one: Item) => selectItem(itemJson(call.world.drives.urls, call.drive, one), ofChildren);
  return {
    ...(wanted.includes('children') ? { children: [...item.children.values()].map(child) } : {}),
    ...(wanted.includes('permissions') ? { permissions: grantsJson(call, item) } : {}),
    ...(wanted.includes('thumbnails') ? { thumbnails: [] } : {}),
  };
}

export function listChildren(call: ItemCall): Response {
  const item = itemOf(call);
  const children = matching(call, [...item.children.values()]).sort(orderOf(option(call, 'orderby')));
  const { page, next } = pageOf(call, children, `${item.id}/children`);
  const value = page.map((child) => ({ ...json(call, child), ...expansions(call, child) }));
  return call.c.json({
    '@odata.context': contextUrl(call, `${itemKey(call, item)}/children`),
    ...next,
    value,
  });
}

/** As `$top` and `$skiptoken` say. `path` is where the next page is, below the drive's items. */
function pageOf(call: ItemCall, items: readonly Item[], path: string) {
  const given = option(call, 'skiptoken');
  const at = given === undefined ? 0 : openToken<{ at?: number }>(given).at;
  if (at === undefined) throw new GraphError(400, 'invalidRequest', 'The provided skip token is not valid.');
  const size = top(option(call, 'top'), CHILDREN_PAGE, MAX_CHILDREN_PAGE);
  const next = new URL(`${call.world.urls.graph}/v1.0/drives/${call.drive.id}/items/${path}`);
  call.query.forEach((text, name) => next.searchParams.set(name, text));
  next.searchParams.set('$skiptoken', sealToken({ at: at + size }));
  const isLast = items.length <= at + size;
  return { page: items.slice(at, at + size), next: isLast ? {} : { '@odata.nextLink': next.href } };
}

/** The items that `$filter` lets through. Throws 400 where it is none, or names what no item has. */
function matching(call: ItemCall, items: readonly Item[]): Item[] {
  const text = option(call, 'filter');
  if (text === undefined) return [...items];
  const filter = parseFilter(text);
  requireKnownNames('items', { filtered: filter.paths });
  return items.filter((item) => filter.matches(itemJson(call.world.drives.urls, call.drive, item)));
}

/** Folders before files, each by name, unless told otherwise. */
function orderOf(orderBy: string | undefined): (a: Item, b: Item) => number {
  const byName = (a: Item, b: Item) => a.name.localeCompare(b.name, 'en');
  if (orderBy === undefined) {
    return (a, b) => Number(a.kind === 'file') - Number(b.kind === 'file') || byName(a, b);
  }
  const [property = '', direction] = orderBy.trim().split(/\s+/);
  const sign = direction === 'desc' ? -1 : 1;
  const compare: Record<string, typeof byName> = {
    name: byName,
    size: (a, b) => a.size - b.size,
    lastModifiedDateTime: (a, b) => Date.parse(a.lastModifiedDateTime) - Date.parse(b.lastModifiedDateTime),
  };
  const chosen = compare[property];
  if (!chosen) throw new GraphError(400, 'invalidRequest', `Invalid $orderby property '${property}'.`);
  return (a, b) => sign * chosen(a, b) || byName(a, b);
}

export async function addChild(call: ItemCall): Promise<Response> {
  const parent = itemOf(call);
  const body = await readItemBody(call.c);
  const name = textOf(body, 'name');
  if (name === undefined || !recordOf(body, 'folder')) {
    throw new GraphError(400, 'invalidRequest', 'Must provide name and a folder facet.');
  }
  const conflict = conflictOf(call.query, body, 'fail');
  const write = { by: call.by, dates: datesOf(body) };
  return answerItem(call, call.drive.addFolder({ parent, name, conflict }, write), 201);
}

export async function patchItem(call: ItemCall): Promise<Response> {
  const item = itemOf(call);
  requireMatch(call, item);
  const body = await readItemBody(call.c);
  const dates = datesOf(body);
  const name = textOf(body, 'name') ?? item.name;
  const reference = recordOf(body, 'parentReference');
  const parent = reference ? targetOf(call.drive, reference, item.parent) : item.parent;
  if (item.kind === 'root' && (reference || name !== item.name))
    throw new GraphError(400, 'invalidRequest', 'The root folder cannot be renamed or moved.');
  if (parent && (parent !== item.parent || name !== item.name)) {
    call.drive.relocate(item, { parent, name, conflict: conflictOf(call.query, body, 'fail') }, call.by);
  }
  if (dates) call.drive.setDates(item, dates, call.by);
  return answerItem(call, item);
}

/** The folder that a `parentReference` of a move or copy means: by id, or by `/drive/root:/path`. */
function targetOf(drive: Drive, reference: Body, fallback: Item | undefined): Item {
  const driveId = textOf(reference, 'driveId');
  if (driveId !== undefined && driveId.toLowerCase() !== drive.id.toLowerCase()) {
    throw new GraphError(400, 'invalidRequest', 'Items cannot be moved between drives.', {
      innerCode: 'notSupported',
    });
  }
  const id = textOf(reference, 'id');
  const path = textOf(reference, 'path')?.replace(/^\/?(drive|drives\/[^/]+)\//, '');
  const address = parseAddress(id === undefined ? (path ?? '') : `items/${encodeURIComponent(id)}`);
  const found = address ? requireItem(drive, address) : fallback;
  if (!found) throw itemNotFound();
  return found;
}

export function deleteItem(call: ItemCall): Response {
  const item = itemOf(call);
  requireMatch(call, item);
  call.drive.remove(item, call.by);
  return call.c.body(null, 204);
}

export async function copyItem(call: ItemCall): Promise<Response> {
  const item = itemOf(call);
  const body = await readBody(call.c);
  const { drives } = call.world;
  const reference = recordOf(body, 'parentReference');
  const driveId = reference && textOf(reference, 'driveId');
  const target = driveId === undefined ? call.drive : drives.drive(driveId);
  if (!target) throw itemNotFound();
  const parent = reference ? targetOf(target, reference, item.parent) : item.parent;
  const name = textOf(body, 'name') ?? item.name;
  if (!parent) throw new GraphError(400, 'invalidRequest', 'The root folder cannot be copied.');
  const size = [...subtreeOf(item)].length;
  const place = { parent, name, conflict: conflictOf(call.query, body, 'fail') };
  const job = drives.copies.add(
    copyOutcome(() => target.copy(item, place, call.by).id),
    size > QUICK_COPY ? 1 : 0,
  );
  const monitor = `${drives.urls.site(target)}/_api/v2.0/monitor/${job.id}`;
  return call.c.body(null, 202, { Location: monitor });
}

/** What goes wrong with a copy is told by its monitor, not by the call that began it. */
function copyOutcome(copy: () => string) {
  try {
    return { resourceId: copy() };
  } catch (error) {
    if (error instanceof GraphError) return { error };
    throw error;
  }
}

export function searchItems(call: ItemCall): Response {
  const item = itemOf(call);
  const term = /^search\(q='(.*)'\)$/s
    .exec(call.address.suffix[0] ?? '')?.[1]
    ?.replaceAll("''", "'")
    .toLowerCase();
  if (term === undefined) throw new GraphError(400, 'BadRequest', 'The search text is missing.');
  const found = [...subtreeOf(item)].filter(
    (each) => each !== item && each.name.toLowerCase().includes(term),
  );
  const { page, next } = pageOf(call, found, `${item.id}/${call.address.suffix[0] ?? ''}`);
  const value = page.map((each) => json(call, each));
  return call.c.json({ '@odata.context': contextUrl(call, 'Collection(driveItem)'), ...next, value });
}

export function listThumbnails(call: ItemCall): Response {
  const item = itemOf(call);
  return call.c.json({ '@odata.context': contextUrl(call, `${itemKey(call, item)}/thumbnails`), value: [] });
}
