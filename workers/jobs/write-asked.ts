/**
 * Remembers that somebody was sent a link that lets an administrator grant the right to write: it may be followed after
 * nobody waits any more. Kept until it has run out and the directory was read once more after that.
 */
import * as v from 'valibot';
import { patienceMs } from '../access/patience.ts';
import { ok, type Result } from '../kernel/result.ts';
import type { WriteEntry, WriteRecordDeps } from './write-record.ts';

/** A link lets nobody grant for longer. */
export const askingMs = 24 * 60 * 60_000;
/** The clocks of two devices differ, and the directory needs a while to show a grant. */
export const marginMs = patienceMs;

const Asked = v.object({
  tenantId: v.string(),
  clientId: v.string(),
  roles: v.array(v.string()),
  /** Milliseconds since the epoch. */
  since: v.number(),
  until: v.number(),
});
export type Asked = v.InferOutput<typeof Asked>;

const key = (tenantId: string) => `write-asked:${tenantId}`;

export async function readAsked(
  { records }: Pick<WriteRecordDeps, 'records'>,
  tenantId: string,
): Promise<Result<Asked | undefined>> {
  const found = await records.get(key(tenantId));
  if (!found.ok) return found;
  const asked = v.safeParse(Asked, found.value);
  return ok(asked.success ? asked.output : undefined);
}

export async function listAsked({ records }: Pick<WriteRecordDeps, 'records'>): Promise<Result<Asked[]>> {
  const found = await records.list(key(''));
  if (!found.ok) return found;
  return ok(
    found.value.flatMap(([, value]) => {
      const asked = v.safeParse(Asked, value);
      return asked.success ? [asked.output] : [];
    }),
  );
}

/** Beside what an earlier link asks for. */
export async function putAsked(
  { records, clock }: WriteRecordDeps,
  { tenantId, clientId, roles }: WriteEntry,
): Promise<Result<void>> {
  const known = await readAsked({ records }, tenantId);
  if (!known.ok) return known;
  const since = clock.now();
  const all = [...new Set([...(known.value?.roles ?? []), ...roles])];
  return records.put(key(tenantId), { tenantId, clientId, roles: all, since, until: since + askingMs });
}

export const dropAsked = (
  { records }: Pick<WriteRecordDeps, 'records'>,
  tenantId: string,
): Promise<Result<void>> => records.delete(key(tenantId));

/** `absentAt`: when the directory was read and did not have the right, in milliseconds since the epoch. */
export const hasRunOut = ({ until }: Asked, absentAt: number): boolean => absentAt >= until + marginMs;
