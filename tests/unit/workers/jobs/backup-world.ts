/** A backup job on a repository and a service that are both in memory. */
import type { BackupProgress, BackupReport } from '../../../../workers/contract/jobs.ts';
import { startBackup, type BackupJob } from '../../../../workers/jobs/backup.ts';
import type { BackupDeps } from '../../../../workers/jobs/backup-run.ts';
import { localLocks } from '../../../../workers/jobs/locks.ts';
import { memoryRecords } from '../../../../workers/jobs/records.ts';
import type { Account } from '../../../../workers/repository/model.ts';
import { countingRandom, virtualClock } from './fakes/clock.ts';
import { fakeRepository } from './fakes/repository.ts';
import { fakeService, type FakeItem } from './fakes/workload.ts';

const account = (id: string): Account => ({
  id,
  userPrincipalName: `${id}@contoso.test`,
  displayName: id,
});
export const ann = account('ann');
export const bob = account('bob');

export const item = (id: string, date = '2026-11-20T00:00:00Z', body = `body of ${id}`): FakeItem => ({
  id,
  folder: 'inbox',
  name: id,
  date,
  body,
});

export function setUp() {
  const repository = fakeRepository();
  const service = fakeService();
  const clock = virtualClock();
  const records = memoryRecords();
  const locks = localLocks();
  const deps: BackupDeps = {
    repository,
    workloads: [service.workload],
    // The fake workload never touches the client.
    graph: undefined as unknown as BackupDeps['graph'],
    throttling: { waiting: () => null, observe: () => () => {} },
    clock,
    random: countingRandom(),
    locks,
    records,
    device: 'device',
  };
  const seen: BackupProgress[] = [];
  let job: BackupJob | undefined;
  return {
    repository,
    service,
    clock,
    records,
    locks,
    deps,
    seen,
    control: () => job?.control,
    run: async (...accounts: Account[]) => {
      job = startBackup(deps, accounts, (progress) => seen.push(progress));
      return job.done;
    },
  };
}

export const reportOf = async (
  result: ReturnType<ReturnType<typeof setUp>['run']>,
): Promise<BackupReport> => {
  const value = await result;
  if (!value.ok) throw new Error(`${value.error.code}: ${value.error.detail}`);
  return value.value;
};
