/** A message of a listing as a row, joined with what is already known of it. */
import type { JsonValue, Row } from '../../repository/model.ts';
import { rowKey } from '../row-key.ts';
import { metaOf, parseMeta, sizeOf, versionOf, type GraphMessage } from './message-facts.ts';

/**
 * The row that the listing makes of `message`; the known row itself where nothing has changed.
 *
 * A message that has been sent or received does not change its contents: its parts are kept, whatever was flagged,
 * read, filed or categorised since, while subject, size and dates stay the same. Drafts are always fetched anew.
 */
export function rowOfMessage(message: GraphMessage, folder: string, known: Row | undefined): Row {
  const listed = known ? mergeListed(message, folder, known) : listedOf(message, folder, metaOf(message));
  if (!known) return { ...listed, state: 'pending', parts: [] };
  if (isUnchanged(known, listed)) return known;
  if (!hasSameContent(known, listed)) return { ...listed, state: 'pending', parts: [] };
  const { state, parts, reason } = known;
  return { ...listed, state, parts, ...(reason !== undefined && { reason }) };
}

type Listed = Omit<Row, 'state' | 'parts' | 'reason'>;

function listedOf(message: GraphMessage, folder: string, meta: Row['meta']): Listed {
  const { facts } = parseMeta(meta);
  const date = isoDate(facts.received ?? facts.created ?? facts.modified);
  return {
    key: rowKey(folder, date, message.id),
    item: message.id,
    folder,
    name: message.subject ?? '',
    date,
    size: sizeOf(message) ?? 0,
    version: versionOf(message) ?? '',
    meta,
  };
}

function mergeListed(message: GraphMessage, folder: string, known: Row): Listed {
  return {
    ...listedOf(message, folder, withAttachments(mergeMeta(known, message), known)),
    ...(message.subject === undefined && { name: known.name }),
    ...(sizeOf(message) === undefined && { size: known.size }),
    ...(versionOf(message) === undefined && { version: known.version }),
  };
}

/** Names of attachments come with the content, not with the listing. */
const withAttachments = (meta: Row['meta'], { meta: { attachments } }: Row): Row['meta'] =>
  attachments === undefined ? meta : { ...meta, attachments };

const isUnchanged = (known: Row, listed: Listed): boolean =>
  known.version === listed.version &&
  known.key === listed.key &&
  known.folder === listed.folder &&
  known.name === listed.name &&
  known.size === listed.size &&
  JSON.stringify(known.meta) === JSON.stringify(listed.meta);

function hasSameContent(known: Row, listed: Listed): boolean {
  const [before, now] = [parseMeta(known.meta).facts, parseMeta(listed.meta).facts];
  return (
    !now.draft &&
    !before.draft &&
    known.name === listed.name &&
    known.size === listed.size &&
    known.date === listed.date &&
    before.sent === now.sent &&
    before.messageId === now.messageId
  );
}

/** Changes may name only the changed properties: those replace what is known, the others stay. */
function mergeMeta(known: Row, message: GraphMessage): Readonly<Record<string, JsonValue>> {
  const changed = metaOf(message);
  const isWhole = message.receivedDateTime !== undefined && message.toRecipients !== undefined;
  if (isWhole) return changed;
  const before = known.meta;
  const facts = { ...asRecord(before.facts), ...asRecord(changed.facts) };
  const merged: Record<string, JsonValue> = { ...before, ...changed, facts };
  if (message.isRead === false) delete merged.isRead;
  if (message.categories?.length === 0) delete facts.categories;
  if (message.flag && !asRecord(changed.facts).flag) delete facts.flag;
  return merged;
}

const asRecord = (value: JsonValue | undefined): Record<string, JsonValue> =>
  typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {};

function isoDate(text: string | undefined): string {
  const time = Date.parse(text ?? '');
  return new Date(Number.isNaN(time) ? 0 : time).toISOString();
}
