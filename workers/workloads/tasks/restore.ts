/**
 * Puts tasks back into new lists, one for each list they were in: `Workshop (Restored 2026-11-25 10.00)`. To Do has no
 * lists in lists, so the target is in the name of each. Each task carries a link named Holdfast with the id it had: by
 * it a second try finds what the first has made.
 */
import * as v from 'valibot';
import { failure } from '../../kernel/failure.ts';
import { err, ok, type Result } from '../../kernel/result.ts';
import type { Account, Row } from '../../repository/model.ts';
import { listIds } from '../list-ids.ts';
import { mayExist } from '../may-exist.ts';
import type { ContentSource, RestoredItem, RestorePlace, RestorePort, WorkloadDeps } from '../workload.ts';
import { compareTask } from './compare.ts';
import { readTask } from './item.ts';
import { addChildren } from './restore-children.ts';
import { makeList, removeLists } from './restore-lists.ts';
import { sourceOf, taskBody } from './task-facts.ts';
import { todoRoot } from './task-lists.ts';
import { linkSchema, type StoredTask } from './task.ts';
import { joinTaskId, taskPath, tasksPath, todoCall } from './todo.ts';

const withId = v.object({ id: v.string() });
const marked = v.object({ id: v.string(), linkedResources: v.nullish(v.array(linkSchema)) });

/** What restored lists hold already, by source id; read once a list and run. */
type Known = Map<string, Promise<Result<Map<string, string>>>>;

interface Putting {
  readonly account: Account;
  readonly list: string;
  readonly row: Row;
  readonly deps: WorkloadDeps;
}

async function readMarks({ account, list, deps }: Putting): Promise<Result<Map<string, string>>> {
  const ids = new Map<string, string>();
  const path = `${tasksPath(account, list)}?$expand=linkedResources`;
  for await (const page of deps.graph.pages(path, marked, todoCall(account, deps))) {
    if (!page.ok) return page;
    for (const { id, linkedResources } of page.value.items) {
      const source = sourceOf(linkedResources ?? []);
      if (source !== undefined) ids.set(source, id);
    }
  }
  return ok(ids);
}

async function marksOf(known: Known, putting: Putting): Promise<Result<Map<string, string>>> {
  let marks = known.get(putting.list);
  if (!marks) known.set(putting.list, (marks = readMarks(putting)));
  const read = await marks;
  if (!read.ok) known.delete(putting.list);
  return read;
}

async function putTask(
  known: Known,
  putting: Putting,
  content: ContentSource,
): Promise<Result<RestoredItem>> {
  const { account, list, row, deps } = putting;
  const task = await readTask(row, content);
  if (!task.ok) return task;
  const marks = await marksOf(known, putting);
  if (!marks.ok) return marks;
  const before = marks.value.get(row.item);
  const id = before === undefined ? await create(known, putting, task.value) : ok(before);
  if (!id.ok) return id;
  marks.value.set(row.item, id.value);
  const at = { account, path: taskPath(account, list, id.value), deps };
  const added = await addChildren(at, { row, task: task.value, content }, before !== undefined);
  return added.ok
    ? ok({ id: joinTaskId(list, id.value), created: before === undefined, losses: added.value })
    : added;
}

/** Where the answer was lost the task may be there all the same. */
async function create(known: Known, putting: Putting, task: StoredTask): Promise<Result<string>> {
  const { account, list, row, deps } = putting;
  const body = taskBody(task, row.item);
  const call = todoCall(account, deps);
  const made = await deps.graph.send('POST', tasksPath(account, list), body, withId, call);
  if (made.ok) return ok(made.value.id);
  if (!mayExist(made.error)) return made;
  known.delete(list);
  const marks = await marksOf(known, putting);
  const found = marks.ok ? marks.value.get(row.item) : undefined;
  return found === undefined ? made : ok(found);
}

export function createTaskRestore(): RestorePort {
  const known: Known = new Map();
  return {
    losses: [
      'Links to the tasks: the service gives every task a new one',
      'Dates of creation and of the last change: the service writes them itself',
      'Sharing: a restored list is its owner’s alone',
      'Each restored task has one link more, named Holdfast: it tells which task it was',
      'Files of 3 MB and more: they are in the backup and can be downloaded',
    ],
    openTarget: (account, name) => Promise.resolve(ok({ account, folder: name })),
    async makeFolder(target, parent, folder, deps) {
      if (folder.id === todoRoot.id) return ok(parent);
      const made = await makeList(target, folder, deps);
      // A new run looks anew at what is there.
      if (made.ok) known.delete(made.value);
      return made;
    },
    putItem({ target: { account }, folder }, row, content, deps) {
      if (row.parts.length > 0) return putTask(known, { account, list: folder, row, deps }, content);
      return Promise.resolve(
        err(failure('repository/missing-blob', 'this snapshot has no content of the task')),
      );
    },
    itemsIn,
    compare: compareTask,
    removeTarget: removeLists,
  };
}

async function itemsIn(
  { target: { account, folder: name }, folder }: RestorePlace,
  deps: WorkloadDeps,
): Promise<Result<ReadonlySet<string>>> {
  if (folder === name) return ok(new Set());
  const ids = await listIds(tasksPath(account, folder), deps.graph, todoCall(account, deps));
  return ids.ok ? ok(new Set([...ids.value].map((id) => joinTaskId(folder, id)))) : ids;
}
