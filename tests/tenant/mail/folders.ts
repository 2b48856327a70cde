/** The tree of folders of one mailbox. Knows nothing of messages but their counts. */
import { createChangeLog, type ChangeLog } from './change-log.ts';
import { folderName, hiddenFolders, messageRoot, wellKnownFolders } from './folder-names.ts';
import { createReceivedOrder, type ReceivedOrder } from './received-order.ts';

export interface Folder {
  readonly key: number;
  parent: number;
  displayName: string;
  readonly alias: string | undefined;
  readonly isHidden: boolean;
  /** Its messages. */
  readonly changes: ChangeLog;
  readonly order: ReceivedOrder;
  total: number;
  unread: number;
  bytes: number;
}

export interface FolderTree {
  readonly changes: ChangeLog;
  get(key: number): Folder | undefined;
  byAlias(alias: string): Folder | undefined;
  /** By display name; hidden ones last. */
  children(parent: number): Folder[];
  childNamed(parent: number, name: string): Folder | undefined;
  create(parent: number, displayName: string, isHidden?: boolean): Folder;
  rename(folder: Folder, displayName: string): void;
  move(folder: Folder, parent: number): void;
  /** The folder and all below it, outermost first. */
  withDescendants(folder: Folder): Folder[];
  drop(folder: Folder): void;
  /** Display names from the root down, joined by `/`. */
  pathOf(folder: Folder): string;
  /** Whether the folder is shown to clients that list the mailbox, i.e. stands below the message root. */
  isBelow(folder: Folder, ancestor: number): boolean;
  all(): Iterable<Folder>;
}

/** Numbers of folders people made; default ones have theirs from Exchange. */
const firstOwnFolder = 0x2000;

export interface FolderTreeDeps {
  readonly locale: string;
  /** The mailbox's next change number. */
  readonly nextChange: () => number;
  readonly received: (key: number) => number;
}

export function createFolderTree({ locale, nextChange, received }: FolderTreeDeps): FolderTree {
  const folders = new Map<number, Folder>();
  const changes = createChangeLog();
  let nextKey = firstOwnFolder;

  const add = (folder: Omit<Folder, 'changes' | 'order' | 'total' | 'unread' | 'bytes'>): Folder => {
    const made: Folder = {
      ...folder,
      changes: createChangeLog(),
      order: createReceivedOrder(received),
      total: 0,
      unread: 0,
      bytes: 0,
    };
    folders.set(made.key, made);
    changes.note(made.key, nextChange(), 'full');
    return made;
  };

  const tree: FolderTree = {
    changes,
    get: (key) => folders.get(key),
    byAlias: (alias) => {
      const found = wellKnownFolders.find((known) => known.alias === alias.toLowerCase());
      return found && folders.get(found.number);
    },
    children: (parent) =>
      [...folders.values()]
        .filter((folder) => folder.parent === parent)
        .sort(
          (a, b) =>
            Number(a.isHidden) - Number(b.isHidden) || a.displayName.localeCompare(b.displayName, 'en'),
        ),
    childNamed: (parent, name) => {
      const lower = name.toLowerCase();
      for (const folder of folders.values()) {
        if (folder.parent === parent && folder.displayName.toLowerCase() === lower) return folder;
      }
      return undefined;
    },
    create: (parent, displayName, isHidden = false) =>
      add({ key: nextKey++, parent, displayName, alias: undefined, isHidden }),
    rename: (folder, displayName) => {
      folder.displayName = displayName;
      changes.note(folder.key, nextChange(), 'full');
    },
    move: (folder, parent) => {
      folder.parent = parent;
      changes.note(folder.key, nextChange(), 'full');
    },
    withDescendants: (folder) => [
      folder,
      ...tree.children(folder.key).flatMap((child) => tree.withDescendants(child)),
    ],
    drop: (folder) => {
      folders.delete(folder.key);
      changes.note(folder.key, nextChange(), 'removed');
    },
    pathOf: (folder) => {
      const names: string[] = [];
      for (let at: Folder | undefined = folder; at && at.key !== messageRoot; at = folders.get(at.parent)) {
        names.unshift(at.displayName);
      }
      return names.join('/');
    },
    isBelow: (folder, ancestor) => {
      for (let at: Folder | undefined = folder; at; at = folders.get(at.parent)) {
        if (at.parent === ancestor) return true;
      }
      return false;
    },
    all: () => folders.values(),
  };

  for (const { alias, number, parent, hidden } of wellKnownFolders) {
    add({ key: number, parent, displayName: folderName(alias, locale), alias, isHidden: hidden });
  }
  for (const name of hiddenFolders) tree.create(messageRoot, name, true);
  return tree;
}
