/** Steps, links and files of a restored task, put on it one by one; what an earlier try has put there is left alone. */
import * as v from 'valibot';
import type { CallOptions } from '../../graph/client.ts';
import { toBase64 } from '../../kernel/bytes.ts';
import type { Failure } from '../../kernel/failure.ts';
import { ok, type Result } from '../../kernel/result.ts';
import type { Row } from '../../repository/model.ts';
import { mayExist } from '../may-exist.ts';
import type { ContentSource } from '../workload.ts';
import { readTaskAttachment } from './item.ts';
import type { TaskPlace } from './item-attachments.ts';
import { canonical, fileFacts, linkFacts, ownLinks, stepFacts } from './task-facts.ts';
import {
  attachmentSchema,
  linkSchema,
  stepSchema,
  type Attachment,
  type Link,
  type Step,
  type StoredTask,
} from './task.ts';
import { todoCall } from './todo.ts';

export interface Source {
  readonly row: Row;
  readonly task: StoredTask;
  readonly content: ContentSource;
}

/** Larger files take an upload session (learn.microsoft.com/graph/todo-attachments). */
const largestInOneRequest = 3 * 1024 * 1024 - 1;

/** `begun`: an earlier try may have put some on the task. Gives what the service would not take, each with its reason. */
export async function addChildren(
  at: TaskPlace,
  { row, task, content }: Source,
  begun: boolean,
): Promise<Result<string[]>> {
  const losses: string[] = [];
  const shared = { at, begun, losses };
  const steps = (task.checklistItems ?? []).map((item) => ({ item, body: async () => ok(stepBody(item)) }));
  const links = ownLinks(task.linkedResources).map((item) => ({
    item,
    body: async () => ok(linkBody(item)),
  }));
  const files = (task.attachments ?? [])
    .map((item, index) => ({ item, body: () => fileBody(item, index, row, content) }))
    .filter(({ item: { name, size } }) => {
      const isSmall = (size ?? 0) <= largestInOneRequest;
      if (!isSmall) losses.push(`File ${name ?? ''}: larger than 3 MB`);
      return isSmall;
    });
  const added = [
    () => addAll({ ...shared, segment: 'checklistItems', schema: stepSchema, facts: stepFacts }, steps),
    () => addAll({ ...shared, segment: 'linkedResources', schema: linkSchema, facts: linkFacts }, links),
    () => addAll({ ...shared, segment: 'attachments', schema: attachmentSchema, facts: fileFacts }, files),
  ];
  for (const add of added) {
    const done = await add();
    if (!done.ok) return done;
  }
  return ok(losses);
}

interface Kind<T> {
  readonly at: TaskPlace;
  readonly segment: 'checklistItems' | 'linkedResources' | 'attachments';
  readonly schema: v.GenericSchema<unknown, T>;
  readonly facts: (item: T) => unknown;
  readonly begun: boolean;
  readonly losses: string[];
}

interface Wanted<T> {
  readonly item: T;
  readonly body: () => Promise<Result<unknown>>;
}

async function addAll<T>(kind: Kind<T>, wanted: readonly Wanted<T>[]): Promise<Result<void>> {
  const there = kind.begun && wanted.length > 0 ? await factsThere(kind) : ok(new Map<string, number>());
  if (!there.ok) return there;
  const expected = new Map(there.value);
  for (const { item, body } of wanted) {
    const facts = canonical(kind.facts(item));
    const count = there.value.get(facts) ?? 0;
    if (count > 0) {
      there.value.set(facts, count - 1);
      continue;
    }
    const json = await body();
    if (!json.ok) return json;
    const added = await add(kind, json.value, facts, expected.get(facts) ?? 0);
    if (!added.ok) return added;
    expected.set(facts, (expected.get(facts) ?? 0) + 1);
  }
  return ok();
}

/**
 * Where the answer was lost it may be there all the same: then there is one more than `before`. What the service refuses
 * for good is a loss, not a failure.
 */
async function add<T>(kind: Kind<T>, body: unknown, facts: string, before: number): Promise<Result<void>> {
  const { at, segment, losses } = kind;
  const path = `${at.path}/${segment}`;
  const sent = await at.deps.graph.send('POST', path, body, v.unknown(), callOf(at));
  if (sent.ok) return ok();
  if (mayExist(sent.error)) {
    const after = await factsThere(kind);
    if (after.ok && (after.value.get(facts) ?? 0) > before) return ok();
  }
  if (!isRefused(sent.error)) return sent;
  losses.push(`${words[segment]}: the service refuses it (${sent.error.detail})`);
  return ok();
}

const words = { checklistItems: 'A step', linkedResources: 'A link', attachments: 'A file' } as const;

const isRefused = ({ code }: Failure): boolean => code === 'graph/bad-request' || code === 'graph/too-large';

const callOf = ({ account, deps }: TaskPlace): CallOptions => todoCall(account, deps);

/** How often each is there, by its facts. */
async function factsThere<T>({ at, segment, schema, facts }: Kind<T>): Promise<Result<Map<string, number>>> {
  const there = new Map<string, number>();
  for await (const page of at.deps.graph.pages(`${at.path}/${segment}`, schema, callOf(at))) {
    if (!page.ok) return page;
    for (const item of page.value.items) {
      const key = canonical(facts(item as T));
      there.set(key, (there.get(key) ?? 0) + 1);
    }
  }
  return ok(there);
}

const stepBody = ({ displayName, isChecked, checkedDateTime, createdDateTime }: Step) => ({
  displayName: displayName ?? '',
  isChecked: isChecked === true,
  ...(checkedDateTime != null && { checkedDateTime }),
  ...(createdDateTime != null && { createdDateTime }),
});

const linkBody = ({ applicationName, displayName, externalId, webUrl }: Link) => ({
  ...(applicationName != null && { applicationName }),
  ...(displayName != null && { displayName }),
  ...(externalId != null && { externalId }),
  ...(webUrl != null && { webUrl }),
});

async function fileBody(
  { name, contentType }: Attachment,
  index: number,
  row: Row,
  content: ContentSource,
): Promise<Result<unknown>> {
  const bytes = await readTaskAttachment(row, content, index);
  if (!bytes.ok) return bytes;
  return ok({
    '@odata.type': '#microsoft.graph.taskFileAttachment',
    name: name || 'file',
    ...(contentType != null && { contentType }),
    contentBytes: toBase64(bytes.value),
  });
}
