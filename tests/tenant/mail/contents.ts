/**
 * Contents and bytes of messages, whichever they were made from. Mail that came as MIME is parsed when it is asked for
 * and kept within a budget: a mailbox of 100,000 messages does not stand in memory twice.
 */
import type { MailItem } from './mailbox.ts';
import type { MessageContent } from './message.ts';
import { readMessage } from './mime/read.ts';
import { writeMessage } from './mime/write.ts';
import { conversationIndex } from './outlook-ids.ts';

export interface Contents {
  of(item: MailItem): MessageContent;
  /** Bytes of `$value`: those delivered, else rendered, the same at each call. */
  mime(item: MailItem): Uint8Array;
}

const cacheBytes = 48 * 1024 * 1024;

export function createContents(): Contents {
  const parsed = new Map<Uint8Array, MessageContent>();
  let held = 0;

  const parse = (mime: Uint8Array): MessageContent => {
    const known = parsed.get(mime);
    if (known) return known;
    const content = readMessage(mime);
    parsed.set(mime, content);
    held += mime.length + 4_096;
    for (const oldest of parsed.keys()) {
      if (held <= cacheBytes || parsed.size <= 1) break;
      parsed.delete(oldest);
      held -= oldest.length + 4_096;
    }
    return content;
  };

  const contents: Contents = {
    of: ({ source }) => ('mime' in source ? parse(source.mime) : source.content),
    mime(item) {
      if ('mime' in item.source) return item.source.mime;
      const content = {
        ...item.source.content,
        importance: item.importance ?? item.source.content.importance,
      };
      const sent = sentTime(item, content);
      return writeMessage(content, { sent, threadIndex: conversationIndex(content.conversation, sent) });
    },
  };
  return contents;
}

/** When the message says it was sent; where it does not, when it came. */
export const sentTime = (item: MailItem, content: MessageContent): number =>
  item.sent ?? content.sent ?? item.received;

/** What an item costs its quota: its bytes, or an estimate of them for contents given as JSON. */
export const sizeOf = (content: MessageContent): number =>
  content.attachments.reduce(
    (sum, attachment) => sum + attachment.bytes().length,
    2_048 + Buffer.byteLength(content.body.content) + content.subject.length,
  );
