/** A listed file as a row, joined with what is already known of it. */
import type { Row } from '../../repository/model.ts';
import { rowKey } from '../row-key.ts';
import { fileMeta, modifiedOf, parseFileMeta, type DriveItem } from './drive-item.ts';
import { skipCauseOfItem, type SkipCause } from './skip.ts';

/**
 * The row that the listing makes of `item`; the known row itself where nothing has changed. A file that was renamed or
 * moved keeps its parts: size and hash (or, where there is none, cTag) say that its content is the same.
 */
export function rowOfItem(item: DriveItem, known: Row | undefined, notebooks: ReadonlySet<string>): Row {
  const listed = listedOf(item);
  const cause = causeOf(item, listed.folder, notebooks);
  if (cause) return { ...listed, state: 'skipped', reason: cause, parts: [] };
  if (!known || known.state === 'skipped') return { ...listed, state: 'pending', parts: [] };
  if (isUnchanged(known, listed)) return known;
  if (!hasSameContent(known, listed)) return { ...listed, state: 'pending', parts: [] };
  const { state, parts, reason } = known;
  const { receivedHash } = parseFileMeta(known.meta);
  const meta = receivedHash === undefined ? listed.meta : { ...listed.meta, receivedHash };
  return { ...listed, meta, state, parts, ...(reason !== undefined && { reason }) };
}

type Listed = Omit<Row, 'state' | 'parts' | 'reason'>;

function listedOf(item: DriveItem): Listed {
  const folder = item.parentReference?.id ?? '';
  const date = isoDate(modifiedOf(item));
  return {
    key: rowKey(folder, date, item.id),
    item: item.id,
    folder,
    name: item.name ?? '',
    date,
    size: item.size ?? 0,
    version: item.eTag ?? '',
    meta: fileMeta(item),
  };
}

/** What lies inside a notebook are its own pages, listed as files that cannot be downloaded reliably. */
const causeOf = (item: DriveItem, folder: string, notebooks: ReadonlySet<string>): SkipCause | undefined =>
  skipCauseOfItem(item) ?? (notebooks.has(folder) ? 'onenote-notebook' : undefined);

const isUnchanged = (known: Row, listed: Listed): boolean =>
  known.version === listed.version &&
  known.key === listed.key &&
  known.folder === listed.folder &&
  known.name === listed.name;

function hasSameContent(known: Row, listed: Listed): boolean {
  const [before, now] = [parseFileMeta(known.meta), parseFileMeta(listed.meta)];
  if (known.size !== listed.size) return false;
  if (before.hash && now.hash) return before.hash === now.hash;
  return before.cTag !== '' && before.cTag === now.cTag;
}

function isoDate(text: string): string {
  const time = Date.parse(text);
  return new Date(Number.isNaN(time) ? 0 : time).toISOString();
}
