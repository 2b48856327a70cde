/**
 * The folders of a mailbox. One scope, read whole before any message: its delta names every folder flat.
 * Hidden folders (settings, conversation actions, contacts' caches) and search folders hold no mail of their own and
 * are left out; the list of what is not backed up says so.
 */
import * as v from 'valibot';
import { failure, type Failure } from '../../kernel/failure.ts';
import { err, ok, type Result } from '../../kernel/result.ts';
import type { Account, Cursor, Folder } from '../../repository/model.ts';
import { isRefusedCursor } from '../refused-cursor.ts';
import { cursorShape } from '../row-key.ts';
import type { KnownState, WorkloadDeps } from '../workload.ts';
import { mailboxCall, mailboxPath, segment } from './mailbox.ts';

export const folderScope = 'mailFolders';

/** Names by which Graph finds a folder in any language (learn.microsoft.com/graph/api/resources/mailfolder). */
const wellKnown = [
  'msgfolderroot',
  'inbox',
  'drafts',
  'sentitems',
  'deleteditems',
  'junkemail',
  'archive',
  'outbox',
  'conversationhistory',
  'clutter',
] as const;

export const rootRole = 'msgfolderroot';

const query = '$select=displayName,parentFolderId,isHidden,totalItemCount';

const folderSchema = v.object({
  id: v.string(),
  '@removed': v.optional(v.object({ reason: v.nullish(v.string()) })),
  '@odata.type': v.optional(v.string()),
  displayName: v.nullish(v.string()),
  parentFolderId: v.nullish(v.string()),
  isHidden: v.nullish(v.boolean()),
  totalItemCount: v.nullish(v.number()),
});
type MailFolder = v.InferOutput<typeof folderSchema>;

export interface FolderChanges {
  readonly folders: readonly Folder[];
  readonly removed: readonly string[];
  readonly cursor: Cursor;
}

/** What changed among the folders since the cursor; everything where there is none or the service refuses it. */
export async function readFolderChanges(
  account: Account,
  known: KnownState,
  deps: WorkloadDeps,
): Promise<Result<FolderChanges>> {
  const shape = cursorShape(query);
  const cursor = known.cursors[folderScope];
  if (cursor?.finished && cursor.shape === shape) {
    const since = await listFolders(cursor.link, account, deps);
    if (since.ok) return toChanges(since.value, known, account, deps);
    if (!isRefusedCursor(since.error)) return since;
  }
  const whole = await listFolders(mailboxPath(account, `mailFolders/delta?${query}`), account, deps);
  if (!whole.ok) return whole;
  const changes = await toChanges(whole.value, known, account, deps);
  if (!changes.ok) return changes;
  const listed = new Set(changes.value.folders.map(({ id }) => id));
  const gone = [...known.folders()].filter(({ id }) => !listed.has(id)).map(({ id }) => id);
  return ok({ ...changes.value, removed: gone });
}

/** Folders deleted since the cursor; none where that cannot be asked. */
export async function foldersRemovedSince(
  cursor: Cursor,
  account: Account,
  deps: WorkloadDeps,
): Promise<ReadonlySet<string>> {
  const since = await listFolders(cursor.link, account, deps);
  const entries = since.ok ? since.value.entries : [];
  return new Set(entries.filter((entry) => entry['@removed']).map(({ id }) => id));
}

interface Listing {
  readonly entries: readonly MailFolder[];
  readonly deltaLink: string;
}

/** Folders and the messages in them, as the mailbox counts them. */
export async function countMessages(
  account: Account,
  deps: WorkloadDeps,
): Promise<Result<{ readonly folders: number; readonly items: number }>> {
  const listing = await listFolders(mailboxPath(account, `mailFolders/delta?${query}`), account, deps);
  if (!listing.ok) return listing;
  const { entries } = listing.value;
  return ok({
    folders: entries.length,
    items: entries.reduce((sum, { totalItemCount }) => sum + (totalItemCount ?? 0), 0),
  });
}

async function listFolders(path: string, account: Account, deps: WorkloadDeps): Promise<Result<Listing>> {
  const byId = new Map<string, MailFolder>();
  let deltaLink = '';
  for await (const page of deps.graph.pages(path, folderSchema, mailboxCall(account, deps))) {
    if (!page.ok) return page;
    for (const entry of page.value.items) byId.set(entry.id, { ...byId.get(entry.id), ...entry });
    deltaLink = page.value.deltaLink ?? deltaLink;
  }
  return ok({ entries: [...byId.values()].filter(isMailFolder), deltaLink });
}

const isMailFolder = (entry: MailFolder): boolean =>
  entry.isHidden !== true && entry['@odata.type'] !== '#microsoft.graph.mailSearchFolder';

async function toChanges(
  { entries, deltaLink }: Listing,
  known: KnownState,
  account: Account,
  deps: WorkloadDeps,
): Promise<Result<FolderChanges>> {
  const present = entries.filter((entry) => !entry['@removed']);
  const roles = await readRoles(present, known, account, deps);
  if (!roles.ok) return roles;
  const root = roles.value.root;
  const ids = new Set([root.id, ...present.map(({ id }) => id)]);
  const folders = present
    .filter(({ id }) => id !== root.id)
    .map((entry): Folder => {
      const before = known.folder(entry.id);
      const parent = entry.parentFolderId ?? before?.parent ?? root.id;
      const role = roles.value.byId.get(entry.id);
      return {
        id: entry.id,
        parent: ids.has(parent) || known.folder(parent) ? parent : root.id,
        name: entry.displayName ?? before?.name ?? '',
        ...(role !== undefined && { role }),
      };
    });
  return ok({
    folders: [root, ...folders],
    removed: entries.filter((entry) => entry['@removed']).map(({ id }) => id),
    cursor: { link: deltaLink, finished: deltaLink !== '', shape: cursorShape(query) },
  });
}

interface Roles {
  readonly root: Folder;
  readonly byId: ReadonlyMap<string, string>;
}

/** Asked anew when there is a folder never seen before, which may be a well-known one. */
async function readRoles(
  present: readonly MailFolder[],
  known: KnownState,
  account: Account,
  deps: WorkloadDeps,
): Promise<Result<Roles>> {
  const byId = new Map<string, string>();
  let root: Folder | undefined;
  for (const folder of known.folders()) {
    if (folder.role !== undefined) byId.set(folder.id, folder.role);
    if (folder.role === rootRole) root = folder;
  }
  return root && present.every(({ id }) => known.folder(id))
    ? ok({ root, byId })
    : lookUpRoles(account, deps);
}

const isAbsentName = ({ code }: Failure): boolean =>
  code === 'graph/not-found' || code === 'graph/bad-request';

/** One batch; a name the mailbox does not have is left out. The root is always there. */
async function lookUpRoles(account: Account, deps: WorkloadDeps): Promise<Result<Roles>> {
  const answers = await deps.graph.batch(
    wellKnown.map((name) => ({
      path: mailboxPath(account, `mailFolders/${segment(name)}?$select=id,displayName`),
      schema: folderSchema,
      headers: mailboxCall(account, deps).headers ?? {},
    })),
    mailboxCall(account, deps),
  );
  const byId = new Map<string, string>();
  let root: Folder | undefined;
  for (const [i, answer] of answers.entries()) {
    const role = wellKnown[i] ?? rootRole;
    if (!answer.ok) {
      // Roles are looked up once: one that is not asked for successfully now would be missing for good.
      if (role === rootRole || !isAbsentName(answer.error)) return err(answer.error);
      continue;
    }
    byId.set(answer.value.id, role);
    if (role === rootRole) root = { id: answer.value.id, name: answer.value.displayName ?? '', role };
  }
  return root
    ? ok({ root, byId })
    : err(failure('graph/unexpected-shape', 'the mailbox gave no root folder'));
}
