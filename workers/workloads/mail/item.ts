/** One message: fetched from the mailbox into parts, and put together again from them. */
import type { Bytes } from '../../kernel/bytes.ts';
import type { Failure } from '../../kernel/failure.ts';
import { all, err, type Result } from '../../kernel/result.ts';
import type { Account, Part, Row } from '../../repository/model.ts';
import { findPart, readPart } from '../read-part.ts';
import { isGone } from '../is-gone.ts';
import type { ContentSink, ContentSource, FetchOutcome, WorkloadDeps } from '../workload.ts';
import { mailboxCall, mailboxPath, segment } from './mailbox.ts';
import { joinMime, splitMime } from './mime-split.ts';
import { encodeProperties, fetchProperties, needsProperties, type FetchedProperties } from './properties.ts';
import { skipCauseOf } from './skip.ts';

/** Parts of a message, in this order: one frame, its attachments, one `properties` or none, contents MIME lacks. */
export const roles = {
  frame: 'mime-frame',
  attachment: 'mime-attachment',
  properties: 'properties',
  extra: 'attachment',
} as const;

export async function fetchMessage(
  account: Account,
  row: Row,
  sink: ContentSink,
  deps: WorkloadDeps,
): Promise<FetchOutcome> {
  const path = mailboxPath(account, `messages/${segment(row.item)}/$value`);
  const mime = await deps.graph.getBytes(path, mailboxCall(account, deps));
  if (!mime.ok) return outcomeOf(mime.error, row);
  const parts = await storeMime(mime.value, sink);
  if (!parts.ok) return { kind: 'failed', failure: parts.error };
  const { reason: _, ...rest } = row;
  const { attachments: __, ...meta } = row.meta;
  const stored: Row = {
    ...rest,
    meta,
    size: row.size || mime.value.length,
    state: 'stored',
    parts: parts.value,
  };
  if (!needsProperties(row, mime.value)) return { kind: 'stored', row: stored };
  const fetched = await fetchProperties(account, row, mime.value, deps);
  return fetched.ok ? storeProperties(stored, fetched.value, sink) : outcomeOf(fetched.error, row);
}

async function storeMime(mime: Bytes, sink: ContentSink): Promise<Result<Part[]>> {
  const { frame, attachments } = splitMime(mime);
  return all(
    await Promise.all([
      sink.store(roles.frame, frame),
      ...attachments.map((content) => sink.store(roles.attachment, content)),
    ]),
  );
}

async function storeProperties(
  row: Row,
  { properties, extra, incomplete }: FetchedProperties,
  sink: ContentSink,
): Promise<FetchOutcome> {
  const parts = all(
    await Promise.all([
      sink.store(roles.properties, encodeProperties(properties)),
      ...extra.map((content) => sink.store(roles.extra, content)),
    ]),
  );
  if (!parts.ok) return { kind: 'failed', failure: parts.error };
  const attachments = properties.attachments.slice(0, 200).map(({ name }) => name);
  const meta = attachments.length > 0 ? { ...row.meta, attachments } : row.meta;
  const whole: Row = { ...row, meta, parts: [...row.parts, ...parts.value] };
  return {
    kind: 'stored',
    row: incomplete ? { ...whole, state: 'partial', reason: incomplete.code } : whole,
  };
}

function outcomeOf(failure: Failure, row: Row): FetchOutcome {
  if (isGone(failure)) return { kind: 'vanished' };
  const cause = skipCauseOf(failure.code);
  if (!cause) return { kind: 'failed', failure };
  return { kind: 'skipped', cause, row: { ...row, state: 'skipped', reason: cause, parts: [] } };
}

/** The message's MIME, byte for byte as it was fetched. */
export async function readMessage(row: Row, content: ContentSource): Promise<Result<Bytes>> {
  const frame = findPart(row, roles.frame);
  if (!frame.ok) return frame;
  const attachments: Bytes[] = [];
  for (const part of row.parts.filter(({ role }) => role === roles.attachment)) {
    const bytes = await readPart(part, content);
    if (!bytes.ok) return bytes;
    attachments.push(bytes.value);
  }
  const bytes = await readPart(frame.value, content);
  return bytes.ok ? joinMime(bytes.value, attachments) : err(bytes.error);
}

export async function* originalMessage(
  row: Row,
  content: ContentSource,
): AsyncGenerator<Result<Uint8Array>, void> {
  yield await readMessage(row, content);
}
