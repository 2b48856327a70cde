/**
 * Reads one stored mail for the screen. The result is as hostile as the mail: bounded here, made harmless by the page.
 */
import PostalMime, { type Address, type Attachment, type Email } from 'postal-mime';
import type { MessageView } from '../contract/views.ts';
import { concat, toBase64, type Bytes } from '../kernel/bytes.ts';
import { failure } from '../kernel/failure.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import type { Row } from '../repository/model.ts';
import type { ContentSource, Workload } from '../workloads/workload.ts';
import { rasterType } from './raster-image.ts';

/** A mail of 150 MB is Exchange's largest; one above this is offered for download only. */
const LARGEST_SHOWN = 64 * 1024 * 1024;
const LONGEST_TEXT = 4 * 1024 * 1024;
const MOST_PEOPLE = 2_000;
const MOST_ATTACHMENTS = 1_000;
const MOST_HEADERS = 200;
const LONGEST_HEADER = 4_096;
const LARGEST_IMAGE = 2 * 1024 * 1024;
const LARGEST_IMAGES = 16 * 1024 * 1024;

/** `repository/limit` where the mail is too large or too deeply nested to be shown; the original can be had all the same. */
export async function readMessage(
  workload: Workload,
  row: Row,
  content: ContentSource,
): Promise<Result<MessageView>> {
  const email = await readEmail(workload, row, content);
  return email.ok ? ok(messageView(row, email.value)) : email;
}

/** The attachment at the index that `MessageView` gave it. */
export async function readAttachment(
  parts: { readonly workload: Workload; readonly row: Row; readonly content: ContentSource },
  index: number,
): Promise<Result<{ readonly name: string; readonly bytes: Bytes }>> {
  const email = await readEmail(parts.workload, parts.row, parts.content);
  if (!email.ok) return email;
  const attachment = email.value.attachments[index];
  if (attachment === undefined) return err(failure('storage/missing', `the mail has no attachment ${index}`));
  return ok({ name: nameOf(attachment), bytes: bytesOf(attachment) });
}

async function readEmail(workload: Workload, row: Row, content: ContentSource): Promise<Result<Email>> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of workload.original(row, content)) {
    if (!piece.ok) return piece;
    size += piece.value.length;
    if (size > LARGEST_SHOWN) return tooMuch(`larger than ${LARGEST_SHOWN} bytes`);
    pieces.push(piece.value);
  }
  try {
    return ok(
      await PostalMime.parse(concat(...pieces), {
        maxNestingDepth: 32,
        maxHeadersSize: 1024 * 1024,
        forceRfc822Attachments: true,
      }),
    );
  } catch (thrown) {
    return tooMuch(thrown instanceof Error ? thrown.message : 'not readable');
  }
}

const tooMuch = (why: string) => err(failure('repository/limit', `the mail cannot be shown: ${why}`));

function messageView(row: Row, email: Email): MessageView {
  const { subject = row.name, date = row.date } = email;
  return {
    subject,
    from: people(email.from ? [email.from] : []).join(''),
    to: people(email.to ?? []),
    cc: people(email.cc ?? []),
    date,
    ...bodies(email),
    attachments: attachmentViews(email.attachments),
    headers: email.headers
      .slice(0, MOST_HEADERS)
      .map(({ originalKey, value }) => [originalKey, value.slice(0, LONGEST_HEADER)] as const),
  };
}

function bodies({
  html = '',
  text = '',
  attachments,
}: Email): Pick<MessageView, 'html' | 'text' | 'shortened'> {
  const shortened =
    html.length > LONGEST_TEXT || text.length > LONGEST_TEXT || attachments.length > MOST_ATTACHMENTS;
  return {
    // Half a document could hide what the other half closes: shown as text instead.
    html: html !== '' && html.length <= LONGEST_TEXT ? html : null,
    text: text === '' ? null : text.slice(0, LONGEST_TEXT),
    ...(shortened ? { shortened } : {}),
  };
}

function people(addresses: readonly Address[]): string[] {
  return addresses
    .flatMap((address) => address.group ?? [address])
    .slice(0, MOST_PEOPLE)
    .map(({ name, address }) => (name && address ? `${name} <${address}>` : name || (address ?? '')));
}

function attachmentViews(attachments: readonly Attachment[]): MessageView['attachments'] {
  let room = LARGEST_IMAGES;
  return attachments.slice(0, MOST_ATTACHMENTS).map((attachment, index) => {
    const bytes = bytesOf(attachment);
    const contentId = attachment.contentId?.replace(/^<|>$/g, '');
    const image = contentId && bytes.length <= Math.min(room, LARGEST_IMAGE) ? rasterType(bytes) : undefined;
    if (image) room -= bytes.length;
    return {
      index,
      name: nameOf(attachment),
      type: attachment.mimeType,
      size: bytes.length,
      inline: attachment.disposition === 'inline' || attachment.related === true,
      ...(contentId ? { contentId } : {}),
      ...(image ? { imageDataUrl: `data:${image};base64,${toBase64(bytes)}` } : {}),
    };
  });
}

function nameOf(attachment: Attachment): string {
  if (attachment.filename) return attachment.filename;
  return attachment.mimeType === 'message/rfc822' ? 'message.eml' : 'attachment';
}

function bytesOf(attachment: Attachment): Bytes {
  const { content } = attachment;
  if (content instanceof ArrayBuffer) return new Uint8Array(content);
  return typeof content === 'string' ? new TextEncoder().encode(content) : new Uint8Array(content);
}
