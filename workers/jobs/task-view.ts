/** One stored task for the screen: words and lists, as hostile as the tenant's own texts. */
import type { TaskRowView, TaskView } from '../contract/views.ts';
import type { Bytes } from '../kernel/bytes.ts';
import { failure } from '../kernel/failure.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import type { Row } from '../repository/model.ts';
import { readTask, readTaskAttachment } from '../workloads/tasks/item.ts';
import { factsOfTask, noteOf } from '../workloads/tasks/readable.ts';
import type { ContentSource } from '../workloads/workload.ts';

const MOST_LISTED = 1_000;
const LONGEST_NOTE = 1024 * 1024;

export async function viewTask(row: Row, content: ContentSource): Promise<Result<TaskView>> {
  const task = await readTask(row, content);
  if (!task.ok) return task;
  const { title, checklistItems, linkedResources, attachments } = task.value;
  return ok({
    title: title ?? '',
    note: noteOf(task.value).join('\n').slice(0, LONGEST_NOTE),
    facts: factsOfTask(task.value),
    steps: (checklistItems ?? [])
      .slice(0, MOST_LISTED)
      .map(({ displayName, isChecked }) => ({ name: displayName ?? '', done: isChecked === true })),
    links: (linkedResources ?? []).slice(0, MOST_LISTED).map(({ displayName, applicationName, webUrl }) => ({
      name: displayName ?? applicationName ?? '',
      address: webUrl ?? '',
    })),
    files: (attachments ?? [])
      .slice(0, MOST_LISTED)
      .map(({ name, size }, index) => ({ index, name: name ?? '', size: size ?? 0 })),
  });
}

/** The file at the index that `TaskView` gave it. */
export async function readTaskFile(
  row: Row,
  content: ContentSource,
  index: number,
): Promise<Result<{ readonly name: string; readonly bytes: Bytes }>> {
  const task = await readTask(row, content);
  if (!task.ok) return task;
  const file = task.value.attachments?.[index];
  if (!file) return err(failure('storage/missing', `the task has no file ${index}`));
  const bytes = await readTaskAttachment(row, content, index);
  return bytes.ok ? ok({ name: file.name ?? '', bytes: bytes.value }) : bytes;
}

/** Undefined for what is no task. */
export function taskRowView({ meta }: Row): TaskRowView | undefined {
  const { status, due, completed, importance, steps } = meta;
  if (typeof status !== 'string') return undefined;
  const [done, of] = Array.isArray(steps) ? steps : [];
  return {
    status,
    ...(typeof due === 'string' && { due }),
    ...(typeof completed === 'string' && { completed }),
    ...(typeof importance === 'string' && { importance }),
    ...(typeof done === 'number' && typeof of === 'number' && { steps: [done, of] as const }),
  };
}
