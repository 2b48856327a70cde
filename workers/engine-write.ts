/** `EngineApi`: the right to write that a read-only installation is lent for a restore. */
import { readApprovers } from './access/approvers.ts';
import { rolesToLend, writeRoles } from './access/write-roles.ts';
import type { WriteApi } from './contract/write-rights.ts';
import type { Parts } from './engine.ts';
import { planOf } from './engine-restore.ts';
import { asAdministrator } from './jobs/administrator.ts';
import { iso } from './jobs/backup-run.ts';
import { restoreLock } from './jobs/locks.ts';
import { dropJournal, readJournal } from './jobs/restore-journal.ts';
import { openToWrite } from './jobs/open-to-write.ts';
import type { PreparedRestore } from './jobs/restore-plan.ts';
import { openJournal } from './jobs/restore.ts';
import type { Tenant } from './jobs/tenants.ts';
import { approve, type OwnGrants } from './jobs/write-approval.ts';
import { askingMs } from './jobs/write-asked.ts';
import type { WritePlan } from './jobs/write-record.ts';
import { isGuid } from './kernel/brand.ts';
import { failure } from './kernel/failure.ts';
import { err, ok, type Result } from './kernel/result.ts';

/** `grants`: those made here by links, by app. */
export const writeCalls = (parts: Parts, grants = new Map<string, OwnGrants>()): WriteApi => ({
  writing: () => parts.writes.windows(),

  approvers: (tenantId) =>
    asAdministrator(parts.tenants, { tenantId, interactive: false }, ({ graph }) => readApprovers(graph)),

  writeRequest: async (hash) => {
    const purpose = await purposeOf(parts, hash);
    if (!purpose.ok) return purpose;
    const { connection } = purpose.value.tenant;
    const { tenantId, clientId } = connection;
    const roles = rolesToLend(connection, purpose.value.plan.workload);
    const until = iso(parts.deps.clock.now() + askingMs);
    return ok(roles.length === 0 ? null : { tenantId, clientId, roles, until });
  },

  openWriting: async (hash, way, listener) => {
    const purpose = await purposeOf(parts, hash);
    if (!purpose.ok) return purpose;
    const { tenant, plan, prepared } = purpose.value;
    if (rolesToLend(tenant.connection, plan.workload).length === 0) return ok();
    const { locks, records } = parts.deps;
    return locks.hold(restoreLock(hash), async () => {
      // From here on a tab that dies leaves a restore that can be gone on with, however long an approval takes.
      const known = await readJournal(records, hash);
      const begun = await openJournal(parts.deps, prepared);
      if (!begun.ok) return begun;
      const opened = await parts.writes.open(tenant, plan, way, listener);
      if (!opened.ok && !known.ok) await dropJournal(records, hash);
      return opened;
    });
  },

  cancelWriting: async (hash) => parts.writes.cancel(hash),

  endWriting: (tenantId, interactive, listener) => parts.writes.end(tenantId, interactive, listener),

  approval: async (request, action) => {
    const { tenantId, clientId, roles } = request;
    const isSound = [tenantId, clientId].every(isGuid) && roles.every((one) => writeRoles.includes(one));
    if (!isSound || roles.length === 0)
      return err(failure('input/invalid', 'no request for the right to write'));
    const app = `${tenantId} ${clientId}`;
    const own = grants.get(app) ?? { made: [], unansweredAt: null };
    grants.set(app, own);
    return asAdministrator(parts.tenants, { tenantId, interactive: true }, (person) =>
      approve(person, { request, action, clock: parts.deps.clock, own }),
    );
  },
});

interface Purpose {
  readonly tenant: Tenant;
  readonly plan: WritePlan;
  readonly prepared: PreparedRestore;
}

async function purposeOf(parts: Parts, hash: string): Promise<Result<Purpose>> {
  const prepared = await planOf(parts, hash);
  if (!prepared.ok) return prepared;
  const repository = parts.vault.repository(prepared.value.request.repository);
  if (!repository.ok) return repository;
  const tenant = await openToWrite(parts.tenants, repository.value.head.tenantId);
  if (!tenant.ok) return tenant;
  const plan = { hash, workload: prepared.value.workload.name };
  return ok({ tenant: tenant.value, plan, prepared: prepared.value });
}
