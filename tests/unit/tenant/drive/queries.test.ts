import { beforeEach, expect, test } from 'vitest';
import { createDriveWorld } from './drive-world.ts';

let tenant: ReturnType<typeof createDriveWorld>;
let drive: string;
const put = (path: string) => tenant.world.drives.put(drive, path, new TextEncoder().encode(path));
const call = (...args: Parameters<typeof tenant.call>) => tenant.call(...args);

beforeEach(() => {
  tenant = createDriveWorld();
  drive = tenant.adaDrive;
  put('/a.txt');
  put('/Folder/b.txt');
});

test.each([
  '?$select=id,nonsense',
  '/root?$select=nonsense',
  '/root?$expand=nonsense',
  '/root/children?$select=nonsense',
  '/root/delta?$select=nonsense',
  "/root/children?$filter=nonsense eq 'x'",
])('%s is refused', async (query) => {
  const { status, body } = await call('GET', `/drives/${drive}${query}`);
  expect([status, body.error.code]).toEqual([400, 'BadRequest']);
});

test('a drive and the children of an expanded item give what was selected', async () => {
  const one = await call('GET', `/drives/${drive}?$select=id,quota`);
  expect(Object.keys(one.body).sort()).toEqual(['@odata.context', 'id', 'quota']);
  const root = await call('GET', `/drives/${drive}/root?$select=id&$expand=children($select=id,name)`);
  const children = root.body['children'] as Record<string, unknown>[];
  expect(children.map((child) => Object.keys(child))).toEqual([
    ['id', 'name'],
    ['id', 'name'],
  ]);
});

test('children are filtered, and a drive is searched', async () => {
  const found = await call('GET', `/drives/${drive}/root/children?$filter=name eq 'A.txt'`);
  expect(found.body.value.map(({ name }) => name)).toEqual(['a.txt']);
  const hits = await call('GET', `/drives/${drive}/search(q='b')`);
  expect(hits.body.value.map(({ name }) => name)).toEqual(['b.txt']);
});

test('what a search found comes in pages as large as asked for', async () => {
  for (const name of ['q1', 'q2', 'q3']) put(`/Folder/${name}`);
  const names: string[][] = [];
  for (let path = `/drives/${drive}/root/search(q='q')?$top=2`; path !== '';) {
    const { body } = await call('GET', path);
    names.push(body.value.map(({ name }) => String(name)));
    path = String(body['@odata.nextLink'] ?? '').replace(/^.*\/v1\.0/, '');
  }
  expect(names).toEqual([['q1', 'q2'], ['q3']]);
});

test('what no item has is refused, and the root stays where it is', async () => {
  const id = put('/c.txt');
  const patch = (path: string, body: unknown) => call('PATCH', `/drives/${drive}/${path}`, { body });
  for (const body of [{ nonsense: 1 }, { name: 5 }]) {
    const refused = await patch(`items/${id}`, body);
    expect([refused.status, refused.body.error.code]).toEqual([400, 'invalidRequest']);
  }
  expect((await patch('root', { name: 'x' })).status).toBe(400);
});

test('an item the client knows already is not sent again', async () => {
  const id = put('/d.txt');
  const { body } = await call('GET', `/drives/${drive}/items/${id}`);
  const headers = { 'If-None-Match': String(body['eTag']) };
  expect((await call('GET', `/drives/${drive}/items/${id}`, { headers })).status).toBe(304);
});
