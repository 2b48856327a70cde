/**
 * The part of a drive url after the drive: which item it means, and what of it is asked for.
 * `root`, `items/{id}`, `special/{name}`, each with an optional path between colons:
 * `items/{id}:/Reports/2026.xlsx:/content`.
 * https://learn.microsoft.com/graph/onedrive-addressing-driveitems
 */
import { GraphError } from '../graph/context.ts';
import type { Drive } from './drive.ts';
import type { Item } from './item.ts';

export interface Address {
  readonly base: { readonly kind: 'root' | 'items' | 'special'; readonly key: string };
  /** Decoded names below the base. */
  readonly path: readonly string[];
  /** What follows: `['versions', '1.0', 'content']`, empty for the item itself; decoded. */
  readonly suffix: readonly string[];
}

/** `rest` is raw: still percent-encoded, without a leading slash. Null where it addresses no item. */
export function parseAddress(rest: string): Address | null {
  const found = /^(?:(root)|(items|special)\/([^/:]+))(?=$|[/:])(.*)$/s.exec(rest);
  if (!found) return null;
  const [, root, kind, key = '', tail = ''] = found;
  const base = baseOf(root ?? kind ?? '', decode(key));
  if (!tail.startsWith(':')) return { base, path: [], suffix: namesOf(tail) };
  const [path = '', ...after] = tail.slice(1).split(':');
  return { base, path: namesOf(path), suffix: namesOf(after.join(':')) };
}

function baseOf(kind: string, key: string): Address['base'] {
  if (kind === 'root' || (kind === 'items' && key === 'root')) return { kind: 'root', key: '' };
  return { kind: kind === 'special' ? 'special' : 'items', key };
}

const namesOf = (path: string) =>
  path
    .split('/')
    .filter((name) => name !== '')
    .map(decode);

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new GraphError(400, 'BadRequest', 'The request URI is badly formed.');
  }
}

/** The item itself. Throws 404 `itemNotFound`. */
export function requireItem(drive: Drive, address: Address): Item {
  const base = findBase(drive, address);
  const item = base && drive.find(address.path, base);
  if (!item) throw itemNotFound();
  return item;
}

/** The item, or the nearest folder above it that is there. */
export function nearestItem(drive: Drive, address: Address): Item | undefined {
  let nearest = findBase(drive, address);
  for (const name of address.path) nearest = (nearest && drive.find([name], nearest)) ?? nearest;
  return nearest;
}

/** Where a new item goes that the address names: the part of the path that is there, and the names still to make. */
export function placeOf(drive: Drive, address: Address): { base: Item; folders: string[]; name: string } {
  const base = findBase(drive, address);
  if (!base) throw itemNotFound();
  const folders = [...address.path];
  const name = folders.pop();
  if (name === undefined) {
    if (!base.parent) throw new GraphError(400, 'invalidRequest', 'The root folder has no content.');
    return { base: base.parent, folders: [], name: base.name };
  }
  return { base, folders, name };
}

const specialFolders: Readonly<Record<string, string>> = {
  documents: 'Documents',
  photos: 'Pictures',
  music: 'Music',
};

function findBase(drive: Drive, { base }: Address): Item | undefined {
  if (base.kind === 'root') return drive.root;
  if (base.kind === 'items') return drive.item(base.key);
  const name = specialFolders[base.key.toLowerCase()];
  return name === undefined ? undefined : drive.find([name]);
}

export const itemNotFound = () => new GraphError(404, 'itemNotFound', 'The resource could not be found.');
