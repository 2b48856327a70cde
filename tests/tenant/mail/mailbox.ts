/** One mailbox: its folders, its messages, and what happened to them in which order. */
import { createFolderTree, type Folder, type FolderTree } from './folders.ts';
import { createIdSpace, type IdSpace } from './outlook-ids.ts';
import type { Importance, MessageContent } from './message.ts';
import { createReceivedOrder, type ReceivedOrder } from './received-order.ts';

/** Follow-up flag as Graph words it. */
export interface Flag {
  readonly flagStatus: 'notFlagged' | 'flagged' | 'complete';
  readonly startDateTime?: { readonly dateTime: string; readonly timeZone: string };
  readonly dueDateTime?: { readonly dateTime: string; readonly timeZone: string };
  readonly completedDateTime?: { readonly dateTime: string; readonly timeZone: string };
}

/** What a message is made of: the bytes it came with, or contents that were given as JSON. */
export type Source = { readonly mime: Uint8Array } | { readonly content: MessageContent };

export interface MailItem {
  readonly key: number;
  folder: Folder;
  source: Source;
  /** Bytes of the message as far as quotas and sizes go. */
  size: number;
  /** The mailbox's change number at the last change: the change key. */
  change: number;
  readonly created: number;
  modified: number;
  readonly received: number;
  /** Overrides the message's own date where given. */
  sent: number | undefined;
  isRead: boolean;
  isDraft: boolean;
  categories: readonly string[];
  flag: Flag;
  /** Overrides the message's own where given. */
  importance: Importance | undefined;
  inference: 'focused' | 'other';
  internetMessageId: string;
  /** By canonical id. */
  extended: ReadonlyMap<string, string>;
  /** The service cannot read this item any more. */
  corrupt: boolean;
  nextOrdinal: number;
}

export type NewItem = Pick<MailItem, 'folder' | 'source' | 'size' | 'received' | 'internetMessageId'> &
  Partial<Omit<MailItem, 'key' | 'change' | 'created' | 'modified'>>;

/** What only Exchange's own tools show of a mailbox: Graph says nothing of either. */
export interface MailboxFacts {
  /** Litigation hold: what is deleted stays, out of everybody's sight. */
  readonly hold: boolean;
  /** Has an in-place archive. */
  readonly archive: boolean;
}

export interface Mailbox {
  readonly userId: string;
  readonly ids: IdSpace;
  readonly folders: FolderTree;
  readonly locale: string;
  readonly quotaBytes: number;
  readonly facts: MailboxFacts;
  /** Tokens of older generations are not known any more. */
  generation: number;
  usedBytes(): number;
  lastChange(): number;
  item(key: number): MailItem | undefined;
  items(): Iterable<MailItem>;
  /** Messages below the message root, newest first. */
  readonly order: ReceivedOrder;
  add(item: NewItem): MailItem;
  /** Applies a change and records it; `read-state` where nothing else changed. */
  change(item: MailItem, kind: 'full' | 'read-state', apply: () => void): void;
  move(item: MailItem, folder: Folder): void;
  remove(item: MailItem): void;
  withInternetMessageId(id: string): MailItem[];
  withExtendedProperty(id: string, value: string): MailItem[];
}

export interface MailboxDeps {
  readonly userId: string;
  readonly guid: string;
  readonly locale: string;
  readonly quotaBytes: number;
  readonly facts: MailboxFacts;
  /** Counted in the inbox without a message to show for it: a full mailbox takes no gigabytes here. */
  readonly ballastBytes: number;
  readonly now: () => number;
}

/** A set of keys by some text, forgetting texts that nothing has any more. */
function createIndex() {
  const keys = new Map<string, Set<number>>();
  return {
    add: (text: string, key: number): void => {
      const set = keys.get(text);
      if (set) set.add(key);
      else keys.set(text, new Set([key]));
    },
    remove: (text: string, key: number): void => {
      const set = keys.get(text);
      set?.delete(key);
      if (set?.size === 0) keys.delete(text);
    },
    get: (text: string): Iterable<number> => keys.get(text) ?? [],
  };
}

const extendedText = (id: string, value: string): string => `${id}\n${value.toLowerCase()}`;

export function createMailbox(deps: MailboxDeps): Mailbox {
  const { userId, guid, locale, quotaBytes, facts, ballastBytes, now } = deps;
  const items = new Map<number, MailItem>();
  const byMessageId = createIndex();
  const byExtended = createIndex();
  let changes = 0;
  let nextKey = 0x10001;
  let used = ballastBytes;
  const nextChange = (): number => ++changes;
  const received = (key: number): number => items.get(key)?.received ?? 0;
  const order = createReceivedOrder(received);
  const folders = createFolderTree({ locale, nextChange, received });
  const inbox = folders.byAlias('inbox');
  if (inbox) inbox.bytes = ballastBytes;

  const index = (item: MailItem): void => {
    byMessageId.add(item.internetMessageId, item.key);
    for (const [id, value] of item.extended) byExtended.add(extendedText(id, value), item.key);
  };
  const unindex = (item: MailItem): void => {
    byMessageId.remove(item.internetMessageId, item.key);
    for (const [id, value] of item.extended) byExtended.remove(extendedText(id, value), item.key);
  };
  /** Counts a message into its folder (+1) or out of it (-1). */
  const weigh = (item: MailItem, sign: 1 | -1): void => {
    item.folder.total += sign;
    if (!item.isRead) item.folder.unread += sign;
    item.folder.bytes += sign * item.size;
    used += sign * item.size;
  };
  const isShown = (folder: Folder): boolean => folder.alias !== 'recoverableitemsdeletions';
  const enter = (item: MailItem): void => {
    weigh(item, 1);
    item.folder.order.add(item.key);
    if (isShown(item.folder)) order.add(item.key);
    item.folder.changes.note(item.key, item.change, 'full');
  };
  const leave = (item: MailItem): void => {
    weigh(item, -1);
    item.folder.order.remove(item.key);
    if (isShown(item.folder)) order.remove(item.key);
    item.folder.changes.note(item.key, nextChange(), 'removed');
  };
  const found = (keys: Iterable<number>): MailItem[] => [...keys].flatMap((key) => items.get(key) ?? []);

  return {
    userId,
    ids: createIdSpace(guid),
    folders,
    locale,
    quotaBytes,
    facts,
    generation: 1,
    usedBytes: () => used,
    lastChange: () => changes,
    item: (key) => items.get(key),
    items: () => items.values(),
    order,
    add(fields) {
      const time = now();
      const item: MailItem = {
        sent: undefined,
        isRead: false,
        isDraft: false,
        categories: [],
        flag: { flagStatus: 'notFlagged' },
        importance: undefined,
        inference: 'focused',
        extended: new Map(),
        corrupt: false,
        nextOrdinal: 1_000,
        ...fields,
        key: nextKey++,
        change: nextChange(),
        created: time,
        modified: time,
      };
      items.set(item.key, item);
      index(item);
      enter(item);
      return item;
    },
    change(item, kind, apply) {
      unindex(item);
      weigh(item, -1);
      apply();
      weigh(item, 1);
      index(item);
      item.change = nextChange();
      // A read flag does not touch the modification time (alcionai/corso#1866).
      if (kind === 'full') item.modified = now();
      item.folder.changes.note(item.key, item.change, kind);
    },
    move(item, folder) {
      leave(item);
      item.folder = folder;
      item.change = nextChange();
      item.modified = now();
      enter(item);
    },
    remove(item) {
      leave(item);
      unindex(item);
      items.delete(item.key);
    },
    withInternetMessageId: (id) => found(byMessageId.get(id)),
    withExtendedProperty: (id, value) => found(byExtended.get(extendedText(id, value))),
  };
}
