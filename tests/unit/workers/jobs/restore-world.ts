/** One account whose mailbox has been backed up, and a target to restore it to. */
import type { RestoreProgress, RestoreRequest } from '../../../../workers/contract/jobs.ts';
import { localLocks } from '../../../../workers/jobs/locks.ts';
import { memoryRecords } from '../../../../workers/jobs/records.ts';
import { prepareRestore } from '../../../../workers/jobs/restore-plan.ts';
import type { RestoreDeps } from '../../../../workers/jobs/restore-run.ts';
import { startRestore, type RestoreJob } from '../../../../workers/jobs/restore.ts';
import { utf8 } from '../../../../workers/kernel/bytes.ts';
import { type Result } from '../../../../workers/kernel/result.ts';
import type { Folder, Row } from '../../../../workers/repository/model.ts';
import { virtualClock } from './fakes/clock.ts';
import { fakeRepository } from './fakes/repository.ts';
import { fakeTarget } from './fakes/target.ts';
import { fakeService, rowOf } from './fakes/workload.ts';

const folders: Folder[] = [
  { id: 'top', name: 'Top of Information Store', role: 'msgfolderroot' },
  { id: 'inbox', parent: 'top', name: 'Inbox', role: 'inbox' },
  { id: 'junk', parent: 'top', name: 'Junk', role: 'junkemail' },
  { id: 'sub', parent: 'inbox', name: 'Projects' },
  { id: 'empty', parent: 'sub', name: 'Empty' },
];

export const value = <T>(result: Result<T>): T => {
  if (!result.ok) throw new Error(`${result.error.code}: ${result.error.detail}`);
  return result.value;
};

export async function setUp(more: readonly string[] = []) {
  const repository = fakeRepository();
  const target = fakeTarget();
  const { workload } = fakeService('mail', target.port);
  const writer = value(
    await repository.begin({
      account: { id: 'ann', userPrincipalName: 'ann@contoso.test', displayName: 'Ann' },
      workload: 'mail',
      run: 'run',
      device: 'device',
      startedAt: '2026-11-23T12:00:00Z',
    }),
  );
  const add = async (id: string, folder: string, state: Row['state'] = 'stored') => {
    const row = rowOf({ id, folder, name: `mail ${id}`, date: '2026-11-20T00:00:00Z', body: id });
    const parts =
      state === 'stored' ? [value(await writer.sink.store('content', utf8(`content ${id}`)))] : [];
    writer.apply({ rows: [{ ...row, state, parts }] });
  };
  writer.apply({ folders });
  await add('a', 'inbox');
  await add('b', 'sub');
  await add('c', 'sub');
  await add('owed', 'sub', 'pending');
  for (const id of more) await add(id, 'sub');
  const snapshot = value(await writer.commit('complete')).id;
  const deps: RestoreDeps = {
    repository,
    graph: undefined as unknown as RestoreDeps['graph'],
    throttling: { waiting: () => null, observe: () => () => {} },
    clock: virtualClock(),
    records: memoryRecords(),
    locks: localLocks(),
  };
  const seen: RestoreProgress[] = [];
  let job: RestoreJob | undefined;
  const prepare = async (scope: RestoreRequest['scope'], name = 'Restored 2026-11-23 14.05') =>
    value(
      await prepareRestore(
        { repository, workloads: [workload] },
        { repository: repository.head.id, snapshot, scope },
        name,
      ),
    );
  return {
    target,
    deps,
    workload,
    seen,
    prepare,
    control: () => job?.control,
    run: async (scope: RestoreRequest['scope'] = { kind: 'all' }) => {
      job = startRestore(deps, await prepare(scope), (progress) => seen.push(progress));
      return job.done;
    },
  };
}
