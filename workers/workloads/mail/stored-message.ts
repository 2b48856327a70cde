/** A message read back from its parts, as a restore needs it. */
import { failure } from '../../kernel/failure.ts';
import { err, ok, type Result } from '../../kernel/result.ts';
import type { Row } from '../../repository/model.ts';
import { readPart } from '../read-part.ts';
import type { ContentSource } from '../workload.ts';
import { readMessage, roles } from './item.ts';
import { readMime, type MimeReading } from './mime-reading.ts';
import { scanMime } from './mime-scan.ts';
import { decodeProperties, type StoredAttachment, type StoredProperties } from './properties.ts';
import { readSimpleBody, type MessageBody } from './simple-body.ts';

export interface RestorableAttachment {
  readonly kind: 'file' | 'item' | 'reference';
  readonly name: string;
  readonly contentType: string;
  readonly inline: boolean;
  readonly contentId: string;
  /** Undefined where there is none: links, and what Exchange would not hand out. */
  readonly content: Uint8Array | undefined;
}

export interface StoredMessage {
  readonly body: MessageBody;
  readonly attachments: readonly RestorableAttachment[];
  /** `x-` header fields in their order. */
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  /** Signed or encrypted as a whole: what holds only for the MIME itself. */
  readonly sealed: boolean;
}

/** Holds the whole message in memory. Failures: those of reading, `repository/corrupt` where it cannot be read as mail. */
export async function readStoredMessage(row: Row, content: ContentSource): Promise<Result<StoredMessage>> {
  const mime = await readMessage(row, content);
  if (!mime.ok) return mime;
  const reading = await readMime(mime.value);
  const sealed = isSealed(mime.value);
  const part = row.parts.find(({ role }) => role === roles.properties);
  if (part) {
    const bytes = await readPart(part, content);
    if (!bytes.ok) return bytes;
    const properties = decodeProperties(bytes.value);
    if (!properties.ok) return properties;
    const stored = await withProperties(row, properties.value, reading, content);
    return stored.ok ? ok({ ...stored.value, sealed }) : stored;
  }
  const body = readSimpleBody(mime.value);
  if (!body) return err(failure('repository/corrupt', 'the stored message cannot be read as mail'));
  return ok({ body, attachments: [], headers: customHeaders(reading), sealed });
}

async function withProperties(
  row: Row,
  properties: StoredProperties,
  reading: MimeReading | undefined,
  content: ContentSource,
): Promise<Result<Omit<StoredMessage, 'sealed'>>> {
  const extra = row.parts.filter(({ role }) => role === roles.extra);
  const attachments: RestorableAttachment[] = [];
  for (const { source, ...listed } of properties.attachments) {
    const found = await contentOf(source);
    if (!found.ok) return found;
    attachments.push({ ...listed, content: found.value });
  }
  return ok({ body: properties.body, attachments, headers: customHeaders(reading) });

  async function contentOf(source: StoredAttachment['source']): Promise<Result<Uint8Array | undefined>> {
    if (!source) return ok(undefined);
    if (source.from === 'mime') return ok(reading?.attachments[source.index]?.content);
    const part = extra[source.index];
    return part ? readPart(part, content) : ok(undefined);
  }
}

/** S/MIME (RFC 8551, 3) and PGP/MIME (RFC 3156). */
const isSealed = (mime: Uint8Array): boolean =>
  /^(multipart\/(signed|encrypted)|application\/(x-)?pkcs7-mime)$/.test(scanMime(mime)[0]?.type ?? '');

/** Graph takes five fields whose names begin with `x-`; those that Exchange itself writes would only be refused. */
function customHeaders(reading: MimeReading | undefined): StoredMessage['headers'] {
  return (reading?.email.headers ?? [])
    .filter(
      ({ key, value }) => /^x-(?!ms-|microsoft-|originat)/.test(key) && value !== '' && value.length < 1_000,
    )
    .slice(0, 5)
    .map(({ originalKey, value }) => ({ name: originalKey, value }));
}
