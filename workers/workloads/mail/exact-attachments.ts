/**
 * Which attachments a message's MIME gives to the byte: those in clean base64. Of texts in other encodings a MIME reader
 * and Exchange need not agree on line ends and charset, so their content is asked for.
 *
 * The mail parser would decode contents that nobody reads here, and its decoding says nothing of cleanness. So each clean
 * base64 body is replaced by a short mark, and an attachment is exact where its content is a mark.
 */
import { concat, equalBytes, utf8, type Bytes } from '../../kernel/bytes.ts';
import { base64Bodies } from './base64-bodies.ts';
import { readMime, type MimeAttachment } from './mime-reading.ts';

export interface ExactAttachment {
  readonly attachment: Pick<MimeAttachment, 'name' | 'contentId'>;
  /** Among all attachments of the MIME. */
  readonly index: number;
}

/** Not UTF-8 and not ASCII: a parser that touches the charset of a content breaks it. */
const mark = Uint8Array.of(0xff, 0xfe, 0x00, 0x80, 0x0d, 0x0a, 0xc3, 0x28, 0x00);
const markText = utf8(btoa(String.fromCharCode(...mark)));

/** None where the message is too deep or too strange for the parser. Nested messages are never exact. */
export async function exactAttachments(mime: Bytes): Promise<readonly ExactAttachment[]> {
  const attachments = (await readMime(withMarks(mime)))?.attachments ?? [];
  return attachments.flatMap((attachment, index) => {
    const isExact = attachment.contentType !== 'message/rfc822' && equalBytes(attachment.content, mark);
    return isExact ? { attachment, index } : [];
  });
}

function withMarks(mime: Bytes): Bytes {
  const kept: Uint8Array[] = [];
  let taken = 0;
  for (const { start, end } of base64Bodies(mime)) {
    kept.push(mime.subarray(taken, start), markText);
    taken = end;
  }
  return concat(...kept, mime.subarray(taken));
}
