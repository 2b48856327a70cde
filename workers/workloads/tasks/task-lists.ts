/** The lists of an account: one scope, read whole before any task. */
import * as v from 'valibot';
import { readAll } from '../../graph/read-all.ts';
import { ok, type Result } from '../../kernel/result.ts';
import type { Account, Cursor, Folder } from '../../repository/model.ts';
import { isRefusedCursor } from '../refused-cursor.ts';
import { cursorShape } from '../row-key.ts';
import type { KnownState, WorkloadDeps } from '../workload.ts';
import { listsPath, todoCall } from './todo.ts';

export const listScope = 'lists';

/** To Do itself: lists do not lie in anything else. No id of the service. */
export const todoRoot: Folder = { id: 'todo', name: 'To Do', role: 'root' };

/** Made by To Do from the flags of the mailbox; nobody writes it. */
export const flaggedRole = 'flaggedEmails';

const listSchema = v.object({
  id: v.string(),
  '@removed': v.optional(v.object({ reason: v.nullish(v.string()) })),
  displayName: v.nullish(v.string()),
  wellknownListName: v.nullish(v.string()),
});
type TaskList = v.InferOutput<typeof listSchema>;

const shape = cursorShape('todo lists');

export interface ListChanges {
  readonly folders: readonly Folder[];
  readonly removed: readonly string[];
  readonly cursor: Cursor;
}

/** What changed among the lists since the cursor; everything where there is none or the service refuses it. */
export async function readLists(
  account: Account,
  known: KnownState,
  deps: WorkloadDeps,
  cursor = known.cursors[listScope],
): Promise<Result<ListChanges>> {
  if (cursor?.finished && cursor.shape === shape) {
    const since = await follow(cursor.link, account, deps);
    if (since.ok) return ok(toChanges(since.value, known));
    if (!isRefusedCursor(since.error)) return since;
  }
  const whole = await follow(`${listsPath(account)}/delta`, account, deps);
  if (!whole.ok) return whole;
  const changes = toChanges(whole.value, known);
  const listed = new Set([todoRoot.id, ...changes.folders.map(({ id }) => id)]);
  const unlisted = [...known.folders()].filter(({ id }) => !listed.has(id)).map(({ id }) => id);
  return ok({ ...changes, removed: unlisted });
}

interface Listing {
  readonly entries: readonly TaskList[];
  readonly cursor: Cursor;
}

async function follow(path: string, account: Account, deps: WorkloadDeps): Promise<Result<Listing>> {
  const byId = new Map<string, TaskList>();
  let link = '';
  for await (const page of deps.graph.pages(path, listSchema, todoCall(account, deps))) {
    if (!page.ok) return page;
    for (const entry of page.value.items) byId.set(entry.id, { ...byId.get(entry.id), ...entry });
    link = page.value.deltaLink ?? link;
  }
  return ok({ entries: [...byId.values()], cursor: { link, finished: true, shape } });
}

function toChanges({ entries, cursor }: Listing, known: KnownState): ListChanges {
  const present = entries.filter((entry) => !entry['@removed']);
  const folders = present.map((entry) => toFolder(entry, known.folder(entry.id)));
  return {
    folders: known.folder(todoRoot.id) ? folders : [todoRoot, ...folders],
    removed: entries.filter((entry) => entry['@removed']).map(({ id }) => id),
    cursor,
  };
}

function toFolder({ id, displayName, wellknownListName }: TaskList, before: Folder | undefined): Folder {
  const role = wellknownListName ?? before?.role ?? 'none';
  const name = displayName ?? before?.name ?? '';
  return { id, parent: todoRoot.id, name, ...(role === 'none' ? {} : { role }) };
}

/** Lists that a person may find in To Do, as the service lists them now. */
export const listsNow = (account: Account, deps: WorkloadDeps): Promise<Result<readonly TaskList[]>> =>
  readAll(deps.graph, listsPath(account), listSchema, todoCall(account, deps));
