/**
 * What changed in a mailbox: the folders, then the messages of each folder by delta, three folders at a time.
 *
 * Note: moved messages. A move shows as a removal in one folder and an addition in another, in either order and under
 * one immutable id. Removals are therefore kept back until every folder has been read; who was seen elsewhere by then
 * has moved. People move mail while we read, also into a folder that has been read already: as long as removals come
 * up that nothing explains, the folders are read once more. The cursor of a folder with removals kept back waits with
 * them, so that a run cut short repeats them.
 */
import type { Failure } from '../../kernel/failure.ts';
import { err, ok, type Result } from '../../kernel/result.ts';
import type { Account, Cursor, Cursors, Folder, Row } from '../../repository/model.ts';
import { isGone } from '../is-gone.ts';
import { mergeReadings } from '../merge-readings.ts';
import { isRefusedCursor } from '../refused-cursor.ts';
import { cursorShape } from '../row-key.ts';
import type { ChangePage, KnownState, WorkloadDeps } from '../workload.ts';
import { foldersRemovedSince, folderScope, readFolderChanges } from './folder-changes.ts';
import { mailboxCall, mailboxPath, segment } from './mailbox.ts';
import { expandProperties, messageSchema, selected, type GraphMessage } from './message-facts.ts';
import { rowOfMessage } from './message-row.ts';

/** Of the four requests Outlook serves at once for a mailbox, one is left to whoever looks at it meanwhile. */
const foldersAtOnce = 3;

/** Somebody who moves mail without a pause must not keep a listing from its end. */
const mostPasses = 4;

/** On a delta `$top` would bound the whole answer; this preference bounds the page. */
const pageSize = 'odata.maxpagesize=200';

const bareQuery = `$select=${selected.join(',')}`;
/** Newest first is the one order a delta knows: what is listed of a mailbox so far is what people ask for first. */
const fullQuery = `${bareQuery}&$expand=${expandProperties}&$orderby=receivedDateTime%20desc`;

export const messageScope = (folder: string): string => `messages/${folder}`;

interface Reading {
  readonly folder: string;
  readonly items: readonly GraphMessage[];
  readonly cursor: Cursor;
  /** First page of a listing from the beginning. */
  readonly reset: boolean;
  /** Part of a listing of everything, not of changes. */
  readonly whole: boolean;
}

type FolderReading = Result<Reading, { readonly folder: string; readonly failure: Failure }>;

interface Listing {
  readonly account: Account;
  readonly known: KnownState;
  readonly deps: WorkloadDeps;
  readonly cursors: Record<string, Cursor>;
  /** Cursors that wait for removals kept back, by scope. */
  readonly waiting: Record<string, Cursor>;
  /** Removals kept back: item id → the folder it was last removed from. */
  readonly removals: Map<string, string>;
  /** Folders that could not be found when their messages were asked for. */
  readonly notFound: Set<string>;
  /** Cleared where the service refuses the full query: sizes are unknown then. */
  expands: boolean;
  failure?: Failure;
}

export async function* mailChanges(
  account: Account,
  known: KnownState,
  deps: WorkloadDeps,
): AsyncGenerator<Result<ChangePage>, void> {
  const hierarchy = await readFolderChanges(account, known, deps);
  if (!hierarchy.ok) return yield hierarchy;
  const listing: Listing = {
    account,
    known,
    deps,
    cursors: { ...known.cursors },
    waiting: { [folderScope]: hierarchy.value.cursor },
    removals: new Map(),
    notFound: new Set(),
    expands: true,
  };
  const gone = new Set(hierarchy.value.removed);
  yield ok({ folders: hierarchy.value.folders, cursors: { ...listing.cursors } });
  const folders = inReadingOrder([...known.folders()].filter(({ id }) => !gone.has(id)));
  let unexplained = new Set<string>();
  for (let pass = 1; pass <= mostPasses; pass++) {
    const readings = folders.map(({ id }) => readFolder(listing, id));
    for await (const reading of mergeReadings(readings, foldersAtOnce)) {
      if (!reading.ok) {
        noteFailure(listing, reading.error);
        // Folders not read could hold what seems removed: the next run starts from the cursors kept so far.
        if (endsListing(reading.error.failure)) return yield err(reading.error.failure);
      } else {
        yield ok(toPage(listing, reading.value));
      }
    }
    // What seems removed may have moved to a folder that could not be read: nothing is removed before all were.
    if (listing.failure) return yield err(listing.failure);
    const removed = removedItems(listing);
    if (removed.every((item) => unexplained.has(item))) break;
    unexplained = new Set(removed);
  }
  const unread = await unreadFolders(listing, hierarchy.value.cursor);
  yield ok({ ...closingPage(listing, [...gone]), ...(unread.length > 0 && { unreadFolders: unread }) });
}

/** Removed from the folder it was last known in, and seen in no other. */
const removedItems = ({ known, removals }: Listing): string[] =>
  [...removals].filter(([item, folder]) => known.row(item)?.folder === folder).map(([item]) => item);

const inReadingOrder = (folders: readonly Folder[]): readonly Folder[] => {
  const rank = ({ role }: Folder): number => (role === 'inbox' ? 0 : role === 'sentitems' ? 1 : 2);
  return folders.toSorted((a, b) => rank(a) - rank(b));
};

/** One folder that cannot be read does not keep the others from being read. */
function noteFailure(
  listing: Listing,
  { folder, failure }: { readonly folder: string; readonly failure: Failure },
): void {
  if (isGone(failure)) listing.notFound.add(folder);
  else listing.failure ??= failure;
}

/** Of the folders not found, those that have not been deleted since the folders were listed. */
async function unreadFolders({ notFound, account, deps }: Listing, cursor: Cursor): Promise<string[]> {
  if (notFound.size === 0) return [];
  const removed = await foldersRemovedSince(cursor, account, deps);
  return [...notFound].filter((folder) => !removed.has(folder));
}

const endsListing = (failure: Failure): boolean =>
  failure.retry === 'after-user' || /^(job|network|sign-in|relay)\//.test(failure.code);

function toPage(listing: Listing, { folder, items, cursor, reset, whole }: Reading): ChangePage {
  const { known, removals, waiting, cursors, notFound } = listing;
  notFound.delete(folder);
  const scope = messageScope(folder);
  const rows: Row[] = [];
  let keepsBack = scope in waiting;
  for (const message of items) {
    const before = known.row(message.id);
    if (!message['@removed']) {
      const row = rowOfMessage(message, folder, before);
      if (row !== before || whole) rows.push(row);
      if (removals.get(message.id) === folder) removals.delete(message.id);
    } else if (before?.folder === folder || rows.some(({ item }) => item === message.id)) {
      removals.set(message.id, folder);
      keepsBack = true;
    }
  }
  if (reset) delete cursors[scope];
  (keepsBack ? waiting : cursors)[scope] = cursor;
  return { rows, cursors: { ...cursors }, ...(reset && { reset: [scope] }) };
}

function closingPage(listing: Listing, removedFolders: readonly string[]): ChangePage {
  const { cursors, waiting } = listing;
  const gone = new Set(removedFolders.map(messageScope));
  const left: Cursors = Object.fromEntries(
    Object.entries({ ...cursors, ...waiting }).filter(([scope]) => !gone.has(scope)),
  );
  return { removed: removedItems(listing), removedFolders, cursors: left };
}

/** Pages of one folder; from the beginning where there is no cursor, or the service no longer takes it. */
async function* readFolder(listing: Listing, folder: string): AsyncGenerator<FolderReading, void> {
  const scope = messageScope(folder);
  let cursor = usableCursor(listing.waiting[scope] ?? listing.cursors[scope]);
  for (let attempt = 1; ; attempt++) {
    let failure: Failure | undefined;
    const query = listing.expands ? fullQuery : bareQuery;
    for await (const reading of readPages(listing, folder, cursor ?? query)) {
      if (reading.ok) yield reading;
      else failure = reading.error.failure;
    }
    if (!failure) return;
    if (attempt === 4 || !canStartAnew(listing, cursor ?? query, failure))
      return yield err({ folder, failure });
    cursor = undefined;
  }
}

const usableCursor = (cursor: Cursor | undefined): Cursor | undefined =>
  cursor && [fullQuery, bareQuery].some((query) => cursorShape(query) === cursor.shape) ? cursor : undefined;

/** `from`: the cursor that was continued, or the query of a listing from the beginning. */
function canStartAnew(listing: Listing, from: Cursor | string, failure: Failure): boolean {
  if (typeof from !== 'string' || failure.code === 'graph/resync-required') return isRefusedCursor(failure);
  if (failure.code !== 'graph/bad-request' || from === bareQuery) return false;
  listing.expands = false;
  return true;
}

async function* readPages(
  { account, deps }: Listing,
  folder: string,
  from: Cursor | string,
): AsyncGenerator<FolderReading, void> {
  const isNew = typeof from === 'string';
  const shape = isNew ? cursorShape(from) : from.shape;
  const path = isNew
    ? mailboxPath(account, `mailFolders/${segment(folder)}/messages/delta?${from}`)
    : from.link;
  const whole = isNew || !from.finished;
  let reset = isNew;
  for await (const page of deps.graph.pages(path, messageSchema, mailboxCall(account, deps, pageSize))) {
    if (!page.ok) return yield err({ folder, failure: page.error });
    const { items, nextLink, deltaLink } = page.value;
    const cursor: Cursor = { link: deltaLink ?? nextLink ?? '', finished: deltaLink !== undefined, shape };
    yield ok({ folder, items, reset, whole, cursor });
    reset = false;
  }
}
