/** A group of the backup, as it is in the directory now: under its own id, or as a restore has made it anew. */
import * as v from 'valibot';
import { ok, type Result } from '../../kernel/result.ts';
import type { Row } from '../../repository/model.ts';
import { isGone } from '../is-gone.ts';
import type { WorkloadDeps } from '../workload.ts';
import { directoryCall, groupPath, idsOf, textOf, type Facts } from './facts.ts';

const withId = v.object({ id: v.string() });
const foundGroup = v.object({
  id: v.string(),
  displayName: v.nullish(v.string()),
  groupTypes: v.nullish(v.array(v.string())),
});
type Found = v.InferOutput<typeof foundGroup>;

export const isMicrosoft365 = (facts: Facts): boolean => idsOf(facts, 'groupTypes').includes('Unified');

/**
 * Names the group that a restore makes. A Microsoft 365 group has its address from it, of which there is one; that of
 * a security group shows nowhere and carries the id of the group it stands for, so that a second try finds it.
 */
export const nicknameFor = (row: Row, facts: Facts): string =>
  isMicrosoft365(facts) ? textOf(facts, 'mailNickname') : markOf(row.item);

export const markOf = (id: string): string => `restored-${id}`;

/** Its id; null where there is none. A deleted group that can be restored is none. */
export async function findGroup(
  { row, facts }: { readonly row: Row; readonly facts: Facts },
  deps: WorkloadDeps,
): Promise<Result<string | null>> {
  const own = await deps.graph.get(`${groupPath(row.item)}?$select=id`, withId, directoryCall(deps));
  if (own.ok) return ok(own.value.id);
  return isGone(own.error) ? findMadeOf(row, facts, deps) : own;
}

/**
 * Others may take a nickname that has become free, and security groups share theirs: of a Microsoft 365 group only one
 * that is called the same is the one of the backup. Nobody is put into a stranger's group.
 */
export const findMadeOf = (row: Row, facts: Facts, deps: WorkloadDeps): Promise<Result<string | null>> =>
  findMade(nicknameFor(row, facts), deps, (group) =>
    isMicrosoft365(facts)
      ? group.displayName === row.name && (group.groupTypes ?? []).includes('Unified')
      : true,
  );

export async function findMade(
  nickname: string,
  deps: WorkloadDeps,
  isIt: (group: Found) => boolean = () => true,
): Promise<Result<string | null>> {
  const filter = encodeURIComponent(`mailNickname eq '${nickname.replaceAll("'", "''")}'`);
  const found = await deps.graph.get(
    `/groups?$filter=${filter}&$select=id,displayName,groupTypes`,
    v.object({ value: v.array(foundGroup) }),
    directoryCall(deps),
  );
  return found.ok ? ok(found.value.value.find(isIt)?.id ?? null) : found;
}
