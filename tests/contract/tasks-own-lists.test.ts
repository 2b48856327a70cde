/** Whose a restored list is: one for each in the backup, and an undo takes no other, whatever it is named. */
import { beforeEach, expect, it, vi } from 'vitest';
import { engineWorld, idOf, passphrase, prepared, value, type EngineWorld } from './engine-world.ts';

vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

let world: EngineWorld;
let repository: string;
let ada: string;

const box = () => world.tenant.world.todo.box(ada);
const all = () =>
  [...box().lists.values()].map(({ displayName, tasks }) => [
    displayName,
    [...tasks.values()].map(({ title }) => title),
  ]);

beforeEach(async () => {
  world = await engineWorld();
  ada = idOf(world, 'ada');
  for (const list of box().lists.values()) box().removeList(list);
  repository = await prepared(world);
});

async function plan() {
  value(await world.api.backup(repository, [ada], () => {}));
  const snapshots = value(await world.api.snapshots(repository));
  const found = snapshots.find(({ account, workload }) => account.id === ada && workload === 'tasks');
  return value(
    await world.api.planRestore({ repository, snapshot: found?.id ?? '', scope: { kind: 'all' } }),
  );
}

function addList(name: string, ...titles: string[]) {
  const list = box().addList(name);
  for (const title of titles) box().addTask(list, { title });
}

it('two of one name come back as two, and both are taken back', async () => {
  addList('Home', 'Shelf');
  addList('Home', 'Gutter');
  const before = all();
  const { hash, targetFolder } = await plan();
  expect(value(await world.api.restore(hash, () => {}))).toMatchObject({ restored: 2, failed: [] });
  const restored = all().slice(2);
  expect(restored.map(([name]) => name)).toEqual([`Home (${targetFolder})`, `Home (${targetFolder}) (2)`]);
  expect(restored.map(([, titles]) => String(titles)).toSorted()).toEqual(['Gutter', 'Shelf']);
  expect(value(await world.api.restore(hash, () => {}))).toMatchObject({ restored: 0, alreadyThere: 2 });
  expect(all()).toHaveLength(4);
  value(await world.api.undoRestore(hash));
  expect(all()).toEqual(before);
});

it('a list that was not made by this restore is neither filled nor taken back', async () => {
  addList('Home', 'Shelf');
  const { hash, targetFolder } = await plan();
  addList(`Renovation (${targetFolder})`, 'Roof');
  addList(`Home (${targetFolder})`, 'By another device');
  addList(`Home (${targetFolder}) (2)`);
  const before = all();
  value(await world.api.restore(hash, () => {}));
  expect(all()).toEqual([...before, [`Home (${targetFolder}) (3)`, ['Shelf']]]);
  value(await world.api.undoRestore(hash));
  expect(all()).toEqual(before);
});

it.each(['continued', 'undone'])('one whose id was never heard is found where it is %s', async (next) => {
  addList('Home', 'Shelf');
  const { hash, targetFolder } = await plan();
  addList(`Home (${targetFolder})`, 'By another device');
  const before = all();
  const { addList: add } = box();
  box().addList = (...list) => {
    world.kill();
    return add(...list);
  };
  void world.api.restore(hash, () => {});
  await vi.waitFor(() => expect(all()).toHaveLength(before.length + 1), { timeout: 20_000, interval: 5 });
  box().addList = add;
  world.api = await world.reload();
  value(await world.api.unlock(repository, { passphrase }));
  if (next === 'continued') {
    expect(value(await world.api.restore(hash, () => {}))).toMatchObject({ restored: 1, failed: [] });
    expect(all()).toEqual([...before, [`Home (${targetFolder}) (2)`, ['Shelf']]]);
  }
  value(await world.api.undoRestore(hash));
  expect(all()).toEqual(before);
});
