/** Puts a message's attachments back: in one request below 3 MB, through an upload session up to 150 MB. */
import * as v from 'valibot';
import { toBase64 } from '../../kernel/bytes.ts';
import { failure, type Failure } from '../../kernel/failure.ts';
import { err, ok, type Result } from '../../kernel/result.ts';
import type { Account, JsonValue } from '../../repository/model.ts';
import type { WorkloadDeps } from '../workload.ts';
import { mailboxCall } from './mailbox.ts';
import { addressesOf, readMime } from './mime-reading.ts';
import type { RestorableAttachment } from './stored-message.ts';

/** learn.microsoft.com/graph/outlook-large-attachments */
const smallestSession = 3 * 1024 * 1024;
const largestSession = 150 * 1024 * 1024;
/** Fragments must stay below 4 MB. */
const fragment = 3_932_160;

/** A message made a moment ago may not be found yet (seen by alcionai/corso): tries and their waits in ms. */
const waitsForMessage = [750, 1_500, 3_000];

export interface Attaching {
  readonly account: Account;
  /** Path of the message. */
  readonly path: string;
  readonly deps: WorkloadDeps;
}

/** Adds one attachment; the value names what of it is lost. */
export async function attach(attachment: RestorableAttachment, to: Attaching): Promise<Result<string[]>> {
  const { content, kind } = attachment;
  if (!content) return ok([`Attachment: a ${kind} attachment without stored content is not restored`]);
  if (content.length > largestSession) return ok(['Attachment: Graph takes none above 150 MB']);
  if (kind !== 'item') {
    const added = await attachFile(attachment, content, to);
    return added.ok ? ok([]) : added;
  }
  if (content.length < smallestSession) {
    const added = await attachItem(attachment, content, to);
    if (added.ok || !isRefusal(added.error)) return added.ok ? ok([]) : added;
  }
  const added = await attachFile(asFile(attachment), content, to);
  return added.ok ? ok(['Attachment: an attached message comes back as an .eml file']) : added;
}

const isRefusal = ({ code }: Failure): boolean => code === 'graph/bad-request' || code === 'graph/too-large';

const attachFile = (
  file: RestorableAttachment,
  content: Uint8Array,
  to: Attaching,
): Promise<Result<unknown>> =>
  content.length < smallestSession
    ? post(to, { ...fileJson(file), contentBytes: toBase64(content) })
    : upload(file, content, to);

async function attachItem(
  attachment: RestorableAttachment,
  content: Uint8Array,
  to: Attaching,
): Promise<Result<unknown>> {
  const item = await itemJson(content);
  if (!item)
    return err(failure('graph/too-large', 'Graph takes no message with messages attached as an item'));
  return post(to, { ...base(attachment), '@odata.type': itemType, item });
}

const fileType = '#microsoft.graph.fileAttachment';
const itemType = '#microsoft.graph.itemAttachment';

const nameOf = ({ name }: RestorableAttachment): string => name || 'attachment';

const base = (attachment: RestorableAttachment): Record<string, JsonValue> => ({
  name: nameOf(attachment),
  isInline: attachment.inline,
});

const fileJson = (file: RestorableAttachment): Record<string, JsonValue> => ({
  '@odata.type': fileType,
  ...base(file),
  ...(file.contentType !== '' && { contentType: file.contentType }),
  ...(file.contentId !== '' && { contentId: file.contentId }),
});

const asFile = (item: RestorableAttachment): RestorableAttachment => ({
  ...item,
  kind: 'file',
  name: /\.eml$/i.test(item.name) ? item.name : `${item.name || 'message'}.eml`,
  contentType: 'message/rfc822',
});

/** Names under which the attachment may have come back. */
export const restoredNames = (attachment: RestorableAttachment): readonly string[] =>
  attachment.kind === 'item' ? [nameOf(attachment), asFile(attachment).name] : [nameOf(attachment)];

/** The message inside an item attachment. Undefined where Graph could not hold all of it: it goes as a file then. */
async function itemJson(mime: Uint8Array): Promise<JsonValue | undefined> {
  const reading = await readMime(mime);
  if (!reading || reading.attachments.some(({ contentType }) => contentType === 'message/rfc822'))
    return undefined;
  const { email, body, attachments } = reading;
  const [from] = addressesOf(email.from && [email.from]);
  const [sender] = addressesOf(email.sender && [email.sender]);
  const sent = Date.parse(email.date ?? '');
  return {
    '@odata.type': '#microsoft.graph.message',
    subject: email.subject ?? '',
    body: { ...body },
    toRecipients: addressesOf(email.to),
    ccRecipients: addressesOf(email.cc),
    bccRecipients: addressesOf(email.bcc),
    ...(from && { from, sender: sender ?? from }),
    ...(email.messageId !== undefined && { internetMessageId: email.messageId }),
    ...(!Number.isNaN(sent) && { sentDateTime: new Date(sent).toISOString() }),
    ...(attachments.length > 0 && {
      attachments: attachments.map(({ name, contentType, contentId, content }) => ({
        ...fileJson({ kind: 'file', name, contentType, contentId, content, inline: contentId !== '' }),
        contentBytes: toBase64(content),
      })),
    }),
  };
}

async function post({ account, path, deps }: Attaching, json: JsonValue): Promise<Result<unknown>> {
  return afterCreation(deps, () =>
    deps.graph.send('POST', `${path}/attachments`, json, v.unknown(), mailboxCall(account, deps)),
  );
}

const sessionSchema = v.object({ uploadUrl: v.string() });

async function upload(
  file: RestorableAttachment,
  content: Uint8Array,
  { account, path, deps }: Attaching,
): Promise<Result<unknown>> {
  const { '@odata.type': _, ...item } = fileJson(file);
  const AttachmentItem = { attachmentType: 'file', size: content.length, ...item };
  const call = mailboxCall(account, deps);
  const session = await afterCreation(deps, () =>
    deps.graph.send(
      'POST',
      `${path}/attachments/createUploadSession`,
      { AttachmentItem },
      sessionSchema,
      call,
    ),
  );
  if (!session.ok) return session;
  return deps.graph.upload({
    url: session.value.uploadUrl,
    size: content.length,
    read: (offset, length) => Promise.resolve(ok(content.subarray(offset, offset + length))),
    fragment,
    pool: call.pool,
    signal: deps.signal,
  });
}

async function afterCreation<T>(deps: WorkloadDeps, send: () => Promise<Result<T>>): Promise<Result<T>> {
  let last: Failure | undefined;
  for (const wait of [0, ...waitsForMessage]) {
    if (wait > 0) await deps.clock.sleep(wait, deps.signal);
    const sent = await send();
    if (sent.ok || sent.error.code !== 'graph/not-found') return sent;
    last = sent.error;
  }
  return err(last as Failure);
}
