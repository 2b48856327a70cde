/** Takes back what a restore has changed: the values before it, and nothing that others have changed since. */
import * as v from 'valibot';
import type { GraphClient } from '../../graph/client.ts';
import { ok, type Result } from '../../kernel/result.ts';
import type { Row } from '../../repository/model.ts';
import { isEqual } from '../as-shown.ts';
import { isGone } from '../is-gone.ts';
import type { FieldChange, ItemChange, WorkloadDeps } from '../workload.ts';
import { valueOf } from './change.ts';
import { directoryCall, groupPath, userPath } from './facts.ts';
import { readGroup, readUser } from './item.ts';
import { groupsFolder } from './object-row.ts';
import { linksIn, removeLink, writeFields } from './write.ts';

interface Undoing {
  readonly row: Pick<Row, 'folder'>;
  /** Id of what was restored. */
  readonly restored: string;
  readonly change: ItemChange;
}

export async function undoChange(
  { row, restored, change }: Undoing,
  admin: GraphClient,
  deps: WorkloadDeps,
): Promise<Result<void>> {
  const isGroup = row.folder === groupsFolder;
  const path = isGroup ? groupPath(restored) : userPath(restored);
  if (change.id === null) {
    // It was not there: a Microsoft 365 group goes back to the deleted items.
    const gone = await admin.send('DELETE', path, undefined, v.unknown(), directoryCall(deps));
    return gone.ok || isGone(gone.error) ? ok() : gone;
  }
  const read = isGroup ? await readGroup(restored, deps) : await readUser(restored, deps);
  if (!read.ok) return isGone(read.error) ? ok() : read;
  const { facts } = read.value;
  // Neither what the restore wrote nor what was there before it: somebody's newer value.
  const isNewer = ({ field, now, backup }: FieldChange) =>
    ![now, backup].some((known) => isEqual(valueOf(facts, field), known));
  const back = change.fields
    .filter((one) => !isNewer(one))
    .map(({ field, now, backup }) => ({ field, now: backup, backup: now }));
  const written = await writeFields(path, back, admin, deps);
  if (!written.ok) return isGone(written.error) ? ok() : written;
  for (const link of linksIn(change.fields)) {
    const removed = await removeLink(path, link, admin, deps);
    if (!removed.ok) return removed;
  }
  return ok();
}
