/** Everything a mailbox holds, in a form that two states can be compared by. */
import { createHash } from 'node:crypto';
import { sentTime, type Contents } from './contents.ts';
import { crlf, serviceHtml } from './html.ts';
import type { Flag, MailItem, Mailbox, MailboxFacts } from './mailbox.ts';
import type { Body, Importance } from './message.ts';
import { folderId, messageId } from './outlook-ids.ts';
import { toRecipient, type Recipient } from './recipients.ts';
import { isoSeconds } from '../world/clock.ts';

export interface FolderState {
  readonly id: string;
  /** Display names from the message root down. */
  readonly path: string;
  readonly wellKnownName?: string;
  readonly isHidden: boolean;
  readonly totalItemCount: number;
}

export interface AttachmentState {
  readonly name: string;
  readonly contentType: string | null;
  /** Of the decoded content. */
  readonly size: number;
  readonly isInline: boolean;
  readonly contentId: string | null;
  readonly sha256: string;
}

export interface MessageState {
  /** The immutable id. */
  readonly id: string;
  readonly folderPath: string;
  /** Of the MIME, as `$value` gives it. */
  readonly sha256: string;
  readonly subject: string;
  readonly internetMessageId: string;
  readonly isRead: boolean;
  readonly isDraft: boolean;
  readonly categories: readonly string[];
  readonly flag: Flag;
  readonly importance: Importance;
  readonly receivedDateTime: string;
  readonly sentDateTime: string;
  readonly hasAttachments: boolean;
  readonly from: Recipient | null;
  readonly toRecipients: readonly Recipient[];
  readonly ccRecipients: readonly Recipient[];
  readonly bccRecipients: readonly Recipient[];
  readonly attachments: readonly AttachmentState[];
  /** Of the body as the service returns it, its type before it. */
  readonly bodySha256: string;
  readonly singleValueExtendedProperties: readonly { readonly id: string; readonly value: string }[];
}

export interface MailState extends MailboxFacts {
  readonly folders: readonly FolderState[];
  readonly messages: readonly MessageState[];
}

const sha256 = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');

const bodyOf = ({ type, content }: Body): string =>
  `${type}\n${type === 'html' ? serviceHtml(content) : crlf(content)}`;

function messageState(mailbox: Mailbox, contents: Contents, item: MailItem): MessageState {
  const content = contents.of(item);
  return {
    id: messageId(mailbox.ids, 'immutable', { folder: item.folder.key, item: item.key }),
    folderPath: mailbox.folders.pathOf(item.folder),
    sha256: sha256(contents.mime(item)),
    subject: content.subject,
    internetMessageId: item.internetMessageId,
    isRead: item.isRead,
    isDraft: item.isDraft,
    categories: item.categories,
    flag: item.flag,
    importance: item.importance ?? content.importance,
    receivedDateTime: isoSeconds(item.received),
    sentDateTime: isoSeconds(sentTime(item, content)),
    hasAttachments: content.attachments.some((attachment) => !attachment.isInline),
    from: content.from && toRecipient(content.from),
    toRecipients: content.to.map(toRecipient),
    ccRecipients: content.cc.map(toRecipient),
    bccRecipients: content.bcc.map(toRecipient),
    attachments: content.attachments.map((attachment) => {
      const bytes = attachment.bytes();
      const { name, contentType, isInline, contentId } = attachment;
      return { name, contentType, size: bytes.length, isInline, contentId, sha256: sha256(bytes) };
    }),
    bodySha256: sha256(bodyOf(content.body)),
    singleValueExtendedProperties: [...item.extended].map(([id, value]) => ({ id, value })),
  };
}

/** Messages stand in the order they came into the mailbox. */
export function mailState(mailbox: Mailbox, contents: Contents): MailState {
  return {
    ...mailbox.facts,
    folders: [...mailbox.folders.all()].map((folder) => ({
      id: folderId(mailbox.ids, folder.key),
      path: mailbox.folders.pathOf(folder),
      ...(folder.alias ? { wellKnownName: folder.alias } : {}),
      isHidden: folder.isHidden,
      totalItemCount: folder.total,
    })),
    messages: [...mailbox.items()].map((item) => messageState(mailbox, contents, item)),
  };
}
