/**
 * What Graph itself says of a message's body and attachments, stored beside the MIME (role `properties`) where the MIME
 * alone does not tell: which part Exchange took for the body, how it named unnamed parts, what it shows inline. Simple
 * messages whose text begins as Graph's preview does need none, which saves a request for most messages.
 */
import * as v from 'valibot';
import { fromUtf8, utf8, type Bytes } from '../../kernel/bytes.ts';
import { failure, type Failure } from '../../kernel/failure.ts';
import { err, ok, type Result } from '../../kernel/result.ts';
import type { Account, Row } from '../../repository/model.ts';
import type { WorkloadDeps } from '../workload.ts';
import { mailboxCall, mailboxPath, segment } from './mailbox.ts';
import { exactAttachments, type ExactAttachment } from './exact-attachments.ts';
import { agreesWithPreview, readSimpleBody } from './simple-body.ts';
import { parseMeta } from './message-facts.ts';
import { skipCauseOf } from './skip.ts';

const text = v.nullish(v.string());

const answerSchema = v.object({
  body: v.nullish(v.object({ contentType: v.picklist(['text', 'html']), content: text })),
  attachments: v.nullish(
    v.array(
      v.object({
        '@odata.type': text,
        id: v.string(),
        name: text,
        contentType: text,
        isInline: v.nullish(v.boolean()),
        contentId: text,
      }),
    ),
  ),
});

const attachmentSchema = v.object({
  kind: v.picklist(['file', 'item', 'reference']),
  name: v.string(),
  contentType: v.string(),
  inline: v.boolean(),
  contentId: v.string(),
  /** Where the content is: the n-th attachment of the MIME, or the n-th part of role `attachment`. */
  source: v.nullable(v.object({ from: v.picklist(['mime', 'part']), index: v.number() })),
});
export type StoredAttachment = v.InferOutput<typeof attachmentSchema>;

const propertiesSchema = v.object({
  v: v.literal(1),
  body: v.object({ contentType: v.picklist(['text', 'html']), content: v.string() }),
  attachments: v.array(attachmentSchema),
});
export type StoredProperties = v.InferOutput<typeof propertiesSchema>;

const expand =
  'attachments($select=id,name,contentType,size,isInline,microsoft.graph.fileAttachment/contentId)';

/** False where the MIME alone says everything a restore needs. */
export function needsProperties(row: Row, mime: Bytes): boolean {
  const { hasAttachments, preview } = parseMeta(row.meta);
  if (hasAttachments || preview === '') return true;
  const body = readSimpleBody(mime);
  return !body || !agreesWithPreview(body, preview);
}

export interface FetchedProperties {
  readonly properties: StoredProperties;
  /** Contents that the MIME does not hold, for parts of role `attachment`. */
  readonly extra: readonly Bytes[];
  /** Set where Exchange would not hand out an attachment; everything else is there. */
  readonly incomplete?: Failure;
}

export async function fetchProperties(
  account: Account,
  row: Row,
  mime: Bytes,
  deps: WorkloadDeps,
): Promise<Result<FetchedProperties>> {
  const path = mailboxPath(account, `messages/${segment(row.item)}`);
  const call = mailboxCall(account, deps);
  const answer = await deps.graph.get(`${path}?$select=body&$expand=${expand}`, answerSchema, call);
  if (!answer.ok) return answer;
  const listed = matchAttachments(answer.value.attachments ?? [], await exactAttachments(mime));
  const contents = await fetchMissing(listed, (id) =>
    deps.graph.getBytes(`${path}/attachments/${segment(id)}/$value`, call),
  );
  if (!contents.ok) return contents;
  const { contentType = 'text', content } = answer.value.body ?? {};
  const { attachments, ...rest } = contents.value;
  return ok({ properties: { v: 1, body: { contentType, content: content ?? '' }, attachments }, ...rest });
}

/** Contents of the attachments that have no place in the MIME; link attachments have none anywhere. */
async function fetchMissing(
  listed: readonly (StoredAttachment & { readonly id: string })[],
  fetchContent: (id: string) => Promise<Result<Bytes>>,
): Promise<Result<Omit<FetchedProperties, 'properties'> & Pick<StoredProperties, 'attachments'>>> {
  const extra: Bytes[] = [];
  const attachments: StoredAttachment[] = [];
  let incomplete: Failure | undefined;
  for (const { id, ...attachment } of listed) {
    let { source } = attachment;
    if (!source && attachment.kind !== 'reference') {
      const content = await fetchContent(id);
      if (content.ok) source = { from: 'part', index: extra.push(content.value) - 1 };
      else if (skipCauseOf(content.error.code)) incomplete = content.error;
      else return content;
    }
    attachments.push({ ...attachment, source });
  }
  return ok({ attachments, extra, ...(incomplete && { incomplete }) });
}

type ListedAttachment = NonNullable<v.InferOutput<typeof answerSchema>['attachments']>[number];

/** Graph's attachments with their place in the MIME, by content id, else by name; each place is taken once. */
function matchAttachments(
  listed: readonly ListedAttachment[],
  exact: readonly ExactAttachment[],
): (StoredAttachment & { readonly id: string })[] {
  const free = [...exact];
  return listed.map((entry) => {
    const kind = kindOf(entry['@odata.type']);
    const [name, contentId] = [entry.name ?? '', entry.contentId ?? ''];
    const candidates = kind === 'file' ? free : [];
    const match =
      candidates.find(({ attachment }) => contentId !== '' && attachment.contentId === contentId) ??
      candidates.find(({ attachment }) => name !== '' && attachment.name === name);
    if (match) free.splice(free.indexOf(match), 1);
    return {
      id: entry.id,
      kind,
      name,
      contentType: entry.contentType ?? '',
      inline: entry.isInline ?? false,
      contentId,
      source: match ? { from: 'mime' as const, index: match.index } : null,
    };
  });
}

const kindOf = (type: string | null | undefined): StoredAttachment['kind'] =>
  type?.endsWith('itemAttachment') ? 'item' : type?.endsWith('referenceAttachment') ? 'reference' : 'file';

export const encodeProperties = (properties: StoredProperties): Bytes => utf8(JSON.stringify(properties));

export function decodeProperties(bytes: Bytes): Result<StoredProperties> {
  const parsed = v.safeParse(propertiesSchema, JSON.parse(fromUtf8(bytes)));
  return parsed.success
    ? ok(parsed.output)
    : err(failure('repository/corrupt', 'the stored properties of a message have an unknown shape'));
}
