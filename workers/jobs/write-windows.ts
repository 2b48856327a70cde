/** What is known of rights to write that are open, or that somebody was asked for. */
import type { WriteWindow } from '../contract/write-rights.ts';
import { ok, type Result } from '../kernel/result.ts';
import { iso } from './backup-run.ts';
import { writeLock, type Locks } from './locks.ts';
import { dropAsked, listAsked, type Asked } from './write-asked.ts';
import { dropWrite, listWrites, newEntry, type WriteEntry, type WriteRecordDeps } from './write-record.ts';

interface WindowDeps extends WriteRecordDeps {
  readonly locks: Locks;
}

/** One whose connection is gone went with the app. */
export async function openWindows(deps: WindowDeps): Promise<Result<WriteWindow[]>> {
  const entries = await listWrites(deps);
  if (!entries.ok) return entries;
  const asked = await listAsked(deps);
  if (!asked.ok) return asked;
  const recorded = new Set(entries.value.map(({ tenantId }) => tenantId));
  const only = asked.value.filter(({ tenantId }) => !recorded.has(tenantId));
  const windows: WriteWindow[] = [];
  for (const entry of [...entries.value, ...only.map(justAsked)]) {
    const { tenantId } = entry;
    const connection = await deps.access.connection(tenantId);
    if (!connection.ok) return connection;
    const until = asked.value.find((one) => one.tenantId === tenantId)?.until;
    if (!connection.value) await forget(deps, tenantId);
    else {
      const inUse = await deps.locks.held(writeLock(tenantId));
      windows.push(windowOf(entry, { tenantName: connection.value.tenantName, until, inUse }));
    }
  }
  return ok(windows);
}

export async function forget(deps: WriteRecordDeps, tenantId: string): Promise<Result<void>> {
  const dropped = await dropWrite(deps, tenantId);
  return dropped.ok ? dropAsked(deps, tenantId) : dropped;
}

/** Somebody may follow the link, and nobody waits for it. */
const justAsked = ({ tenantId, clientId, roles, since }: Asked): WriteEntry => ({
  ...newEntry({ connection: { tenantId, clientId } }, null, roles, since),
  phase: 'asked',
});

interface Around {
  readonly tenantName: string;
  /** Milliseconds since the epoch. */
  readonly until: number | undefined;
  readonly inUse: boolean;
}

const windowOf = (
  { tenantId, roles, plan, openedAt, phase }: WriteEntry,
  { tenantName, until, inUse }: Around,
): WriteWindow => ({
  tenantId,
  tenantName,
  roles,
  plan,
  openedAt: iso(openedAt),
  phase,
  askedUntil: until === undefined ? null : iso(until),
  inUse,
});
