/** One account or group, read whole: its facts, and its manager, or its members and owners. */
import * as v from 'valibot';
import { utf8 } from '../../kernel/bytes.ts';
import { ok, type Result } from '../../kernel/result.ts';
import type { Row } from '../../repository/model.ts';
import { isGone } from '../is-gone.ts';
import { listIds } from '../list-ids.ts';
import { findPart } from '../read-part.ts';
import type { ContentSink, ContentSource, FetchOutcome, WorkloadDeps } from '../workload.ts';
import {
  canonical,
  directoryCall,
  entitySchema,
  factsOfGroup,
  factsOfUser,
  groupPath,
  groupSelect,
  userPath,
  userSelect,
  type Facts,
} from './facts.ts';
import { groupLinks, groupsFolder, pendingRow, printOfIds, usersFolder } from './object-row.ts';

export const objectRole = 'object';

export async function fetchObject(row: Row, sink: ContentSink, deps: WorkloadDeps): Promise<FetchOutcome> {
  const read = row.folder === groupsFolder ? await readGroup(row.item, deps) : await readUser(row.item, deps);
  if (!read.ok) {
    return isGone(read.error) ? { kind: 'vanished' } : { kind: 'failed', failure: read.error };
  }
  const part = await sink.store(objectRole, utf8(canonical(read.value.facts)));
  if (!part.ok) return { kind: 'failed', failure: part.error };
  return { kind: 'stored', row: { ...read.value.row, state: 'stored', parts: [part.value] } };
}

interface Read {
  readonly facts: Facts;
  /** As a listing would have it now. */
  readonly row: Row;
}

export async function readUser(id: string, deps: WorkloadDeps): Promise<Result<Read>> {
  const schema = v.looseObject({
    ...entitySchema.entries,
    manager: v.nullish(v.object({ id: v.string() })),
  });
  const path = `${userPath(id)}?$select=${userSelect}&$expand=manager($select=id)`;
  const user = await deps.graph.get(path, schema, directoryCall(deps));
  if (!user.ok) return user;
  const facts = factsOfUser(user.value);
  const manager = user.value.manager?.id ?? '';
  return ok({
    facts: manager ? { ...facts, manager } : facts,
    row: pendingRow(usersFolder, facts, manager),
  });
}

export async function readGroup(id: string, deps: WorkloadDeps): Promise<Result<Read>> {
  const path = `${groupPath(id)}?$select=${groupSelect}`;
  const group = await deps.graph.get(path, entitySchema, directoryCall(deps));
  if (!group.ok) return group;
  const members = await listIds(`${groupPath(id)}/members`, deps.graph, directoryCall(deps));
  if (!members.ok) return members;
  const owners = await listIds(`${groupPath(id)}/owners`, deps.graph, directoryCall(deps));
  if (!owners.ok) return owners;
  const facts = factsOfGroup(group.value);
  return ok({
    facts: { ...facts, members: [...members.value].toSorted(), owners: [...owners.value].toSorted() },
    row: pendingRow(groupsFolder, facts, groupLinks(printOfIds(members.value), printOfIds(owners.value))),
  });
}

export async function* originalObject(
  row: Row,
  content: ContentSource,
): AsyncGenerator<Result<Uint8Array>, void> {
  const part = findPart(row, objectRole);
  if (part.ok) yield* content.read(part.value);
  else yield part;
}
