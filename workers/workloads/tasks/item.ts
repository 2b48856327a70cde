/** One task: fetched into its JSON and the bytes of its attachments, and read again from them. */
import * as v from 'valibot';
import { fromUtf8, type Bytes } from '../../kernel/bytes.ts';
import { failure, type Failure } from '../../kernel/failure.ts';
import { all, err, ok, type Result } from '../../kernel/result.ts';
import type { Account, Part, Row } from '../../repository/model.ts';
import { isGone } from '../is-gone.ts';
import { findPart, readPart } from '../read-part.ts';
import type { ContentSink, ContentSource, FetchOutcome, WorkloadDeps } from '../workload.ts';
import { sumsOf } from './compare.ts';
import { readAttachmentList } from './item-attachments.ts';
import { attachmentFacts, metaOf, roles } from './task-row.ts';
import {
  expandChildren,
  storedTaskSchema,
  taskBytes,
  taskSchema,
  type Attachment,
  type StoredTask,
} from './task.ts';
import { taskPath, todoCall } from './todo.ts';

interface Fetching {
  readonly account: Account;
  readonly row: Row;
  readonly sink: ContentSink;
  readonly deps: WorkloadDeps;
  readonly path: string;
}

export async function fetchTask(
  account: Account,
  row: Row,
  sink: ContentSink,
  deps: WorkloadDeps,
): Promise<FetchOutcome> {
  const path = taskPath(account, row.folder, row.item);
  const fetching: Fetching = { account, row, sink, deps, path };
  const task = await deps.graph.get(`${path}?${expandChildren}`, taskSchema, todoCall(account, deps));
  if (!task.ok) return outcomeOf(task.error);
  const attachments = await readAttachmentList(fetching, task.value);
  if (!attachments.ok) return outcomeOf(attachments.error);
  const parts = await storeParts(fetching, taskBytes(task.value, attachments.value), attachments.value);
  if (!parts.ok) return outcomeOf(parts.error);
  const { reason: _, ...rest } = row;
  const meta = { ...metaOf(task.value), sums: sumsOf(task.value, attachments.value) };
  const files = attachments.value.length > 0 && { attachments: attachmentFacts(attachments.value) };
  return {
    kind: 'stored',
    row: { ...rest, meta: { ...meta, ...files }, state: 'stored', parts: parts.value },
  };
}

const outcomeOf = (cause: Failure): FetchOutcome =>
  isGone(cause) ? { kind: 'vanished' } : { kind: 'failed', failure: cause };

async function storeParts(
  fetching: Fetching,
  json: Bytes,
  attachments: readonly Attachment[],
): Promise<Result<Part[]>> {
  const parts: Result<Part>[] = [await fetching.sink.store(roles.task, json)];
  for (const attachment of attachments)
    parts.push(keptPart(fetching.row, attachment) ?? (await storeAttachment(fetching, attachment)));
  return all(parts);
}

/** The part of an earlier version, where the attachment is the same. A row that a check found damaged has all its parts. */
function keptPart({ meta, parts }: Row, attachment: Attachment): Result<Part> | undefined {
  const known = meta['attachments'];
  if (!Array.isArray(known) || parts.some(({ role }) => role === roles.task)) return undefined;
  const wanted = JSON.stringify(attachmentFacts([attachment]));
  const index = known.findIndex((facts) => JSON.stringify([facts]) === wanted);
  const part = index < 0 ? undefined : parts[index];
  return part && ok(part);
}

async function storeAttachment(
  { account, deps, path, sink }: Fetching,
  { id }: Attachment,
): Promise<Result<Part>> {
  const address = `${path}/attachments/${encodeURIComponent(id)}/$value`;
  const bytes = await deps.graph.getBytes(address, todoCall(account, deps));
  return bytes.ok ? sink.store(roles.attachment, bytes.value) : bytes;
}

/** `repository/corrupt` where the stored JSON is no task. */
export async function readTask(row: Row, content: ContentSource): Promise<Result<StoredTask>> {
  const part = findPart(row, roles.task);
  if (!part.ok) return part;
  const bytes = await readPart(part.value, content);
  if (!bytes.ok) return bytes;
  try {
    const parsed = v.safeParse(storedTaskSchema, JSON.parse(fromUtf8(bytes.value)));
    if (parsed.success) return ok(parsed.output);
  } catch {
    // Falls through: no JSON is no task either.
  }
  return err(failure('repository/corrupt', 'the stored task cannot be read'));
}

/** The attachment at a place in the stored task. */
export async function readTaskAttachment(
  row: Row,
  content: ContentSource,
  index: number,
): Promise<Result<Bytes>> {
  const part = row.parts.filter(({ role }) => role === roles.attachment)[index];
  if (!part) return err(failure('storage/missing', `the task has no attachment ${index}`));
  return readPart(part, content);
}

/** The task's JSON, byte for byte as it was stored. */
export async function* originalTask(
  row: Row,
  content: ContentSource,
): AsyncGenerator<Result<Uint8Array>, void> {
  const part = findPart(row, roles.task);
  yield part.ok ? await readPart(part.value, content) : part;
}
