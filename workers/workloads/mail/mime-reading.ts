/** A stored message read as mail: its body and its attachments, as a restore needs them. */
import PostalMime, { type Address, type Attachment, type Email } from 'postal-mime';
import type { MessageBody } from './simple-body.ts';

export interface MimeAttachment {
  readonly name: string;
  readonly contentType: string;
  /** Without angle brackets; empty where there is none. */
  readonly contentId: string;
  readonly content: Uint8Array;
}

export interface MimeReading {
  readonly body: MessageBody;
  readonly attachments: readonly MimeAttachment[];
  readonly email: Email;
}

/** Undefined where the message is too deep or too strange for the parser. */
export async function readMime(mime: Uint8Array): Promise<MimeReading | undefined> {
  try {
    const email = await PostalMime.parse(mime, { forceRfc822Attachments: true, maxNestingDepth: 64 });
    return {
      body: bodyOf(email),
      attachments: email.attachments.map(attachmentOf),
      email,
    };
  } catch {
    return undefined;
  }
}

const bodyOf = ({ html, text }: Email): MessageBody =>
  html === undefined
    ? { contentType: 'text', content: withCrLf(text ?? '') }
    : { contentType: 'html', content: withCrLf(html) };

const withCrLf = (text: string): string => text.replace(/\r\n|\r|\n/g, '\r\n');

function attachmentOf({ filename, mimeType, contentId, content }: Attachment): MimeAttachment {
  return {
    name: filename ?? '',
    contentType: mimeType,
    contentId: (contentId ?? '').replace(/^\s*<|>\s*$/g, ''),
    content: typeof content === 'string' ? new TextEncoder().encode(content) : new Uint8Array(content),
  };
}

/** As Graph words recipients; groups are opened, entries without an address left out. */
export const addressesOf = (
  addresses: readonly Address[] | undefined,
): { emailAddress: { name: string; address: string } }[] =>
  (addresses ?? [])
    .flatMap((entry) => entry.group ?? [entry])
    .flatMap(({ name, address }) => (address ? [{ emailAddress: { name: name || address, address } }] : []));
