/**
 * Puts messages back into a new folder of the mailbox they came from. Nothing is ever sent: messages are created where
 * they belong, with their dates and flags, by requests that have no recipients to act on.
 */
import * as v from 'valibot';
import { failure } from '../../kernel/failure.ts';
import { err, ok, type Result } from '../../kernel/result.ts';
import type { Account, Folder, Row } from '../../repository/model.ts';
import { listIds } from '../list-ids.ts';
import { mayExist } from '../may-exist.ts';
import type { ContentSource, RestoredItem, RestorePort, RestoreTarget, WorkloadDeps } from '../workload.ts';
import { compareMessage } from './compare.ts';
import { rootRole } from './folder-changes.ts';
import { mailboxCall, mailboxPath, segment } from './mailbox.ts';
import { messageJson, sourceProperty } from './message-json.ts';
import { attachAll } from './attach-all.ts';
import { readStoredMessage } from './stored-message.ts';

const withId = v.object({ id: v.string() });
const ids = v.object({ value: v.array(withId) });

async function makeMailFolder(
  account: Account,
  parent: string,
  name: string,
  deps: WorkloadDeps,
): Promise<Result<string>> {
  const path = mailboxPath(account, `mailFolders/${segment(parent)}/childFolders`);
  const call = mailboxCall(account, deps);
  const made = await deps.graph.send('POST', path, { displayName: name }, withId, call);
  if (made.ok) return ok(made.value.id);
  if (!mayExist(made.error)) return made;
  const filter = encodeURIComponent(`displayName eq '${quoted(name)}'`);
  const found = await deps.graph.get(`${path}?$filter=${filter}&$select=id`, ids, call);
  if (!found.ok) return found;
  const [first] = found.value.value;
  return first ? ok(first.id) : made;
}

const quoted = (text: string): string => text.replaceAll("'", "''");

interface Putting {
  readonly account: Account;
  readonly folder: string;
  readonly row: Row;
  readonly deps: WorkloadDeps;
}

async function putMessage(putting: Putting, content: ContentSource): Promise<Result<RestoredItem>> {
  const { row, deps, account } = putting;
  const stored = await readStoredMessage(row, content);
  if (!stored.ok) return stored;
  const { json, losses } = messageJson(row, stored.value);
  const before = await findRestored(putting);
  if (!before.ok) return before;
  const id = before.value ?? (await create(putting, json));
  if (typeof id !== 'string' && !id.ok) return id;
  const message = typeof id === 'string' ? id : id.value;
  const path = mailboxPath(account, `messages/${segment(message)}`);
  const begun = before.value !== undefined;
  const attached = await attachAll(stored.value.attachments, { account, path, deps }, begun);
  if (!attached.ok) return attached;
  return ok({ id: message, created: !begun, losses: [...losses, ...attached.value] });
}

/** Where the answer was lost the message may be there all the same. */
async function create(putting: Putting, json: unknown): Promise<Result<string>> {
  const { account, folder, deps } = putting;
  const path = mailboxPath(account, `mailFolders/${segment(folder)}/messages`);
  const made = await deps.graph.send('POST', path, json, withId, mailboxCall(account, deps));
  if (made.ok) return ok(made.value.id);
  if (!mayExist(made.error)) return made;
  const found = await findRestored(putting);
  return found.ok && found.value !== undefined ? ok(found.value) : made;
}

const marked = v.object({
  value: v.array(
    v.object({
      id: v.string(),
      singleValueExtendedProperties: v.nullish(v.array(v.object({ value: v.nullish(v.string()) }))),
    }),
  ),
});

/** Exchange compares texts in a filter without regard to case, ids differ by it: what is found is compared again. */
async function findRestored({ account, folder, row, deps }: Putting): Promise<Result<string | undefined>> {
  const path = mailboxPath(account, `mailFolders/${segment(folder)}/messages`);
  const isSource = `ep/id eq '${sourceProperty}' and ep/value eq '${quoted(row.item)}'`;
  const filter = encodeURIComponent(`singleValueExtendedProperties/any(ep: ${isSource})`);
  const expand = `singleValueExtendedProperties($filter=id eq '${sourceProperty}')`;
  const found = await deps.graph.get(
    `${path}?$filter=${filter}&$select=id&$expand=${expand}`,
    marked,
    mailboxCall(account, deps),
  );
  if (!found.ok) return found;
  const exact = found.value.value.find(({ singleValueExtendedProperties: properties }) =>
    properties?.some(({ value }) => value === row.item),
  );
  return ok(exact?.id);
}

async function removeFolder({ account, folder }: RestoreTarget, deps: WorkloadDeps): Promise<Result<void>> {
  const path = mailboxPath(account, `mailFolders/${segment(folder)}`);
  const gone = await deps.graph.send('DELETE', path, undefined, v.unknown(), mailboxCall(account, deps));
  return gone.ok || gone.error.code === 'graph/not-found' ? ok() : gone;
}

export const mailRestore: RestorePort = {
  losses: [
    'Links to the messages: the service gives every message a new one',
    'Date of creation and of the last change: the service writes them itself; sent and received dates come back',
    'Conversation: the service groups messages anew, by subject and message id',
    'Transport headers (Received, signatures): Microsoft takes back five lines that begin with x-, no others',
    'The message source: Exchange writes it anew; the original is in the backup and can be downloaded',
  ],
  async openTarget(account, name, deps) {
    const folder = await makeMailFolder(account, rootRole, name, deps);
    return folder.ok ? ok({ account, folder: folder.value }) : folder;
  },
  makeFolder({ account }, parent, folder: Folder, deps) {
    // The mailbox's own root is not made again: what lies in it goes into the target.
    return folder.role === rootRole
      ? Promise.resolve(ok(parent))
      : makeMailFolder(account, parent, folder.name, deps);
  },
  putItem({ target: { account }, folder }, row, content, deps) {
    if (row.parts.length > 0) return putMessage({ account, folder, row, deps }, content);
    return Promise.resolve(
      err(failure('repository/missing-blob', 'this snapshot has no content of the message')),
    );
  },
  itemsIn: ({ target: { account }, folder }, deps) =>
    listIds(
      mailboxPath(account, `mailFolders/${segment(folder)}/messages`),
      deps.graph,
      mailboxCall(account, deps),
    ),
  compare: compareMessage,
  removeTarget: removeFolder,
};
