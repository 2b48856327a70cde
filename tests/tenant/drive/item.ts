/** One entry of a drive, and the facts that Graph prints of it. */
import type { Content } from './content.ts';

export interface Identity {
  readonly id?: string;
  readonly displayName?: string;
}

export interface IdentitySet {
  readonly user?: Identity;
  readonly application?: Identity;
}

/** ISO 8601 UTC, whole seconds: SharePoint keeps no fractions. */
export interface Dates {
  createdDateTime: string;
  lastModifiedDateTime: string;
}

export interface Version {
  /** Printed as `3.0`. */
  readonly number: number;
  readonly content: Content;
  readonly lastModifiedDateTime: string;
  readonly lastModifiedBy: IdentitySet;
}

/** A permission given on the item itself; `owner` and what comes from above are worked out when read. */
export interface Grant {
  readonly id: string;
  roles: string[];
  /** A person, by object id where the directory knows one, else by address. */
  readonly grantedTo?: { readonly id?: string; readonly displayName: string; readonly email: string };
  readonly link?: { readonly type: string; readonly scope: string; readonly webUrl: string };
  readonly expirationDateTime?: string;
}

/** A shortcut to something in another drive: never followed by the service itself. */
export interface RemoteItem {
  readonly id: string;
  readonly driveId: string;
  readonly name: string;
  readonly size: number;
  readonly folder: boolean;
}

/** Conditions that only the world outside the API brings about: tests and seeds set them. */
export interface Marks {
  /** An open Office client holds the file: writes answer 423. */
  locked?: boolean;
  /** By whom it is checked out in SharePoint: writes of others answer 423, `publication` says so. */
  checkedOut?: IdentitySet;
  /** The scanner's finding: metadata stays readable, the content answers 403 `malwareDetected`. */
  malware?: string;
  /** A OneNote notebook: a folder in the tree that carries neither `folder` nor `file`. */
  package?: 'oneNote';
  remoteItem?: RemoteItem;
}

export interface Item extends Dates {
  readonly id: string;
  readonly uniqueId: string;
  readonly kind: 'root' | 'folder' | 'file';
  name: string;
  /** Undefined for the root alone. */
  parent: Item | undefined;
  createdBy: IdentitySet;
  lastModifiedBy: IdentitySet;
  /** The number in the eTag. */
  revision: number;
  /** The number in the cTag. */
  contentRevision: number;
  /** By collision key; empty for files. */
  readonly children: Map<string, Item>;
  /** Oldest first; the last one is the file. Empty for folders. */
  readonly versions: Version[];
  /** Bytes of the file, or of everything below the folder. */
  size: number;
  readonly grants: Grant[];
  readonly marks: Marks;
  /** Sequence number of the latest change, and whether only the sharing changed in it. */
  sequence: number;
  sharingChange: boolean;
  deleted: boolean;
}

export const currentVersion = (item: Item): Version | undefined => item.versions.at(-1);

/** `/` for the root, else `/Folder/name`. */
export function pathOf(item: Item): string {
  if (!item.parent) return '/';
  const above = pathOf(item.parent);
  return above === '/' ? `/${item.name}` : `${above}/${item.name}`;
}

export function* ancestorsOf(item: Item): Generator<Item> {
  for (let above = item.parent; above; above = above.parent) yield above;
}

/** The item and everything below it, parents before children. */
export function* subtreeOf(item: Item): Generator<Item> {
  yield item;
  for (const child of item.children.values()) yield* subtreeOf(child);
}

export const eTagOf = (item: Item) => `"{${item.uniqueId}},${item.revision}"`;
export const cTagOf = (item: Item) => `"c:{${item.uniqueId}},${item.contentRevision}"`;
