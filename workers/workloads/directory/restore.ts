/**
 * Puts accounts and groups back where they are: facts and managers by an administrator's Directory.ReadWrite.All, members
 * by Group.ReadWrite.All, a group that is gone for good by the app's own Group.Create. Nobody is ever taken out, blocked
 * or unblocked.
 */
import * as v from 'valibot';
import type { GraphClient } from '../../graph/client.ts';
import { failure, type Failure } from '../../kernel/failure.ts';
import { err, ok, type Result } from '../../kernel/result.ts';
import { asShown } from '../as-shown.ts';
import { isGone } from '../is-gone.ts';
import { listIds } from '../list-ids.ts';
import { mayExist } from '../may-exist.ts';
import type { FieldChange, ItemChange, RestorePort, WorkloadDeps } from '../workload.ts';
import { changeOf, readWanted, type Wanted } from './change.ts';
import { rootFolder } from './changes.ts';
import { directoryCall, groupPath, textOf, userPath, writtenGroupFacts } from './facts.ts';
import { findMade, findMadeOf, isMicrosoft365, markOf, nicknameFor } from './find-group.ts';
import { groupsFolder } from './object-row.ts';
import { undoChange } from './undo.ts';
import { addLink, linksIn, writeFields, type Link } from './write.ts';

const withId = v.object({ id: v.string() });

/** `sign-in/interaction-required` where nobody is signed in to the backup app. */
function asAdmin({ asAdmin: client }: WorkloadDeps): Result<GraphClient> {
  if (client) return ok(client);
  const why = 'an administrator has to be signed in to the backup app: its own rights do not reach so far';
  return err(failure('sign-in/interaction-required', why, { retry: 'after-user' }));
}

/** From the deleted items, where Microsoft 365 groups wait for 30 days; else made anew. */
async function bringBack(wanted: Wanted, admin: GraphClient, deps: WorkloadDeps): Promise<Result<string>> {
  const { row } = wanted;
  const kept = `/directory/deletedItems/${encodeURIComponent(row.item)}`;
  const deleted = await deps.graph.get(kept, withId, directoryCall(deps));
  if (!deleted.ok && !isGone(deleted.error)) return deleted;
  if (!deleted.ok) return makeGroup(wanted, deps);
  const call = { ...directoryCall(deps), idempotent: true };
  const restored = await admin.send('POST', `${kept}/restore`, {}, withId, call);
  return restored.ok ? ok(restored.value.id) : restored;
}

async function makeGroup({ row, facts }: Wanted, deps: WorkloadDeps): Promise<Result<string>> {
  const isTeam = isMicrosoft365(facts);
  if (!isTeam && facts['mailEnabled'] === true) {
    return err(failure('graph/bad-request', 'Microsoft Graph makes no distribution lists: Exchange does'));
  }
  const known = writtenGroupFacts.filter((name) => facts[name] !== undefined && name !== 'displayName');
  const nickname = nicknameFor(row, facts);
  const body = {
    ...Object.fromEntries(known.map((name) => [name, facts[name]])),
    displayName: row.name,
    mailNickname: nickname,
    mailEnabled: isTeam,
    securityEnabled: facts['securityEnabled'] === true,
    groupTypes: isTeam ? ['Unified'] : [],
  };
  const made = await deps.graph.send('POST', '/groups', body, withId, directoryCall(deps));
  if (made.ok) return untilThere(made.value.id, deps);
  if (!mayExist(made.error)) return made;
  const found = await findMadeOf(row, facts, deps);
  return found.ok && found.value !== null ? ok(found.value) : made;
}

const longestWaitMs = 256_000;

/** A new group is seen by the directory's other servers after seconds, sometimes minutes. */
async function untilThere(id: string, deps: WorkloadDeps): Promise<Result<string>> {
  for (let waitMs = 1_000; ; waitMs *= 2) {
    const there = await deps.graph.get(`${groupPath(id)}?$select=id`, withId, directoryCall(deps));
    if (there.ok) return ok(id);
    if (!isGone(there.error) || waitMs > longestWaitMs || deps.signal.aborted) return there;
    await deps.clock.sleep(waitMs, deps.signal);
  }
}

/** Where it is, brought back where it was not, and what is still to be changed of it. */
async function locate(wanted: Wanted, change: ItemChange, admin: GraphClient, deps: WorkloadDeps) {
  if (change.id !== null) return ok({ id: change.id, fields: change.fields });
  if (wanted.row.folder !== groupsFolder) return err(userIsGone);
  const back = await bringBack(wanted, admin, deps);
  if (!back.ok) return back;
  const left = await changeOf(wanted, deps);
  return left.ok ? ok({ id: back.value, fields: left.value.fields }) : left;
}

async function put(wanted: Wanted, change: ItemChange, deps: WorkloadDeps) {
  const admin = asAdmin(deps);
  if (!admin.ok) return admin;
  const at = await locate(wanted, change, admin.value, deps);
  if (!at.ok) return at;
  const { id, fields } = at.value;
  if (wanted.facts['onPremisesSyncEnabled'] === true) return ok({ id, losses: fields.map(keptElsewhere) });
  const path = wanted.row.folder === groupsFolder ? groupPath(id) : userPath(id);
  const written = await writeFields(path, fields, admin.value, deps);
  if (!written.ok) return written;
  const losses = await addMissing(path, fields, admin.value, deps);
  return losses.ok ? ok({ id, losses: losses.value }) : losses;
}

/** Gives those who are no longer in the directory. */
async function addMissing(
  path: string,
  fields: readonly FieldChange[],
  admin: GraphClient,
  deps: WorkloadDeps,
): Promise<Result<string[]>> {
  const losses: string[] = [];
  for (const link of linksIn(fields)) {
    const added = await addLink(path, link, admin, deps);
    if (added.ok) continue;
    if (!isGone(added.error)) return added;
    const anew = await addMadeAnew(path, link, admin, deps);
    if (!anew.ok) return anew;
    if (!anew.value) losses.push(`${link.relation}: ${link.id} is not in the directory now`);
  }
  return ok(losses);
}

/** A security group in a group, which a restore has made under another id; false where there is none. */
async function addMadeAnew(
  path: string,
  link: Link,
  admin: GraphClient,
  deps: WorkloadDeps,
): Promise<Result<boolean>> {
  const found = await findMade(markOf(link.id), deps);
  if (!found.ok) return found;
  if (found.value === null) return ok(false);
  const added = await addLink(path, { ...link, id: found.value }, admin, deps);
  return added.ok ? ok(true) : added;
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
    async putItem({ shown }, row, content, deps) {
      const wanted = await readWanted(row, content);
      if (!wanted.ok) return wanted;
      const change = await changeOf(wanted.value, deps);
      if (!change.ok) return change;
      const isShown = shown ? asShown(change.value, shown) : ok();
      if (!isShown.ok) return isShown;
      const isDone = change.value.id !== null && change.value.fields.length === 0;
      const done = isDone
        ? ok({ id: change.value.id ?? '', losses: [] as string[] })
        : await put(wanted.value, change.value, deps);
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
      undo: async (row, restored, change, deps) => {
        const admin = asAdmin(deps);
        return admin.ok ? undoChange({ row, restored, change }, admin.value, deps) : admin;
      },
    },
  };
}
