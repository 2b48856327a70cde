import { beforeEach, describe, expect, it } from 'vitest';
import type { Json } from '../core/clients.ts';
import { amyId, get, lists, newList, newTask, openTenant, refusal, send, tenant } from './todo-world.ts';

beforeEach(openTenant);

/** A whole round; the last link of it. */
async function round(start: string): Promise<{ value: Json[]; delta: string; pages: number }> {
  const value: Json[] = [];
  let page = await get(start);
  for (let pages = 1; ; pages++) {
    value.push(...((page['value'] ?? []) as Json[]));
    const next = page['@odata.nextLink'];
    if (next === undefined) return { value, delta: String(page['@odata.deltaLink']), pages };
    page = await get(String(next));
  }
}

const idOf = (path: string) => path.split('/').at(-1);

describe('lists/delta', () => {
  it('gives all lists, then those that were made, renamed and deleted', async () => {
    const gone = await newList('Gone');
    const first = await round(`${lists}/delta`);
    expect(first.value.map((list) => list['displayName'])).toEqual(['Tasks', 'Flagged Emails', 'Gone']);
    expect((await round(first.delta)).value).toEqual([]);
    await newList('New');
    await send('DELETE', gone);
    expect((await round(first.delta)).value).toMatchObject([
      { displayName: 'New' },
      { id: idOf(gone), '@removed': { reason: 'deleted' } },
    ]);
  });
});

describe('tasks/delta', () => {
  it('gives pages, then what changed in this list, each task once', async () => {
    const list = await newList();
    const paths: string[] = [];
    for (const title of ['a', 'b', 'c']) paths.push(await newTask(list, { title }));
    const [a = '', b = ''] = paths;
    const first = await round(`${list}/tasks/delta?$top=2`);
    expect(first.pages).toBe(2);
    expect(first.value.map((task) => task['title'])).toEqual(['a', 'b', 'c']);
    await send('PATCH', a, { importance: 'high' });
    await send('POST', `${a}/checklistItems`, { displayName: 'Measure' });
    await send('DELETE', b);
    await newTask(await newList(), { title: 'elsewhere' });
    const second = await round(first.delta);
    expect(second.value).toMatchObject([
      { id: idOf(a), title: 'a', importance: 'high' },
      { id: idOf(b), '@removed': { reason: 'deleted' } },
    ]);
    expect((await round(second.delta)).value).toEqual([]);
  });

  it('tells what changes between its pages', async () => {
    const list = await newList();
    const a = await newTask(list, { title: 'a' });
    await newTask(list, { title: 'b' });
    const page = await get(`${list}/tasks/delta?$top=1`);
    await send('PATCH', a, { title: 'changed' });
    const rest = await round(String(page['@odata.nextLink']));
    expect(rest.value.map((task) => task['title'])).toEqual(['b', 'changed']);
  });

  it('keeps its query', async () => {
    const list = await newList();
    const { delta } = await round(`${list}/tasks/delta?$select=title&$expand=checklistItems`);
    await newTask(list, { title: 'a' });
    const [task] = (await round(delta)).value;
    expect(task).toEqual({
      '@odata.etag': expect.any(String),
      id: expect.any(String),
      title: 'a',
      checklistItems: [],
    });
    expect(await refusal(send('GET', `${list}/tasks/delta?$orderby=title`))).toEqual([400, 'invalidRequest']);
  });

  it('takes no token of another list, and none that is forgotten', async () => {
    const [list, other] = [await newList(), await newList()];
    const { delta } = await round(`${list}/tasks/delta`);
    const { searchParams } = new URL(delta);
    const moved = `${other}/tasks/delta?$deltatoken=${searchParams.get('$deltatoken')}`;
    expect(await refusal(send('GET', moved))).toEqual([400, 'SyncStateInvalid']);
    tenant.world.todo.box(amyId()).generation++;
    expect(await refusal(send('GET', delta))).toEqual([410, 'SyncStateNotFound']);
  });
});
