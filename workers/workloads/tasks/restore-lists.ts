/**
 * The lists that a restore makes. To Do takes any number of lists of one name and nothing tells whose a list is, so each
 * is noted: its name before it is made, which nothing else has at that moment, its id before any task is put into it.
 */
import * as v from 'valibot';
import { ok, type Result } from '../../kernel/result.ts';
import type { Account, Folder } from '../../repository/model.ts';
import { listIds } from '../list-ids.ts';
import { mayExist } from '../may-exist.ts';
import type { FolderDeps, FolderNote, RestoreTarget } from '../workload.ts';
import { listsNow } from './task-lists.ts';
import { listPath, listsPath, tasksPath, todoCall } from './todo.ts';

const withId = v.object({ id: v.string() });

type Lists = readonly { readonly id: string; readonly displayName?: string | null | undefined }[];
type Notes = ReadonlyMap<string, FolderNote>;

/** Finds what an earlier try of this restore has made; where other lists have the name, it gets a number. */
export async function makeList(
  { account, folder: target }: RestoreTarget,
  { id: source, name }: Folder,
  deps: FolderDeps,
): Promise<Result<string>> {
  const noted = await deps.notes.all();
  if (!noted.ok) return noted;
  const lists = await listsNow(account, deps);
  if (!lists.ok) return lists;
  const note = noted.value.get(source);
  if (note && 'id' in note && lists.value.some(({ id }) => id === note.id)) return ok(note.id);
  if (note && 'name' in note) {
    const left = await leftBehind(account, note.name, lists.value, deps);
    if (!left.ok) return left;
    if (left.value !== undefined) return keep(source, left.value, deps);
  }
  const others = [...noted.value].flatMap(([key, one]) =>
    key !== source && 'name' in one ? [one.name] : [],
  );
  const taken = new Set([...others, ...lists.value.map(({ displayName }) => displayName)]);
  return makeNamed(account, source, freeName(`${name} (${target})`, taken), deps);
}

function freeName(wanted: string, taken: ReadonlySet<string | null | undefined>): string {
  for (let copy = 1; ; copy += 1) {
    const name = copy === 1 ? wanted : `${wanted} (${copy})`;
    if (!taken.has(name)) return name;
  }
}

async function makeNamed(
  account: Account,
  source: string,
  name: string,
  deps: FolderDeps,
): Promise<Result<string>> {
  const begun = await deps.notes.put(source, { name });
  if (!begun.ok) return begun;
  const body = { displayName: name };
  const made = await deps.graph.send('POST', listsPath(account), body, withId, todoCall(account, deps));
  if (made.ok) return keep(source, made.value.id, deps);
  if (!mayExist(made.error)) {
    const dropped = await deps.notes.drop(source);
    return dropped.ok ? made : dropped;
  }
  const lists = await listsNow(account, deps);
  const left = lists.ok ? await leftBehind(account, name, lists.value, deps) : lists;
  return left.ok && left.value !== undefined ? keep(source, left.value, deps) : made;
}

async function keep(source: string, id: string, { notes }: FolderDeps): Promise<Result<string>> {
  const noted = await notes.put(source, { id });
  return noted.ok ? ok(id) : noted;
}

/** Made, and its id never noted: then it is empty. One of the same name with tasks in it is somebody else's. */
async function leftBehind(
  account: Account,
  name: string,
  lists: Lists,
  deps: FolderDeps,
): Promise<Result<string | undefined>> {
  const noted = await deps.notes.all();
  if (!noted.ok) return noted;
  const known = idsIn(noted.value);
  for (const { id, displayName } of lists) {
    if (displayName !== name || known.has(id)) continue;
    const tasks = await listIds(tasksPath(account, id), deps.graph, todoCall(account, deps));
    if (!tasks.ok) return tasks;
    if (tasks.value.size === 0) return ok(id);
  }
  return ok(undefined);
}

const idsIn = (notes: Notes): Set<string> =>
  new Set([...notes.values()].flatMap((note) => ('id' in note ? [note.id] : [])));

/** Those that this restore has made and no others, whatever they are named. */
export async function removeLists({ account }: RestoreTarget, deps: FolderDeps): Promise<Result<void>> {
  const noted = await deps.notes.all();
  if (!noted.ok) return noted;
  const ids = idsIn(noted.value);
  const names = [...noted.value.values()].flatMap((note) => ('name' in note ? [note.name] : []));
  const lists = names.length > 0 ? await listsNow(account, deps) : ok([]);
  if (!lists.ok) return lists;
  for (const name of names) {
    const left = await leftBehind(account, name, lists.value, deps);
    if (!left.ok) return left;
    if (left.value !== undefined) ids.add(left.value);
  }
  for (const id of ids) {
    const call = todoCall(account, deps);
    const gone = await deps.graph.send('DELETE', listPath(account, id), undefined, v.unknown(), call);
    if (!gone.ok && gone.error.code !== 'graph/not-found') return gone;
  }
  return ok();
}
