/** Reads a restored task back and names the fields in which it differs from the backup. */
import * as v from 'valibot';
import { ok, type Result } from '../../kernel/result.ts';
import type { Row } from '../../repository/model.ts';
import { fingerprint } from '../row-key.ts';
import type { RestoredItem, RestoreTarget, WorkloadDeps } from '../workload.ts';
import { readAttachmentList } from './item-attachments.ts';
import { canonical, fileFacts, linkFacts, ownLinks, restoredFields, stepFacts } from './task-facts.ts';
import { expandChildren, taskSchema, type Attachment, type GraphTask } from './task.ts';
import { splitTaskId, taskPath, todoCall } from './todo.ts';

/** A short sum of each field that a restore brings back: kept in the row, so that no content is read to compare. */
export function sumsOf(task: GraphTask, attachments: readonly Attachment[]): Record<string, string> {
  const sums: Record<string, string> = {};
  for (const name of restoredFields) sums[name] = fingerprint(canonical(task[name]));
  const all = (facts: readonly unknown[]) => fingerprint(facts.map(canonical).toSorted().join('\n'));
  sums['checklistItems'] = all((task.checklistItems ?? []).map(stepFacts));
  sums['linkedResources'] = all(ownLinks(task.linkedResources).map(linkFacts));
  sums['attachments'] = all(attachments.map(fileFacts));
  return sums;
}

const sumsSchema = v.record(v.string(), v.string());

export async function compareTask(
  { account }: RestoreTarget,
  restored: RestoredItem,
  row: Row,
  deps: WorkloadDeps,
): Promise<Result<string[]>> {
  const { list, task: id } = splitTaskId(restored.id);
  const path = taskPath(account, list, id);
  const task = await deps.graph.get(`${path}?${expandChildren}`, taskSchema, todoCall(account, deps));
  if (!task.ok) return task;
  const attachments = await readAttachmentList({ account, path, deps }, task.value);
  if (!attachments.ok) return attachments;
  const parsed = v.safeParse(sumsSchema, row.meta['sums']);
  const before = parsed.success ? parsed.output : {};
  const after = sumsOf(task.value, attachments.value);
  return ok(Object.keys(after).filter((name) => before[name] !== after[name]));
}
