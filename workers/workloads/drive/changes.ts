/**
 * What changed in a drive, by the delta of its root. Items are known by id alone: names and places change without the
 * items below being listed again. The same item may come several times; the last one counts.
 *
 * Note: removals wait. A moved item and the deletion of the folder it was in come in any order, so removals are kept
 * back until the last page, and with them the cursor.
 */
import type { Page } from '../../graph/client.ts';
import { err, ok, type Result } from '../../kernel/result.ts';
import type { Account, Cursor, Folder, Row } from '../../repository/model.ts';
import { sinceCursor } from '../refused-cursor.ts';
import { cursorShape } from '../row-key.ts';
import type { ChangePage, KnownState, WorkloadDeps } from '../workload.ts';
import { driveCall, driveItemSchema, drivePath, itemSelect, type DriveItem } from './drive-item.ts';
import type { DownloadLinks } from './download-links.ts';
import { rowOfItem } from './file-row.ts';
import { skipCauseOfItem } from './skip.ts';

export const driveScope = 'drive';

const query = `${itemSelect}&$top=500`;
const shape = cursorShape(query);

/** Without the first two a scan may miss items behind permission gaps (learn.microsoft.com, OneDrive "scan guidance"). */
const prefer =
  'deltashowremovedasdeleted, deltatraversepermissiongaps, deltashowsharingchanges, hierarchicalsharing';

interface Round {
  readonly account: Account;
  readonly known: KnownState;
  readonly links: DownloadLinks;
  /** Folder ids named by this listing, where it is one of everything. */
  readonly listed: Set<string> | undefined;
  readonly removedItems: Set<string>;
  readonly removedFolders: Set<string>;
  /** Ids of OneNote notebooks. */
  readonly notebooks: Set<string>;
}

export async function* driveChanges(
  account: Account,
  known: KnownState,
  links: DownloadLinks,
  deps: WorkloadDeps,
): AsyncGenerator<Result<ChangePage>, void> {
  const cursor = known.cursors[driveScope];
  yield* sinceCursor(cursor?.shape === shape ? cursor : undefined, (from) =>
    readRound(newRound(account, known, links, from), from, deps),
  );
}

const newRound = (
  account: Account,
  known: KnownState,
  links: DownloadLinks,
  from: Cursor | undefined,
): Round => ({
  account,
  known,
  links,
  listed: from ? undefined : new Set(),
  removedItems: new Set(),
  removedFolders: new Set(),
  notebooks: new Set(),
});

async function* readRound(
  round: Round,
  from: Cursor | undefined,
  deps: WorkloadDeps,
): AsyncGenerator<Result<ChangePage>, void> {
  const path = from?.link ?? drivePath(round.account, `root/delta?${query}`);
  let isFirst = true;
  for await (const page of deps.graph.pages(path, driveItemSchema, driveCall(deps, { Prefer: prefer }))) {
    if (!page.ok) return yield err(page.error);
    const content = applyItems(round, page.value.items, !from?.finished);
    const cursor = cursorAfter(round, page.value);
    yield ok({
      ...content,
      ...(cursor?.finished && closing(round)),
      ...(isFirst && !from && { reset: [driveScope] }),
      cursors: cursor ? { [driveScope]: cursor } : from ? round.known.cursors : {},
    });
    isFirst = false;
  }
}

/** Undefined while removals are kept back. */
function cursorAfter(round: Round, { nextLink, deltaLink }: Page<DriveItem>): Cursor | undefined {
  if (deltaLink !== undefined) return { link: deltaLink, finished: true, shape };
  const keepsBack = round.removedItems.size > 0 || round.removedFolders.size > 0;
  return keepsBack || nextLink === undefined ? undefined : { link: nextLink, finished: false, shape };
}

function applyItems(
  round: Round,
  items: readonly DriveItem[],
  whole: boolean,
): { readonly folders: Folder[]; readonly rows: Row[] } {
  const last = new Map(items.map((item) => [item.id, item]));
  const folders: Folder[] = [];
  const rows: Row[] = [];
  for (const item of last.values()) noteNotebook(round, item);
  for (const item of last.values()) {
    if (item.deleted) noteRemoval(round, item);
    else if (item.folder || item.root) folders.push(toFolder(round, item));
    else toRow(round, item, whole, rows);
  }
  return { folders, rows };
}

function noteRemoval({ known, removedFolders, removedItems }: Round, { id }: DriveItem): void {
  (known.folder(id) ? removedFolders : removedItems).add(id);
}

function toFolder({ known, listed, removedFolders }: Round, item: DriveItem): Folder {
  removedFolders.delete(item.id);
  listed?.add(item.id);
  const before = known.folder(item.id);
  const parent = item.parentReference?.id ?? before?.parent;
  if (item.root) return { id: item.id, name: item.name ?? 'root', role: 'root' };
  return { id: item.id, name: item.name ?? before?.name ?? '', ...(parent != null && { parent }) };
}

/** Pages of a notebook may be listed before it. */
function noteNotebook({ known, notebooks }: Round, item: DriveItem): void {
  if (skipCauseOfItem(item) === 'onenote-notebook') notebooks.add(item.id);
  const parent = item.parentReference?.id;
  if (parent != null && known.row(parent)?.reason === 'onenote-notebook') notebooks.add(parent);
}

function toRow(round: Round, item: DriveItem, whole: boolean, rows: Row[]): void {
  const { account, known, links, notebooks, removedItems } = round;
  removedItems.delete(item.id);
  const before = known.row(item.id);
  const row = rowOfItem(item, before, notebooks);
  if (row !== before || whole) rows.push(row);
  const url = item['@microsoft.graph.downloadUrl'];
  if (row.state === 'pending' && url != null) links.keep(account.id, item.id, row.version, url);
}

function closing({ known, listed, removedItems, removedFolders }: Round): {
  readonly removed: readonly string[];
  readonly removedFolders: readonly string[];
} {
  const unlisted = listed ? [...known.folders()].filter(({ id }) => !listed.has(id)).map(({ id }) => id) : [];
  return {
    removed: [...removedItems].filter((item) => known.row(item) !== undefined),
    removedFolders: [...removedFolders, ...unlisted],
  };
}
