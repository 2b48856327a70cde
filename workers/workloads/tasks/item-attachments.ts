/** What files hang on a task, without their bytes. */
import { readAll } from '../../graph/read-all.ts';
import { ok, type Result } from '../../kernel/result.ts';
import type { Account } from '../../repository/model.ts';
import type { WorkloadDeps } from '../workload.ts';
import { attachmentSchema, type Attachment, type GraphTask } from './task.ts';
import { todoCall } from './todo.ts';

export interface TaskPlace {
  readonly account: Account;
  /** Of the task. */
  readonly path: string;
  readonly deps: WorkloadDeps;
}

/** Asks only where the task says that it has some. */
export async function readAttachmentList(
  { account, path, deps }: TaskPlace,
  task: GraphTask,
): Promise<Result<Attachment[]>> {
  if (task.hasAttachments !== true) return ok([]);
  return readAll(deps.graph, `${path}/attachments`, attachmentSchema, todoCall(account, deps));
}
