/** `EngineApi`: forecast, backup and its controls. */
import type { EngineApi } from './contract/engine-api.ts';
import type { BackupProgress, BackupReport } from './contract/jobs.ts';
import type { Parts } from './engine.ts';
import { admit, leftOut } from './jobs/admission.ts';
import { startBackup } from './jobs/backup.ts';
import type { BackupDeps } from './jobs/backup-run.ts';
import { deviceName } from './jobs/device-name.ts';
import { forecastOf, measureLanes } from './jobs/forecast.ts';
import { interruptedRun } from './jobs/interrupted-run.ts';
import { reachOf } from './jobs/owner.ts';
import { renewBeside } from './jobs/renew.ts';
import type { Listener } from './jobs/reporter.ts';
import { resolveAccounts } from './jobs/resolve-accounts.ts';
import { tenantAccount } from './jobs/tenant-account.ts';
import { failure } from './kernel/failure.ts';
import { err, ok, type Result } from './kernel/result.ts';
import type { Account } from './repository/model.ts';
import type { Repository } from './repository/repository.ts';

type BackupCalls = Pick<EngineApi, 'forecast' | 'backup' | 'control' | 'interrupted'>;

export const backupCalls = (parts: Parts): BackupCalls => ({
  forecast: async (id, accountIds) => {
    const prepared = await prepare(parts, { id, accountIds, isRun: false });
    if (!prepared.ok) return prepared;
    const { deps, accounts } = prepared.value;
    const lanes = await measureLanes(deps, accounts, new AbortController().signal);
    if (!lanes.ok) return lanes;
    parts.forecasts.set(id, lanes.value);
    return ok(forecastOf(accounts, lanes.value, deps.outOfReach));
  },

  backup: (id, accountIds, listener) => backup(parts, { id, accountIds }, listener),

  control: async (id, action) => {
    const job = parts.backups.get(id);
    if (!job) return err(failure('input/invalid', 'no backup is running here'));
    job.control[action]();
    return ok();
  },

  interrupted: (id) => interruptedRun(parts.deps.records, parts.deps.locks, id),
});

async function backup(
  parts: Parts,
  { id, accountIds }: { readonly id: string; readonly accountIds: readonly string[] },
  listener: Listener<BackupProgress>,
): Promise<Result<BackupReport>> {
  const prepared = await prepare(parts, { id, accountIds, isRun: true });
  if (!prepared.ok) return prepared;
  if (parts.backups.has(id)) {
    return err(failure('job/already-running', 'this tab is backing up here', { retry: 'later' }));
  }
  const renewal = renewBeside({ tenants: parts.tenants, locks: parts.deps.locks }, prepared.value.tenantId);
  const job = startBackup(prepared.value.deps, prepared.value.accounts, listener);
  parts.backups.set(id, job);
  try {
    const report = await job.done;
    const unrenewed = await renewal.end();
    return report.ok && unrenewed ? ok({ ...report.value, renewal: unrenewed }) : report;
  } finally {
    parts.backups.delete(id);
    parts.forecasts.delete(id);
  }
}

/** A run takes seats, and waits where somebody has to sign in again; for a forecast that is a failure. */
async function prepare(
  parts: Parts,
  {
    id,
    accountIds,
    isRun,
  }: { readonly id: string; readonly accountIds: readonly string[]; readonly isRun: boolean },
): Promise<Result<{ readonly deps: BackupDeps; readonly accounts: Account[]; readonly tenantId: string }>> {
  const repository = parts.vault.repository(id);
  if (!repository.ok) return repository;
  const { tenantId } = repository.value.head;
  const tenant = await parts.tenants.open(tenantId);
  if (!tenant.ok) return tenant;
  const { graph } = tenant.value;
  const admission = await admit({ ...parts.deps, graph }, tenant.value.connection, accountIds, isRun);
  if (!admission.ok) return admission;
  const { admitted, refused, known } = admission.value;
  if (admitted.length === 0 && refused[0]) return err(refused[0].failure);
  const accounts = await accountsOf(repository.value, admitted, known);
  if (!accounts.ok) return accounts;
  const people = admitted.filter((account) => account !== String(tenantId));
  const reach = await reachOf(parts, tenant.value, people, isRun);
  if (!reach.ok) return reach;
  const device = await deviceName(parts.deps.records, parts.deps.random);
  if (!device.ok) return device;
  const { clock, random, locks, records } = parts.deps;
  const forecast = parts.forecasts.get(id);
  return ok({
    accounts: accounts.value,
    tenantId,
    deps: {
      repository: repository.value,
      ...reach.value,
      graph: isRun ? tenant.value.patientGraph : graph,
      throttling: tenant.value.throttling,
      clock,
      random,
      locks,
      records,
      device: device.value,
      // Only people are refused; what is the tenant's has nothing of theirs to leave out.
      leftOut: leftOut(
        refused,
        reach.value.workloads.flatMap(({ name, ofTenant }) => (ofTenant ? [] : name)),
      ),
      expected: (account, workload) =>
        forecast?.find((lane) => lane.account === account.id && lane.workload === workload),
    },
  });
}

/** People first, the tenant itself last. */
async function accountsOf(
  repository: Repository,
  ids: readonly string[],
  known: readonly Account[],
): Promise<Result<Account[]>> {
  const { tenantId } = repository.head;
  const snapshots = await repository.snapshots();
  if (!snapshots.ok) return snapshots;
  const people = ids.filter((id) => id !== String(tenantId));
  const own = people.length < ids.length ? [tenantAccount(repository.head)] : [];
  return ok([...resolveAccounts(people, known, snapshots.value), ...own]);
}
