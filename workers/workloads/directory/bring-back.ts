/** A group that is not there: from the deleted items, where Microsoft 365 groups wait for 30 days; else made anew. */
import * as v from 'valibot';
import { failure } from '../../kernel/failure.ts';
import { err, ok, type Result } from '../../kernel/result.ts';
import { isGone } from '../is-gone.ts';
import { mayExist } from '../may-exist.ts';
import type { WorkloadDeps, Written } from '../workload.ts';
import type { Wanted } from './change.ts';
import { directoryCall, groupPath, writtenGroupFacts } from './facts.ts';
import { findMadeOf, isMicrosoft365, nicknameFor } from './find-group.ts';
import { noted, type Writer } from './noted-write.ts';

const withId = v.object({ id: v.string() });

type Back = Pick<Written, 'made'> & { readonly id: string };

/** Its id. */
export async function bringBack(wanted: Wanted, writer: Writer, deps: WorkloadDeps): Promise<Result<string>> {
  const { log } = writer;
  const { row } = wanted;
  const kept = `/directory/deletedItems/${encodeURIComponent(row.item)}`;
  const deleted = await deps.graph.get(kept, withId, directoryCall(deps));
  if (!deleted.ok && !isGone(deleted.error)) return deleted;
  const before: Written = { ...log.written, made: 'no' };
  const back = await noted(log, { before, about: { ...before, made: 'unsure' } }, () =>
    deleted.ok ? fromDeleted(kept, writer, deps) : makeGroup(wanted, deps),
  );
  if (!back.ok) return back;
  const known = await log.note({ ...before, ...back.value });
  if (!known.ok) return known;
  return deleted.ok ? ok(back.value.id) : untilThere(back.value.id, deps);
}

async function fromDeleted(kept: string, { admin }: Writer, deps: WorkloadDeps): Promise<Result<Back>> {
  const call = { ...directoryCall(deps), idempotent: true };
  const restored = await admin.send('POST', `${kept}/restore`, {}, withId, call);
  return restored.ok ? ok({ id: restored.value.id, made: 'yes' }) : restored;
}

async function makeGroup({ row, facts }: Wanted, deps: WorkloadDeps): Promise<Result<Back>> {
  const isTeam = isMicrosoft365(facts);
  if (!isTeam && facts['mailEnabled'] === true) {
    return err(failure('graph/bad-request', 'Microsoft Graph makes no distribution lists: Exchange does'));
  }
  const known = writtenGroupFacts.filter((name) => facts[name] !== undefined && name !== 'displayName');
  const body = {
    ...Object.fromEntries(known.map((name) => [name, facts[name]])),
    displayName: row.name,
    mailNickname: nicknameFor(row, facts),
    mailEnabled: isTeam,
    securityEnabled: facts['securityEnabled'] === true,
    groupTypes: isTeam ? ['Unified'] : [],
  };
  const made = await deps.graph.send('POST', '/groups', body, withId, directoryCall(deps));
  if (made.ok) return ok({ id: made.value.id, made: 'yes' });
  if (!mayExist(made.error)) return made;
  const found = await findMadeOf(row, facts, deps);
  if (!found.ok || found.value === null) return made;
  // A security group carries our mark; one of Microsoft 365 that is called the same may be somebody else's.
  return ok({ id: found.value, made: isTeam ? 'unsure' : 'yes' });
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
