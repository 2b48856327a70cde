/**
 * Puts accounts and groups back where they are: facts and managers by an administrator's Directory.ReadWrite.All, members
 * by Group.ReadWrite.All, a group that is gone for good by the app's own Group.Create. Nobody is ever taken out, blocked
 * or unblocked.
 */
import type { GraphClient } from '../../graph/client.ts';
import { failure, type Failure } from '../../kernel/failure.ts';
import { err, ok, type Result } from '../../kernel/result.ts';
import { asShown } from '../as-shown.ts';
import { listIds } from '../list-ids.ts';
import type { FieldChange, RestorePort, WorkloadDeps, WriteLog, Written } from '../workload.ts';
import { bringBack } from './bring-back.ts';
import { changeOf, readWanted, type DirectoryChange, type Wanted } from './change.ts';
import { rootFolder } from './changes.ts';
import { directoryCall, groupPath, textOf, userPath } from './facts.ts';
import { putFields, putLinks, type Writer } from './noted-write.ts';
import { groupsFolder } from './object-row.ts';
import { undoChange } from './undo.ts';

/** `sign-in/interaction-required` where nobody is signed in to the backup app. */
function asAdmin({ asAdmin: client }: WorkloadDeps): Result<GraphClient> {
  if (client) return ok(client);
  const why = 'an administrator has to be signed in to the backup app: its own rights do not reach so far';
  return err(failure('sign-in/interaction-required', why, { retry: 'after-user' }));
}

/** Where it is, brought back where it was not, and what is still to be changed of it. */
async function locate(
  wanted: Wanted,
  change: DirectoryChange,
  writer: Writer,
  deps: WorkloadDeps,
): Promise<Result<DirectoryChange & { readonly id: string }>> {
  if (change.id !== null) return ok({ ...change, id: change.id });
  if (wanted.row.folder !== groupsFolder) return err(userIsGone);
  const back = await bringBack(wanted, writer, deps);
  if (!back.ok) return back;
  const left = await changeOf(wanted, deps);
  return left.ok ? ok({ ...left.value, id: back.value }) : left;
}

async function put(wanted: Wanted, change: DirectoryChange, log: WriteLog, deps: WorkloadDeps) {
  const admin = asAdmin(deps);
  if (!admin.ok) return admin;
  const writer = { admin: admin.value, log };
  const at = await locate(wanted, change, writer, deps);
  if (!at.ok) return at;
  const { id, fields } = at.value;
  if (at.value.isKeptElsewhere) return ok({ id, losses: fields.map(keptElsewhere) });
  const path = wanted.row.folder === groupsFolder ? groupPath(id) : userPath(id);
  const written = await putFields({ id, path }, fields, writer, deps);
  if (!written.ok) return written;
  const linked = await putLinks({ id, path }, fields, writer, deps);
  return linked.ok ? ok({ id, losses: [...written.value, ...linked.value] }) : linked;
}

/** For a restore that nobody will take back. */
function unkeptLog(): WriteLog {
  let written: Written = { id: null, made: 'no', fields: [], links: [] };
  return {
    get written() {
      return written;
    },
    note(now) {
      written = now;
      return Promise.resolve(ok());
    },
  };
}

/** A group made anew is an assigned one: who is in it, its rule no longer says. */
function lostRule({ row, facts }: Wanted, id: string): string[] {
  const rule = row.folder === groupsFolder ? textOf(facts, 'membershipRule') : '';
  return rule === '' || id === row.item ? [] : [`members: set the rule again in Entra: ${rule}`];
}

const keptElsewhere = ({ field }: FieldChange): string =>
  `${field}: kept by the directory on your own premises`;

const userIsGone: Failure = failure(
  'graph/not-found',
  'the account is deleted: bring it back in Entra first, which keeps it for 30 days',
);

export function createDirectoryRestore(): RestorePort {
  /** By id, from putting to comparing. */
  const wantedById = new Map<string, Wanted>();
  return {
    losses: [
      'Members and owners who came since the backup: they stay',
      'Whether an account is blocked, its licences, addresses and password: never changed by a restore',
      'The id of a group that is gone for good: it is made anew under another one',
      'Deleted accounts: Entra keeps them for 30 days and brings them back itself',
    ],
    openTarget: (account) => Promise.resolve(ok({ account, folder: rootFolder })),
    makeFolder: (_target, _parent, folder) => Promise.resolve(ok(folder.id)),
    async putItem({ shown, log = unkeptLog() }, row, content, deps) {
      const wanted = await readWanted(row, content);
      if (!wanted.ok) return wanted;
      const change = await changeOf(wanted.value, deps);
      if (!change.ok) return change;
      const isShown = shown ? asShown(change.value, shown) : ok();
      if (!isShown.ok) return isShown;
      const isDone = change.value.id !== null && change.value.fields.length === 0;
      const done = isDone
        ? ok({ id: change.value.id ?? '', losses: [] as string[] })
        : await put(wanted.value, change.value, log, deps);
      if (!done.ok) return done;
      const { id, losses } = done.value;
      wantedById.set(id, wanted.value);
      return ok({ id, losses: [...losses, ...lostRule(wanted.value, id)], created: !isDone });
    },
    itemsIn: ({ folder }, deps) =>
      listIds(folder === groupsFolder ? '/groups' : '/users', deps.graph, directoryCall(deps)),
    async compare(_target, restored, _row, deps) {
      const wanted = wantedById.get(restored.id);
      wantedById.delete(restored.id);
      if (!wanted) return err(failure('graph/not-found', 'it was not put back just now'));
      const change = await changeOf(wanted, deps);
      return change.ok ? ok(change.value.fields.map(({ field }) => field)) : change;
    },
    removeTarget: () => Promise.resolve(ok()),
    inPlace: {
      async change(row, content, deps) {
        const wanted = await readWanted(row, content);
        return wanted.ok ? changeOf(wanted.value, deps) : wanted;
      },
      undo: async (row, written, change, deps) => {
        const admin = asAdmin(deps);
        return admin.ok ? undoChange({ row, written, change }, admin.value, deps) : admin;
      },
    },
  };
}
