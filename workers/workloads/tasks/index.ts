/** The tasks workload: Microsoft To Do of one account, its lists and tasks. */
import * as v from 'valibot';
import { ok, type Result } from '../../kernel/result.ts';
import type { Account } from '../../repository/model.ts';
import type { Measure, Workload, WorkloadDeps } from '../workload.ts';
import { taskChanges, taskScope } from './changes.ts';
import { fetchTask, originalTask } from './item.ts';
import { readableFiles } from './readable.ts';
import { createTaskRestore } from './restore.ts';
import { flaggedRole, listsNow } from './task-lists.ts';
import { tasksPath, todoCall } from './todo.ts';

/** A title, a note, a few steps: about this as JSON. */
const typicalTaskBytes = 2_000;

/** One instance serves all accounts of a run. */
export function createTasksWorkload(): Workload {
  return {
    name: 'tasks',
    measure,
    changes: taskChanges,
    fetch: fetchTask,
    scopeOf: (row) => taskScope(row.folder),
    original: originalTask,
    alongside: readableFiles,
    restore: createTaskRestore(),
  };
}

const countSchema = v.object({ '@odata.count': v.nullish(v.number()), value: v.array(v.unknown()) });

async function measure(account: Account, deps: WorkloadDeps): Promise<Result<Measure>> {
  const lists = await listsNow(account, deps);
  if (!lists.ok) return lists;
  const own = lists.value.filter(({ wellknownListName }) => wellknownListName !== flaggedRole);
  const counts = await deps.graph.batch(
    own.map(({ id }) => ({
      path: `${tasksPath(account, id)}?$count=true&$top=1&$select=id`,
      schema: countSchema,
    })),
    todoCall(account, deps),
  );
  let items = 0;
  for (const count of counts) {
    if (!count.ok) return count;
    items += count.value['@odata.count'] ?? count.value.value.length;
  }
  return ok({ items, bytes: items * typicalTaskBytes, requests: items + own.length });
}
