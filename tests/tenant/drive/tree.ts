/** Keeps parents, children and sizes of a drive's items in step. */
import { isoSeconds } from '../world/clock.ts';
import type { Content } from './content.ts';
import type { ItemIds } from './drive-ids.ts';
import { ancestorsOf, currentVersion, type Dates, type IdentitySet, type Item } from './item.ts';
import { nameKey } from './names.ts';

export function newItem(
  ids: ItemIds,
  kind: Item['kind'],
  born: { name: string; at: string; by: IdentitySet },
) {
  const item: Item = {
    ...ids,
    kind,
    name: born.name,
    parent: undefined,
    createdDateTime: born.at,
    lastModifiedDateTime: born.at,
    createdBy: born.by,
    lastModifiedBy: born.by,
    revision: 1,
    contentRevision: kind === 'file' ? 1 : 0,
    children: new Map(),
    versions: [],
    size: 0,
    grants: [],
    marks: {},
    sequence: 0,
    sharingChange: false,
    deleted: false,
  };
  return item;
}

export function attach(item: Item, parent: Item): void {
  item.parent = parent;
  parent.children.set(nameKey(item.name), item);
  grow(parent, item.size);
}

/** The item keeps pointing at its last parent: a tombstone may still need it. */
export function detach(item: Item): void {
  if (!item.parent) return;
  item.parent.children.delete(nameKey(item.name));
  grow(item.parent, -item.size);
}

export function appendVersion(item: Item, content: Content, by: IdentitySet): void {
  const number = (currentVersion(item)?.number ?? 0) + 1;
  item.versions.push({
    number,
    content,
    lastModifiedDateTime: item.lastModifiedDateTime,
    lastModifiedBy: by,
  });
  grow(item, content.bytes.length - item.size);
}

/** SharePoint keeps whole seconds. */
export function applyDates(item: Item, dates: Partial<Dates>): void {
  const { createdDateTime, lastModifiedDateTime } = dates;
  if (createdDateTime) item.createdDateTime = isoSeconds(Date.parse(createdDateTime));
  if (lastModifiedDateTime) item.lastModifiedDateTime = isoSeconds(Date.parse(lastModifiedDateTime));
}

function grow(item: Item, bytes: number): void {
  item.size += bytes;
  for (const above of ancestorsOf(item)) above.size += bytes;
}
