/** What a restore would change of one account or group, field by field: for the plan, the writing and the way back. */
import { failure } from '../../kernel/failure.ts';
import { err, ok, type Result } from '../../kernel/result.ts';
import type { JsonValue, Row } from '../../repository/model.ts';
import { isEqual } from '../as-shown.ts';
import { isGone } from '../is-gone.ts';
import { findPart, readPart } from '../read-part.ts';
import type { ContentSource, FieldChange, ItemChange, WorkloadDeps } from '../workload.ts';
import { fromUtf8 } from '../../kernel/bytes.ts';
import { idsOf, textOf, writtenGroupFacts, writtenUserFacts, type Facts } from './facts.ts';
import { findGroup } from './find-group.ts';
import { objectRole, readGroup, readUser } from './item.ts';
import { groupsFolder } from './object-row.ts';

export interface Wanted {
  readonly row: Row;
  readonly facts: Facts;
}

export async function readWanted(row: Row, content: ContentSource): Promise<Result<Wanted>> {
  const part = findPart(row, objectRole);
  if (!part.ok) return part;
  const bytes = await readPart(part.value, content);
  if (!bytes.ok) return bytes;
  try {
    return ok({ row, facts: JSON.parse(fromUtf8(bytes.value)) as Facts });
  } catch {
    return err(failure('repository/corrupt', 'the stored object is no JSON'));
  }
}

export interface DirectoryChange extends ItemChange {
  /** By a directory on the customer's own premises, as it is now: nobody may have been so at the backup, or no longer be. */
  readonly isKeptElsewhere: boolean;
}

/** `id`: null where it is not in the directory. */
export const changeOf = (wanted: Wanted, deps: WorkloadDeps): Promise<Result<DirectoryChange>> =>
  wanted.row.folder === groupsFolder ? groupChange(wanted, deps) : userChange(wanted, deps);

const isKeptElsewhere = (now: Facts): boolean => now['onPremisesSyncEnabled'] === true;

async function userChange({ row, facts }: Wanted, deps: WorkloadDeps): Promise<Result<DirectoryChange>> {
  const read = await readUser(row.item, deps);
  if (!read.ok) {
    if (!isGone(read.error)) return read;
    return ok({ id: null, fields: fieldsBetween({}, facts, writtenUserFacts), isKeptElsewhere: false });
  }
  const now = read.value.facts;
  const fields = fieldsBetween(now, facts, [...writtenUserFacts, 'manager']);
  return ok({ id: row.item, fields, isKeptElsewhere: isKeptElsewhere(now) });
}

async function groupChange({ row, facts }: Wanted, deps: WorkloadDeps): Promise<Result<DirectoryChange>> {
  const found = await findGroup({ row, facts }, deps);
  if (!found.ok) return found;
  const id = found.value;
  const read = id === null ? undefined : await readGroup(id, deps);
  if (read && !read.ok) return read;
  const now: Facts = read?.ok ? read.value.facts : {};
  return ok({
    id,
    isKeptElsewhere: isKeptElsewhere(now),
    fields: [
      ...fieldsBetween(now, facts, writtenGroupFacts),
      ...missingFrom(now, facts, 'members'),
      ...missingFrom(now, facts, 'owners'),
    ],
  });
}

const fieldsBetween = (now: Facts, wanted: Facts, names: readonly string[]): FieldChange[] =>
  names.flatMap((field) => {
    const [before, after] = [valueOf(now, field), valueOf(wanted, field)];
    return isEqual(before, after) ? [] : [{ field, now: before, backup: after }];
  });

/** Lists that are empty are not told apart from those that are not there. */
const lists = new Set(['businessPhones', 'otherMails']);
export const valueOf = (facts: Facts, name: string): JsonValue =>
  facts[name] ?? (lists.has(name) ? [] : null);

/** Whoever has come since the backup stays: only those who are missing are named. */
function missingFrom(now: Facts, wanted: Facts, field: 'members' | 'owners'): FieldChange[] {
  if (field === 'members' && textOf(wanted, 'membershipRule') !== '') return [];
  const there = new Set(idsOf(now, field));
  const missing = idsOf(wanted, field).filter((id) => !there.has(id));
  return missing.length === 0 ? [] : [{ field, now: [], backup: missing }];
}
