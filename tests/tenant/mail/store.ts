/** The mailboxes of the tenant. Routes reach one through `mailbox`; seeds and the oracle use the verbs. */
import { createHash } from 'node:crypto';
import type { Clock } from '../world/clock.ts';
import type { Ids } from '../world/ids.ts';
import type { Outbox } from '../world/world.ts';
import { createContents, type Contents } from './contents.ts';
import { aliasOfEnglishName, messageRoot } from './folder-names.ts';
import type { Folder, FolderTree } from './folders.ts';
import { createMailbox, type MailItem, type Mailbox, type MailboxFacts } from './mailbox.ts';
import type { Importance } from './message.ts';
import { readHead } from './mime/head.ts';
import { internetMessageIdOf, receivedDateOf } from './mime/read.ts';
import { messageId, readId } from './outlook-ids.ts';
import { mailState, type MailState } from './state.ts';
import { createAttachmentSessions, type AttachmentSessions } from './attachment-session.ts';

export interface DeliveryFields {
  readonly isRead?: boolean;
  readonly isDraft?: boolean;
  readonly categories?: string[];
  readonly flagged?: boolean;
  readonly importance?: Importance;
  /** Else the date in the headers, else now. */
  readonly receivedDateTime?: string;
}

export interface MailboxOptions extends Partial<MailboxFacts> {
  readonly quotaBytes?: number;
  readonly locale?: string;
  /** So many bytes lie in it already, without messages to show for them. */
  readonly bytes?: number;
}

export interface MailStore {
  /** Adds a mailbox with Outlook's well-known folders, named in the language of `locale`. */
  addMailbox(userId: string, options?: MailboxOptions): void;
  hasMailbox(userId: string): boolean;
  /** The licence has ended, or never was: the mailbox with all in it is gone. */
  removeMailbox(userId: string): void;
  mailbox(userId: string): Mailbox | undefined;
  readonly contents: Contents;
  readonly sessions: AttachmentSessions;
  readonly outbox: Outbox;
  /**
   * Stores RFC 5322 bytes, whatever they are, as a received message; folders of `folderPath` are made on the way,
   * default ones found by their English name. Returns the immutable id. No quota applies.
   */
  deliver(userId: string, folderPath: string, mime: Uint8Array, fields?: DeliveryFields): string;
  state(userId: string): MailState;
  /** The item is gone, not in any folder for deleted things; deltas show it as `@removed`. */
  remove(userId: string, messageId: string): boolean;
  /** Removes a folder (by display names from the root) with all below it. Default folders are emptied instead. */
  removeFolder(userId: string, folderPath: string): boolean;
  /** From now on the service answers `ErrorCorruptData` for this item. */
  markCorrupt(userId: string, messageId: string): boolean;
  /** Delta tokens given so far are forgotten: 410 `SyncStateNotFound`. */
  forgetSyncState(userId: string): void;
}

/** 50 GB, as Exchange Online Plan 1 gives. */
const defaultQuota = 50 * 1024 ** 3;

/** The folder at a path; `make` adds what is missing. */
function folderAt(folders: FolderTree, path: string, make: boolean): Folder | undefined {
  let folder = folders.get(messageRoot);
  for (const [depth, name] of path.split('/').filter(Boolean).entries()) {
    const parent = folder?.key ?? messageRoot;
    const alias = depth === 0 ? aliasOfEnglishName(name) : undefined;
    folder =
      (alias === undefined ? undefined : folders.byAlias(alias)) ??
      folders.childNamed(parent, name) ??
      (make ? folders.create(parent, name) : undefined);
    if (!folder) return undefined;
  }
  return folder;
}

export interface MailStoreDeps {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly outbox: Outbox;
}

export function createMailStore({ clock, ids, outbox }: MailStoreDeps): MailStore {
  const mailboxes = new Map<string, Mailbox>();
  /** Mailboxes nobody has opened yet: a tenant of 20,000 is mostly those. */
  const unopened = new Map<string, () => Mailbox>();
  const contents = createContents();

  const opened = (userId: string): Mailbox | undefined => {
    const open = unopened.get(userId);
    if (open) {
      unopened.delete(userId);
      mailboxes.set(userId, open());
    }
    return mailboxes.get(userId);
  };
  const hasMailbox = (userId: string): boolean => mailboxes.has(userId) || unopened.has(userId);
  const mailboxOf = (userId: string): Mailbox => {
    const mailbox = opened(userId);
    if (!mailbox) throw new Error(`user ${userId} has no mailbox`);
    return mailbox;
  };
  const itemOf = (mailbox: Mailbox, id: string): MailItem | undefined => {
    const read = readId(mailbox.ids, id);
    return 'item' in read ? mailbox.item(read.item) : undefined;
  };

  return {
    contents,
    outbox,
    sessions: createAttachmentSessions({ clock, ids }),
    addMailbox(userId, options = {}) {
      if (hasMailbox(userId)) throw new Error(`user ${userId} has a mailbox already`);
      const {
        quotaBytes = defaultQuota,
        locale = 'en-US',
        bytes = 0,
        hold = false,
        archive = false,
      } = options;
      const facts = { hold, archive };
      const given = {
        userId,
        locale,
        quotaBytes,
        ballastBytes: bytes,
        facts,
        guid: ids.guid(),
        now: clock.now,
      };
      unopened.set(userId, () => createMailbox(given));
    },
    hasMailbox,
    removeMailbox(userId) {
      unopened.delete(userId);
      mailboxes.delete(userId);
    },
    mailbox: opened,
    deliver(userId, folderPath, mime, fields = {}) {
      const mailbox = mailboxOf(userId);
      const head = readHead(Buffer.from(mime.buffer, mime.byteOffset, mime.byteLength)).fields;
      const folder = folderAt(mailbox.folders, folderPath, true);
      if (!folder) throw new Error(`no folder ${folderPath}`);
      const given = fields.receivedDateTime === undefined ? undefined : Date.parse(fields.receivedDateTime);
      const item = mailbox.add({
        folder,
        source: { mime },
        size: mime.length,
        received: given ?? receivedDateOf(head) ?? clock.now(),
        internetMessageId: internetMessageIdOf(head) ?? madeMessageId(mime),
        isRead: fields.isRead ?? false,
        isDraft: fields.isDraft ?? false,
        categories: fields.categories ?? [],
        flag: { flagStatus: fields.flagged ? 'flagged' : 'notFlagged' },
        importance: fields.importance,
      });
      return messageId(mailbox.ids, 'immutable', { folder: folder.key, item: item.key });
    },
    state: (userId) => mailState(mailboxOf(userId), contents),
    remove(userId, id) {
      const mailbox = mailboxOf(userId);
      const item = itemOf(mailbox, id);
      if (item) mailbox.remove(item);
      return item !== undefined;
    },
    removeFolder(userId, folderPath) {
      const mailbox = mailboxOf(userId);
      const folder = folderAt(mailbox.folders, folderPath, false);
      if (folder) removeFolderTree(mailbox, folder);
      return folder !== undefined;
    },
    markCorrupt(userId, id) {
      const item = itemOf(mailboxOf(userId), id);
      if (item) item.corrupt = true;
      return item !== undefined;
    },
    forgetSyncState(userId) {
      mailboxOf(userId).generation++;
    },
  };
}

/** Mail without a Message-ID is given one in transport; here it follows from the bytes. */
const madeMessageId = (mime: Uint8Array): string =>
  `<${createHash('md5').update(mime).digest('hex')}@mail.contoso.example>`;

/** Empties a folder and all below it, then drops those that are not default folders. */
export function removeFolderTree(mailbox: Mailbox, folder: Folder): void {
  for (const inner of mailbox.folders.withDescendants(folder).reverse()) {
    for (const key of inner.order.newestFirst().slice()) {
      const item = mailbox.item(key);
      if (item) mailbox.remove(item);
    }
    if (!inner.alias) mailbox.folders.drop(inner);
  }
}
