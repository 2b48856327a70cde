/** Single writes to the directory, each safe to repeat. */
import * as v from 'valibot';
import type { GraphClient } from '../../graph/client.ts';
import { ok, type Result } from '../../kernel/result.ts';
import type { FieldChange, WorkloadDeps } from '../workload.ts';
import { isGone } from '../is-gone.ts';
import { directoryCall } from './facts.ts';

export interface Link {
  readonly relation: 'members' | 'owners';
  readonly id: string;
}

export const linksIn = (fields: readonly FieldChange[]): Link[] =>
  (['members', 'owners'] as const).flatMap((relation) => {
    const ids = fields.find(({ field }) => field === relation)?.backup;
    return Array.isArray(ids) ? ids.map((id) => ({ relation, id: String(id) })) : [];
  });

/** Entra knows no link to an object without its whole address. */
const reference = (id: string) => ({
  '@odata.id': `https://graph.microsoft.com/v1.0/directoryObjects/${encodeURIComponent(id)}`,
});

const notFacts = new Set(['members', 'owners', 'manager']);

export const factsIn = (fields: readonly FieldChange[]): FieldChange[] =>
  fields.filter(({ field }) => !notFacts.has(field));
export const managerIn = (fields: readonly FieldChange[]): FieldChange | undefined =>
  fields.find(({ field }) => field === 'manager');

export function writeFacts(
  path: string,
  facts: readonly FieldChange[],
  admin: GraphClient,
  deps: WorkloadDeps,
): Promise<Result<unknown>> {
  const body = Object.fromEntries(facts.map(({ field, backup }) => [field, backup]));
  return admin.send('PATCH', path, body, v.unknown(), { ...directoryCall(deps), idempotent: true });
}

/** Fails with `graph/not-found` where the manager is not in the directory now. */
export async function writeManager(
  path: string,
  { backup }: FieldChange,
  admin: GraphClient,
  deps: WorkloadDeps,
): Promise<Result<unknown>> {
  const call = { ...directoryCall(deps), idempotent: true };
  if (typeof backup === 'string')
    return admin.send('PUT', `${path}/manager/$ref`, reference(backup), v.unknown(), call);
  const gone = await admin.send('DELETE', `${path}/manager/$ref`, undefined, v.unknown(), call);
  return gone.ok || isGone(gone.error) ? ok() : gone;
}

/** Who is in it already is no fault: a lost answer, or somebody was quicker. */
export async function addLink(
  path: string,
  { relation, id }: Link,
  admin: GraphClient,
  deps: WorkloadDeps,
): Promise<Result<'added' | 'there'>> {
  const call = { ...directoryCall(deps), idempotent: true };
  const added = await admin.send('POST', `${path}/${relation}/$ref`, reference(id), v.unknown(), call);
  if (added.ok) return ok('added');
  if (added.error.code !== 'graph/bad-request') return added;
  const there = await admin.get(
    `${path}/${relation}?$select=id&$filter=id eq '${id}'`,
    v.object({ value: v.array(v.object({ id: v.string() })) }),
    directoryCall(deps),
  );
  return there.ok && there.value.value.length > 0 ? ok('there') : added;
}

export async function removeLink(
  path: string,
  { relation, id }: Link,
  admin: GraphClient,
  deps: WorkloadDeps,
): Promise<Result<unknown>> {
  const address = `${path}/${relation}/${encodeURIComponent(id)}/$ref`;
  const gone = await admin.send('DELETE', address, undefined, v.unknown(), directoryCall(deps));
  return gone.ok || isGone(gone.error) ? ok() : gone;
}
