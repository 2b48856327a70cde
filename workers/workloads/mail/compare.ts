/** Reads a restored message back and names the fields in which it differs from the backup. */
import * as v from 'valibot';
import { ok, type Result } from '../../kernel/result.ts';
import type { Row } from '../../repository/model.ts';
import type { RestoredItem, RestoreTarget, WorkloadDeps } from '../workload.ts';
import { mailboxCall, mailboxPath, segment } from './mailbox.ts';
import {
  expandProperties,
  messageSchema,
  metaOf,
  parseMeta,
  selected,
  type MessageFacts,
  type MessageMeta,
} from './message-facts.ts';

const restoredSchema = v.object({
  ...messageSchema.entries,
  attachments: v.nullish(v.array(v.object({ name: v.nullish(v.string()) }))),
});

const query = `$select=${selected.join(',')}&$expand=${expandProperties},attachments($select=id,name)`;

/** Facts that Graph takes at creation and so must come back equal, with the names Graph has for them. */
const comparable: Readonly<Partial<Record<keyof MessageFacts, string>>> = {
  from: 'from',
  sender: 'sender',
  to: 'toRecipients',
  cc: 'ccRecipients',
  bcc: 'bccRecipients',
  replyTo: 'replyTo',
  received: 'receivedDateTime',
  sent: 'sentDateTime',
  draft: 'isDraft',
  importance: 'importance',
  categories: 'categories',
  flag: 'flag',
  messageId: 'internetMessageId',
  inference: 'inferenceClassification',
  readReceipt: 'isReadReceiptRequested',
  deliveryReceipt: 'isDeliveryReceiptRequested',
  marks: 'singleValueExtendedProperties',
};

export async function compareMessage(
  { account }: RestoreTarget,
  restored: RestoredItem,
  row: Row,
  deps: WorkloadDeps,
): Promise<Result<string[]>> {
  const path = mailboxPath(account, `messages/${segment(restored.id)}?${query}`);
  const read = await deps.graph.get(path, restoredSchema, mailboxCall(account, deps));
  if (!read.ok) return read;
  const before = parseMeta(row.meta);
  const after = parseMeta(metaOf(read.value));
  const attachments = (read.value.attachments ?? []).map(({ name }) => name ?? '');
  return ok([
    ...((read.value.subject ?? '') === row.name ? [] : ['subject']),
    ...differingFacts(before.facts, after.facts),
    ...differingShown(before, after),
    ...(sameNames(before.attachments, attachments) ? [] : ['attachments']),
  ]);
}

const differingFacts = (before: MessageFacts, after: MessageFacts): string[] =>
  (Object.keys(comparable) as (keyof MessageFacts)[])
    .filter((fact) => canonical(before[fact]) !== canonical(after[fact]))
    .map((fact) => comparable[fact] ?? fact);

function differingShown(before: MessageMeta, after: MessageMeta): string[] {
  const fields: string[] = [];
  if (before.isRead !== after.isRead) fields.push('isRead');
  if (before.hasAttachments !== after.hasAttachments) fields.push('hasAttachments');
  if (before.preview !== after.preview) fields.push('bodyPreview');
  return fields;
}

const sameNames = (before: readonly string[], after: readonly string[]): boolean =>
  before.length === Math.min(after.length, 200) &&
  canonical(before.toSorted()) === canonical(after.toSorted());

/** Equal for equal values whatever the order of keys and the spelling of dates. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, inner: unknown) => {
    if (typeof inner === 'string' && /^\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)?$/.test(inner))
      return timeOf(inner);
    if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) return inner;
    return Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  }) ?? '';

const timeOf = (text: string): number =>
  Math.floor(Date.parse(/Z|[+-]\d\d:\d\d$/.test(text) ? text : `${text}Z`) / 1000);
