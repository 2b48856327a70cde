/**
 * What changed in an account's tasks: the lists, then the tasks of each by delta. A task that somebody moves to another
 * list gets a new id there, so a removal is one.
 */
import { err, ok, type Result } from '../../kernel/result.ts';
import type { Account, Cursor, Cursors, Folder, Row } from '../../repository/model.ts';
import { isGone } from '../is-gone.ts';
import { isRefusedCursor, sinceCursor } from '../refused-cursor.ts';
import { cursorShape } from '../row-key.ts';
import type { ChangePage, KnownState, WorkloadDeps } from '../workload.ts';
import { flaggedRole, listScope, readLists, todoRoot } from './task-lists.ts';
import { rowOfTask, skippedRow } from './task-row.ts';
import { taskSchema, type GraphTask } from './task.ts';
import { tasksPath, todoCall } from './todo.ts';

const pageSize = 'odata.maxpagesize=100';
const shape = cursorShape('todo tasks');

export const taskScope = (list: string): string => `tasks/${list}`;

interface Listing {
  readonly account: Account;
  readonly known: KnownState;
  readonly deps: WorkloadDeps;
  readonly cursors: Record<string, Cursor>;
}

export async function* taskChanges(
  account: Account,
  known: KnownState,
  deps: WorkloadDeps,
): AsyncGenerator<Result<ChangePage>, void> {
  const lists = await readLists(account, known, deps);
  if (!lists.ok) return yield lists;
  const { folders, removed, cursor } = lists.value;
  const gone = new Set(removed);
  const listing: Listing = { account, known, deps, cursors: without(known.cursors, removed) };
  listing.cursors[listScope] = cursor;
  yield ok({ folders, removedFolders: removed, cursors: { ...listing.cursors } });
  const unread: string[] = [];
  for (const list of [...known.folders()].filter(({ id }) => id !== todoRoot.id && !gone.has(id))) {
    for await (const page of readList(listing, list)) {
      if (!page.ok && isGone(page.error)) unread.push(list.id);
      else if (!page.ok) return yield page;
      else yield page;
    }
  }
  if (unread.length > 0) yield* closeUnread(listing, unread);
}

/** Of the lists not found: those that have been deleted meanwhile, and those that the service still lists. */
async function* closeUnread(
  { account, known, deps, cursors }: Listing,
  notFound: readonly string[],
): AsyncGenerator<Result<ChangePage>, void> {
  const since = await readLists(account, known, deps, cursors[listScope]);
  if (!since.ok) return yield since;
  const gone = new Set(since.value.removed);
  yield ok({
    removedFolders: notFound.filter((list) => gone.has(list)),
    unreadFolders: notFound.filter((list) => !gone.has(list)),
    cursors: without(cursors, [...gone]),
  });
}

const without = (cursors: Cursors, lists: readonly string[]): Record<string, Cursor> => {
  const gone = new Set(lists.map(taskScope));
  return Object.fromEntries(Object.entries(cursors).filter(([scope]) => !gone.has(scope)));
};

/** Pages of one list; from the beginning where there is no cursor, or the service no longer takes it. */
function readList(listing: Listing, list: Folder): AsyncGenerator<Result<ChangePage>, void> {
  const known = listing.cursors[taskScope(list.id)];
  return sinceCursor(
    known?.shape === shape ? known : undefined,
    (from) => readPages(listing, list, from),
    (failure, from) => from !== undefined && isRefusedCursor(failure),
  );
}

async function* readPages(
  listing: Listing,
  list: Folder,
  from: Cursor | undefined,
): AsyncGenerator<Result<ChangePage>, void> {
  const { account, deps, cursors } = listing;
  const scope = taskScope(list.id);
  const path = from?.link ?? `${tasksPath(account, list.id)}/delta`;
  const whole = !from?.finished;
  let reset = from === undefined;
  for await (const page of deps.graph.pages(path, taskSchema, todoCall(account, deps, pageSize))) {
    if (!page.ok) return yield err(page.error);
    const { items, nextLink, deltaLink } = page.value;
    cursors[scope] = { link: deltaLink ?? nextLink ?? '', finished: deltaLink !== undefined, shape };
    yield ok({
      ...applyTasks(listing.known, list, items, whole),
      ...(reset && { reset: [scope] }),
      cursors: { ...cursors },
    });
    reset = false;
  }
}

/** The last entry of an id counts. `whole`: a listing of everything names known rows as well. */
function applyTasks(
  known: KnownState,
  list: Folder,
  items: readonly GraphTask[],
  whole: boolean,
): { readonly rows: Row[]; readonly removed: string[] } {
  const rows: Row[] = [];
  const removed: string[] = [];
  for (const task of new Map(items.map((item) => [item.id, item])).values()) {
    const before = known.row(task.id);
    if (task['@removed']) {
      if (before?.folder === list.id) removed.push(task.id);
      continue;
    }
    const row =
      list.role === flaggedRole
        ? skippedRow(task, list.id, 'flagged-mail')
        : rowOfTask(task, list.id, before);
    if (row !== before || whole) rows.push(row);
  }
  return { rows, removed };
}
