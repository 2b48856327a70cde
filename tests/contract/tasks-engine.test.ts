/** Tasks through the whole engine: backed up, read offline, handed over, lost, put back after a killed tab, taken back. */
import { unzipSync } from 'fflate';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import type { EngineApi } from '../../workers/contract/engine-api.ts';
import { removeTask } from '../tenant/todo/state.ts';
import { engineWorld, idOf, passphrase, prepared, tasksOf, value, type EngineWorld } from './engine-world.ts';

vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

const essence = ({ checklistItems, linkedResources, list, ...task }: ReturnType<typeof tasksOf>[number]) => ({
  ...task,
  list: list.replace(/ \(Restored [^)]*\)$/, ''),
  id: undefined,
  createdDateTime: undefined,
  steps: checklistItems.map(({ displayName, isChecked }) => [displayName, isChecked]),
  links: linkedResources.filter(({ applicationName }) => applicationName !== 'Holdfast'),
});

describe.sequential('tasks in the engine', () => {
  let world: EngineWorld;
  let api: EngineApi;
  let repository: string;
  let ada: string;
  let lost: ReturnType<typeof own>;
  let plan: string;

  const own = () => tasksOf(world, ada).filter(({ isFlag }) => !isFlag);
  const inOrder = (tasks: ReturnType<typeof own>) =>
    tasks.map((task) => JSON.stringify(essence(task))).toSorted();
  const newest = async (): Promise<string> => {
    const snapshots = value(await api.snapshots(repository));
    return snapshots.find(({ account, workload }) => account.id === ada && workload === 'tasks')?.id ?? '';
  };

  beforeAll(async () => {
    world = await engineWorld();
    api = world.api;
    ada = idOf(world, 'ada');
    repository = await prepared(world);
    const report = value(await api.backup(repository, [ada], () => {}));
    expect(report).toMatchObject({ outcome: 'complete', failed: [], unreachable: [], outOfReach: [] });
  });

  it('show what they are in lists and in full', async () => {
    const snapshot = await newest();
    const folders = value(await api.folders(repository, snapshot));
    expect(folders.map(({ name, role }) => [name, role])).toEqual(
      expect.arrayContaining([
        ['To Do', 'root'],
        ['Tasks', 'defaultList'],
        ['Trade fair', null],
      ]),
    );
    const { rows } = value(await api.rows(repository, snapshot, { text: 'stand', limit: 10 }));
    expect(rows).toMatchObject([{ name: 'Book the stand', task: { status: 'inProgress', steps: [1, 3] } }]);
    const found = value(await api.rows(repository, snapshot, { text: 'insurance', limit: 10 })).rows[0];
    const task = value(await api.task(repository, snapshot, found?.item ?? ''));
    expect(task).toMatchObject({
      title: 'Renew the liability insurance',
      note: expect.stringContaining('Policy and form are in the file.'),
      links: [{ address: 'https://trey-insurance.example/renewals' }],
      files: [{ index: 0, name: 'policy-numbers.txt' }],
    });
    expect(task.facts).toEqual(expect.arrayContaining([['Repeats', 'every year']]));
    const file = value(await api.download(repository, snapshot, found?.item ?? '', 0));
    expect([file.name, await file.blob.text()]).toEqual([
      'policy-numbers.txt',
      expect.stringContaining('TI-48-20917'),
    ]);
  });

  it('are handed over as JSON, as text and with their files', async () => {
    const zip = value(await api.exportZip(repository, { snapshots: [await newest()] }, () => {}));
    const names = Object.keys(unzipSync(new Uint8Array(await zip.blob.arrayBuffer())));
    const list = 'ada@contoso.example/tasks/Tasks';
    expect(names).toEqual(
      expect.arrayContaining([
        `${list}/Renew the liability insurance.json`,
        `${list}/Renew the liability insurance.txt`,
        `${list}/Renew the liability insurance – policy-numbers.txt`,
      ]),
    );
    expect(zip.problems.every((problem) => problem.endsWith('skipped flagged-mail'))).toBe(true);
  });

  it('come back into dated lists after the tab was killed in the middle, nothing twice', async () => {
    lost = own();
    for (const { id } of lost) removeTask(world.tenant.world, ada, id);
    expect(own()).toEqual([]);
    const request = { repository, snapshot: await newest(), scope: { kind: 'all' as const } };
    plan = value(await api.planRestore(request)).hash;
    const box = world.tenant.world.todo.box(ada);
    const add = box.addTask;
    let made = 0;
    box.addTask = (...task) => {
      made += 1;
      if (made === 3) world.kill();
      return add(...task);
    };
    void api.restore(plan, () => {});
    await vi.waitFor(() => expect(own().length).toBeGreaterThanOrEqual(3), { timeout: 20_000 });
    api = await world.reload();
    value(await api.unlock(repository, { passphrase }));
    expect(value(await api.unfinishedRestores(repository)).map(({ hash }) => hash)).toEqual([plan]);
    const report = value(await api.restore(plan, () => {}));
    expect(report).toMatchObject({ failed: [], differences: [], left: 0 });
    expect(report.restored + report.alreadyThere).toBe(lost.length);
    expect([report.alreadyThere > 0, report.restored > 0]).toEqual([true, true]);
    expect(inOrder(own())).toEqual(inOrder(lost));
    expect(own().every(({ list }) => / \(Restored \d{4}-/.test(list))).toBe(true);
    expect(world.tenant.world.outbox.sent).toEqual([]);
  });

  it('are taken back with their lists', async () => {
    value(await api.undoRestore(plan));
    expect(own()).toEqual([]);
    const lists = [...world.tenant.world.todo.box(ada).lists.values()].map(({ displayName }) => displayName);
    expect(lists).toEqual(['Tasks', 'Flagged Emails', 'Trade fair']);
  });
});

it('are left out where the app may not read them, and nothing fails for it', async () => {
  const world = await engineWorld();
  const { tenantId, tenantName } = value(await world.api.onboard('read-only', () => {}));
  const made = await world.api.createRepository({
    place: { kind: 'browser', name: tenantName },
    tenantId,
    tenantName,
    passphrase,
  });
  const { repository } = value(made);
  const report = value(await world.api.backup(repository.id, [idOf(world, 'ada')], () => {}));
  expect(report).toMatchObject({ outcome: 'complete', failed: [], unreachable: [] });
  expect(report.outOfReach).toEqual([{ workload: 'tasks', why: 'others', accounts: [idOf(world, 'ada')] }]);
  const snapshots = value(await world.api.snapshots(repository.id));
  expect(snapshots.map(({ workload }) => workload).toSorted()).toEqual(['drive', 'mail']);
});
