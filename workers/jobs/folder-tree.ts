/** Folders of one account as the tree that they are. Hostile: a chain may be endless. */
import type { Folder } from '../repository/model.ts';

/** A folder chain longer than this is a loop or an attack. */
const DEEPEST_PATH = 64;

/** Names from the root down to the folder; a root itself is left out. */
export function pathOf(folder: string, folders: readonly Folder[]): string[] {
  const byId = new Map(folders.map((each) => [each.id, each]));
  const chain: Folder[] = [];
  for (let at = byId.get(folder); at && chain.length < DEEPEST_PATH; at = byId.get(at.parent ?? '')) {
    chain.unshift(at);
  }
  return chain.filter((each) => !isRoot(each)).map(({ name }) => name);
}

/** The top of a drive or mailbox: a place, not a folder that somebody made. */
export const isRoot = (folder: Folder): boolean => folder.role === 'root' || folder.role === 'msgfolderroot';

/** These folders and every one below them. */
export function foldersBelow(tops: Iterable<string>, folders: Iterable<Folder>): ReadonlySet<string> {
  const all = [...folders];
  const below = new Set(tops);
  for (let size = 0; size !== below.size;) {
    size = below.size;
    for (const { id, parent } of all) if (parent !== undefined && below.has(parent)) below.add(id);
  }
  return below;
}

/** Those in a circle are left out. */
export function parentsFirst(folders: readonly Folder[]): Folder[] {
  const ids = new Set(folders.map(({ id }) => id));
  const placed = new Set<string>();
  const ordered: Folder[] = [];
  for (let before = -1; before !== ordered.length;) {
    before = ordered.length;
    for (const folder of folders) {
      const ready = folder.parent === undefined || !ids.has(folder.parent) || placed.has(folder.parent);
      if (!ready || placed.has(folder.id)) continue;
      placed.add(folder.id);
      ordered.push(folder);
    }
  }
  return ordered;
}
