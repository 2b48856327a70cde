/**
 * Remembers on this device that a right to write was lent, from before the first grant until it is proved gone: a tab
 * that is killed in between leaves the record, and the next start tells of it. Holds ids and role names only.
 */
import * as v from 'valibot';
import type { AccessStore } from '../access/access-store.ts';
import type { TokenClaims } from '../access/token-claims.ts';
import { writeRoles } from '../access/write-roles.ts';
import type { Connection } from '../contract/connections.ts';
import type { Clock } from '../kernel/clock.ts';
import { ok, type Result } from '../kernel/result.ts';
import type { Records } from './records.ts';

const Fields = v.object({
  tenantId: v.string(),
  clientId: v.string(),
  /** Hash of the plan it was lent for. */
  plan: v.nullable(v.string()),
  roles: v.array(v.string()),
  /** Milliseconds since the epoch. */
  openedAt: v.number(),
  phase: v.picklist(['asked', 'open', 'removing']),
  /** Those made, as far as the answers arrived; older versions kept the ids alone, each of the entry's one role. */
  assignments: v.array(v.union([v.string(), v.object({ id: v.string(), role: v.string() })])),
  /** When a grant was last tried whose answer has not arrived. */
  unansweredAt: v.optional(v.nullable(v.number()), null),
});
const Entry = v.pipe(
  Fields,
  v.transform(({ assignments, ...entry }) => {
    const [role = ''] = entry.roles;
    return {
      ...entry,
      assignments: assignments.map((one) => (typeof one === 'string' ? { id: one, role } : one)),
    };
  }),
);
export type WriteEntry = v.InferOutput<typeof Entry>;

/** What the right is for. */
export interface WritePlan {
  readonly hash: string;
  readonly workload: string;
}

export interface WriteRecordDeps {
  readonly records: Records;
  readonly access: AccessStore;
  readonly clock: Clock;
}

export const newEntry = (
  { connection: { tenantId, clientId } }: { readonly connection: Pick<Connection, 'tenantId' | 'clientId'> },
  plan: WritePlan | null,
  roles: readonly string[],
  openedAt: number,
): WriteEntry => ({
  tenantId,
  clientId,
  plan: plan?.hash ?? null,
  roles: [...roles],
  openedAt,
  phase: 'open',
  assignments: [],
  unansweredAt: null,
});

const key = (tenantId: string) => `write:${tenantId}`;
const tokenKey = (tenantId: string) => `write-token:${tenantId}`;

export async function readWrite(
  deps: WriteRecordDeps,
  tenantId: string,
): Promise<Result<WriteEntry | undefined>> {
  const adopted = await adoptOld(deps);
  if (!adopted.ok) return adopted;
  const found = await deps.records.get(key(tenantId));
  if (!found.ok) return found;
  const entry = v.safeParse(Entry, found.value);
  return ok(entry.success ? entry.output : undefined);
}

export async function listWrites(deps: WriteRecordDeps): Promise<Result<WriteEntry[]>> {
  const adopted = await adoptOld(deps);
  if (!adopted.ok) return adopted;
  const found = await deps.records.list(key(''));
  if (!found.ok) return found;
  return ok(
    found.value.flatMap(([, value]) => {
      const entry = v.safeParse(Entry, value);
      return entry.success ? [entry.output] : [];
    }),
  );
}

export const putWrite = ({ records }: WriteRecordDeps, entry: WriteEntry): Promise<Result<void>> =>
  records.put(key(entry.tenantId), entry);

/** Only once the right is proved gone. */
export async function dropWrite({ records }: WriteRecordDeps, tenantId: string): Promise<Result<void>> {
  const dropped = await records.delete(key(tenantId));
  return dropped.ok ? records.delete(tokenKey(tenantId)) : dropped;
}

/** Notes when a token ends that carries a right on record, before the token is used. */
export async function noteWriteToken(
  { records }: Pick<WriteRecordDeps, 'records'>,
  { tid, exp, roles }: TokenClaims,
): Promise<void> {
  const found = await records.get(key(tid));
  const entry = v.safeParse(Entry, found.ok ? found.value : undefined);
  if (!entry.success || !entry.output.roles.some((role) => roles.includes(role))) return;
  const last = await lastWriteToken({ records }, tid);
  if (!last.ok || (last.value ?? 0) < exp * 1000) await records.put(tokenKey(tid), exp * 1000);
}

/** When the last token that carries the right ends, in milliseconds since the epoch; null where none was fetched. */
export async function lastWriteToken(
  { records }: Pick<WriteRecordDeps, 'records'>,
  tenantId: string,
): Promise<Result<number | null>> {
  const found = await records.get(tokenKey(tenantId));
  return found.ok ? ok(typeof found.value === 'number' ? found.value : null) : found;
}

/** An installation that may still write since an older version is told of like any other that was left over. */
async function adoptOld(deps: WriteRecordDeps): Promise<Result<void>> {
  const connections = await deps.access.connections();
  if (!connections.ok) return connections;
  for (const { mayStillWrite, ...connection } of connections.value) {
    if (!mayStillWrite) continue;
    const noted = await putWrite(deps, newEntry({ connection }, null, writeRoles, deps.clock.now()));
    const saved = noted.ok ? await deps.access.saveConnection(connection) : noted;
    if (!saved.ok) return saved;
  }
  return ok();
}
