/** Takes back what a restore has written: to the values before it, and nothing that others have written since. */
import * as v from 'valibot';
import type { GraphClient } from '../../graph/client.ts';
import { failureKind, type Failure } from '../../kernel/failure.ts';
import { err, ok, type Result } from '../../kernel/result.ts';
import type { Row } from '../../repository/model.ts';
import { isEqual } from '../as-shown.ts';
import { isGone } from '../is-gone.ts';
import type { FieldChange, ItemChange, WorkloadDeps, Written } from '../workload.ts';
import { valueOf } from './change.ts';
import { directoryCall, groupPath, idsOf, userPath, type Facts } from './facts.ts';
import { findMade, markOf } from './find-group.ts';
import { readGroup, readUser } from './item.ts';
import { groupsFolder } from './object-row.ts';
import { factsIn, managerIn, removeLink, writeFacts, writeManager } from './write.ts';

interface Undoing {
  readonly row: Pick<Row, 'item' | 'folder'>;
  readonly written: Written;
  readonly change: ItemChange;
}

/** Names what was left alone: fields, or `group`. An account is never deleted. */
export async function undoChange(
  { row, written, change }: Undoing,
  admin: GraphClient,
  deps: WorkloadDeps,
): Promise<Result<string[]>> {
  const isGroup = row.folder === groupsFolder;
  if (isGroup && written.made !== 'no') return undoMade(row.item, written, admin, deps);
  const { id } = written;
  if (id === null) return ok([]);
  const path = isGroup ? groupPath(id) : userPath(id);
  const read = isGroup ? await readGroup(id, deps) : await readUser(id, deps);
  if (!read.ok) return isGone(read.error) ? ok([]) : read;
  const { facts } = read.value;
  const back = change.fields
    .filter((one) => written.fields.includes(one.field) && isAsRestored(facts, one))
    .map(({ field, now, backup }) => ({ field, now: backup, backup: now }));
  const put = await putBack(path, back, admin, deps);
  if (!put.ok && !isGone(put.error)) return put;
  const removed = await removeLinks(path, written, admin, deps);
  if (!removed.ok) return removed;
  const unsure = written.links.filter(({ sure }) => !sure);
  const there = unsure.filter(({ relation, id: who }) => idsOf(facts, relation).includes(who));
  return ok([...new Set(there.map(({ relation }) => relation))]);
}

/** Neither what was there before the restore, which needs no write, nor somebody's newer value. */
const isAsRestored = (facts: Facts, { field, now, backup }: FieldChange): boolean =>
  isEqual(valueOf(facts, field), backup) && !isEqual(now, backup);

/** A Microsoft 365 group goes back to the deleted items. One of which nobody knows who made it stays. */
async function undoMade(
  item: string,
  written: Written,
  admin: GraphClient,
  deps: WorkloadDeps,
): Promise<Result<string[]>> {
  const marked = written.made === 'unsure' ? await findMade(markOf(item), deps) : ok(written.id);
  if (!marked.ok) return marked;
  if (marked.value !== null) {
    const path = groupPath(marked.value);
    const gone = await admin.send('DELETE', path, undefined, v.unknown(), directoryCall(deps));
    return gone.ok || isGone(gone.error) ? ok([]) : gone;
  }
  const removed = written.id === null ? ok() : await removeLinks(groupPath(written.id), written, admin, deps);
  return removed.ok ? ok(['group']) : removed;
}

async function putBack(
  path: string,
  back: readonly FieldChange[],
  admin: GraphClient,
  deps: WorkloadDeps,
): Promise<Result<unknown>> {
  const [facts, manager] = [factsIn(back), managerIn(back)];
  const written = facts.length > 0 ? await writeFacts(path, facts, admin, deps) : ok();
  return written.ok && manager ? writeManager(path, manager, admin, deps) : written;
}

/** Goes on past one who cannot be taken out; that failure comes at the end. */
async function removeLinks(
  path: string,
  { links }: Written,
  admin: GraphClient,
  deps: WorkloadDeps,
): Promise<Result<void>> {
  let refused: Failure | undefined;
  for (const link of links.filter(({ sure }) => sure)) {
    const removed = await removeLink(path, link, admin, deps);
    if (removed.ok) continue;
    if (failureKind(removed.error.code) !== 'graph') return err(removed.error);
    refused ??= removed.error;
  }
  return refused ? err(refused) : ok();
}
