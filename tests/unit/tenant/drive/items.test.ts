import { beforeEach, expect, test } from 'vitest';
import { createDriveWorld } from './drive-world.ts';

let tenant: ReturnType<typeof createDriveWorld>;
let drive: string;
const bytes = (text: string) => new TextEncoder().encode(text);
const put = (path: string, text = path) => tenant.world.drives.put(drive, path, bytes(text));
const call = (...args: Parameters<typeof tenant.call>) => tenant.call(...args);
const paths = () => tenant.world.drives.state(drive).items.map(({ path }) => path);

beforeEach(() => {
  tenant = createDriveWorld();
  drive = tenant.adaDrive;
});

test('a drive has the ids, owner and quota that clients cut up', async () => {
  put('/a.txt', '12345');
  const { body } = await call('GET', `/users/ADA@contoso.example/drive`);
  expect(body.id).toMatch(/^b![A-Za-z0-9_-]{64}$/);
  expect(body).toMatchObject({
    driveType: 'business',
    owner: { user: { id: tenant.ada.id, displayName: 'Ada Byron' } },
    quota: { used: 5, deleted: 0, total: 1024 ** 4, remaining: 1024 ** 4 - 5, state: 'normal' },
    webUrl: 'https://contoso-my.sharepoint.com/personal/ada_contoso_example/Documents',
  });
  expect((await call('GET', `/users/${tenant.ada.id}/drives`)).body.value).toHaveLength(1);
});

test('who has no OneDrive, who is nobody, and which drive is none', async () => {
  const bao = await call('GET', `/users/${tenant.bao.id}/drive/root`);
  expect([bao.status, bao.body.error.code, bao.body.error.message]).toEqual([
    404,
    'ResourceNotFound',
    "User's mysite not found.",
  ]);
  const nobody = await call('GET', `/users/nobody@contoso.example/drive`);
  expect([nobody.status, nobody.body.error.code]).toEqual([404, 'Request_ResourceNotFound']);
  expect((await call('GET', `/drives/b!AAAA/root`)).status).toBe(404);
  expect((await call('GET', `/drives/garbage/root`)).body.error.code).toBe('invalidRequest');
});

test('every way to name an item leads to it', async () => {
  const id = put('/Berichte 2026/100% #1 & so.txt');
  const parent = (await call('GET', `/drives/${drive}/items/${id}`)).body['parentReference'] as {
    id: string;
  };
  const encoded = 'Berichte%202026/100%25%20%231%20%26%20so.txt';
  const ways = [
    `/drives/${drive}/items/${id}`,
    `/drives/${drive}/root:/${encoded}`,
    `/drives/${drive}/root:/${encoded}:`,
    `/drives/${drive}/root:/${encoded}:/`,
    `/drives/${drive}/items/root:/${encoded.toUpperCase().replace('%20', '%20')}:`,
    `/drives/${drive}/items/${parent.id}:/100%25%20%231%20%26%20so.txt`,
    `/users/ada@contoso.example/drive/root:/${encoded}`,
    `/users/ada@contoso.example/drives/${drive}/items/${id}`,
  ];
  for (const way of ways) expect((await call('GET', way)).body.id, way).toBe(id);
  const missing = await call('GET', `/drives/${drive}/root:/Berichte%202026/none.txt`);
  expect([missing.status, missing.body.error.code]).toEqual([404, 'itemNotFound']);
  expect((await call('GET', `/drives/${drive}/items/${id}/nonsense`)).status).toBe(400);
});

test('an item carries ids, tags, dates and the download address, which has to be selected by name', async () => {
  const id = put('/a.txt');
  const { body } = await call('GET', `/drives/${drive}/items/${id}`);
  expect(body.id).toMatch(/^01[A-Z2-7]{32}$/);
  const unique = /^"\{([0-9A-F-]{36})\},1"$/.exec(String(body['eTag']))?.[1];
  expect(body['cTag']).toBe(`"c:{${unique}},1"`);
  expect(body).toMatchObject({
    createdDateTime: '2026-11-23T10:00:00Z',
    fileSystemInfo: { createdDateTime: '2026-11-23T10:00:00Z', lastModifiedDateTime: '2026-11-23T10:00:00Z' },
    parentReference: { driveId: drive, driveType: 'business', path: `/drives/${drive}/root:`, name: 'root' },
  });
  const select = async (names: string) =>
    Object.keys((await call('GET', `/drives/${drive}/items/${id}?$select=${names}`)).body).sort();
  expect(await select('id,name')).toEqual(['@odata.context', 'id', 'name']);
  expect(await select('id,@microsoft.graph.downloadUrl')).toContain('@microsoft.graph.downloadUrl');
  expect(await select('id,content.downloadUrl')).toContain('@microsoft.graph.downloadUrl');
});

test('the id of every root ends alike, its JSON has no path', async () => {
  const { body } = await call('GET', `/drives/${drive}/root`);
  expect(body.id).toMatch(/^01.{7}6Y2GOVW7725BZO354PWSELRRZ$/);
  expect(body).toMatchObject({ name: 'root', root: {}, folder: { childCount: 0 } });
  expect(body['parentReference']).toEqual({ driveId: drive, driveType: 'business' });
});

test('children come in pages, in the order asked for', async () => {
  for (const name of ['c.txt', 'a.txt', 'B.txt']) put(`/${name}`, name.repeat(name === 'a.txt' ? 9 : 1));
  put('/folder/x.txt');
  const list = async (query: string) => {
    const names: string[] = [];
    let next = `/drives/${drive}/root/children?${query}`;
    while (next) {
      const { body } = await call('GET', next);
      names.push(...body.value.map(({ name }) => name));
      next = body['@odata.nextLink']?.split('/v1.0')[1] ?? '';
    }
    return names;
  };
  expect(await list('')).toEqual(['folder', 'a.txt', 'B.txt', 'c.txt']);
  expect(await list('$top=1&$select=id,name')).toEqual(['folder', 'a.txt', 'B.txt', 'c.txt']);
  expect(await list('$top=3&$orderby=size desc')).toEqual(['a.txt', 'folder', 'B.txt', 'c.txt']);
  expect((await call('GET', `/drives/${drive}/root/children?$top=0`)).status).toBe(400);
});

test('creating a folder honours conflictBehavior, in both spellings', async () => {
  const create = (name: string, annotation = {}) =>
    call('POST', `/drives/${drive}/root/children`, { body: { name, folder: {}, ...annotation } });
  const first = await create('New');
  expect(first.status).toBe(201);
  const taken = await create('NEW', { '@name.conflictBehavior': 'fail' });
  expect([taken.status, taken.body.error.code]).toEqual([409, 'nameAlreadyExists']);
  expect((await create('new', { '@microsoft.graph.conflictBehavior': 'rename' })).body.name).toBe('new 1');
  expect((await create('New', { '@microsoft.graph.conflictBehavior': 'replace' })).body.id).toBe(
    first.body.id,
  );
});

test.each([
  ['a:b', 'invalidPath'],
  ['con', 'invalidPath'],
  [' lead', 'invalidPath'],
  ['dot.', 'invalidPath'],
  ['~$lock.docx', 'invalidPath'],
  ['x'.repeat(256), 'invalidPath'],
])('the name %j is refused', async (name, inner) => {
  const { status, body } = await call('POST', `/drives/${drive}/root/children`, {
    body: { name, folder: {} },
  });
  expect([status, body.error.code, body.error.innerError.code]).toEqual([400, 'invalidRequest', inner]);
});

test('a path of more than 400 characters is refused', async () => {
  const deep = Array.from({ length: 9 }, () => 'x'.repeat(48)).join('/');
  const { status, body } = await call('PUT', `/drives/${drive}/root:/${deep}/f.txt:/content`, { body: 'x' });
  expect([status, body.error.innerError.code]).toEqual([400, 'pathIsTooLong']);
});

test('moving and renaming keep the id and raise the tags', async () => {
  const id = put('/from/a.txt');
  put('/to/keep.txt');
  const before = (await call('GET', `/drives/${drive}/items/${id}`)).body;
  const to = (await call('GET', `/drives/${drive}/root:/to`)).body.id;
  const body = {
    name: 'b.txt',
    parentReference: { id: to },
    fileSystemInfo: { lastModifiedDateTime: '2001-02-03T04:05:06.789Z' },
  };
  const moved = await call('PATCH', `/drives/${drive}/items/${id}`, { body });
  expect(moved.body).toMatchObject({ id, name: 'b.txt', lastModifiedDateTime: '2001-02-03T04:05:06Z' });
  expect(moved.body['eTag']).not.toBe(before['eTag']);
  expect(paths()).toEqual(['/from', '/to', '/to/keep.txt', '/to/b.txt']);
});

test('a folder cannot go into itself, nor an item onto another name', async () => {
  put('/a/b/c.txt');
  const [a, b] = [
    await call('GET', `/drives/${drive}/root:/a`),
    await call('GET', `/drives/${drive}/root:/a/b`),
  ];
  const into = { parentReference: { id: b.body.id } };
  expect((await call('PATCH', `/drives/${drive}/items/${a.body.id}`, { body: into })).status).toBe(400);
  expect((await call('PATCH', `/drives/${drive}/root:/a`, { body: { name: 'A' } })).body.name).toBe('A');
  put('/other.txt');
  expect((await call('PATCH', `/drives/${drive}/root:/other.txt`, { body: { name: 'a' } })).status).toBe(409);
});

test('deleting takes what is below, and If-Match guards it', async () => {
  const id = put('/a/b.txt');
  const { body } = await call('GET', `/drives/${drive}/items/${id}`);
  const stale = await call('DELETE', `/drives/${drive}/items/${id}`, { headers: { 'if-match': '"{X},9"' } });
  expect([stale.status, stale.body.error.code]).toEqual([412, 'resourceModified']);
  const headers = { 'if-match': String(body['eTag']) };
  expect((await call('DELETE', `/drives/${drive}/items/${id}`, { headers })).status).toBe(204);
  put('/a/c/d.txt');
  expect((await call('DELETE', `/drives/${drive}/root:/a`)).status).toBe(204);
  expect(paths()).toEqual([]);
  expect((await call('GET', `/users/${tenant.ada.id}/drive`)).body).toMatchObject({
    quota: { used: 0, deleted: 18 },
  });
});

test('a copy is a new item that its monitor names, and fails there', async () => {
  put('/a/x.txt', 'content');
  const a = (await call('GET', `/drives/${drive}/root:/a`)).body.id;
  const started = await call('POST', `/drives/${drive}/items/${a}/copy`, { body: { name: 'b' } });
  expect(started.status).toBe(202);
  const done = await call('GET', started.headers.get('location') ?? '');
  expect(done.body).toMatchObject({ status: 'completed', percentageComplete: 100 });
  expect(done.body['resourceId']).toBe((await call('GET', `/drives/${drive}/root:/b`)).body.id);
  expect(paths()).toEqual(['/a', '/a/x.txt', '/b', '/b/x.txt']);
  const again = await call('POST', `/drives/${drive}/items/${a}/copy`, { body: { name: 'b' } });
  const failed = await call('GET', again.headers.get('location') ?? '');
  expect(failed.body).toMatchObject({ status: 'failed', error: { code: 'nameAlreadyExists' } });
});

test('search finds by name', async () => {
  put('/a/Invoice 7.pdf');
  put("/a/it's.txt");
  const found = await call('GET', `/drives/${drive}/root/search(q='invoice')`);
  expect(found.body.value.map(({ name }) => name)).toEqual(['Invoice 7.pdf']);
  const quoted = await call('GET', `/drives/${drive}/root/search(q='it''s')`);
  expect(quoted.body.value.map(({ name }) => name)).toEqual(["it's.txt"]);
});

test('notebooks, shortcuts, malware and locks show as in the real service', async () => {
  const { drives } = tenant.world;
  const notebook = drives.putFolder(drive, '/Notes');
  drives.mark(drive, notebook, { package: 'oneNote' });
  const { body } = await call('GET', `/drives/${drive}/items/${notebook}`);
  expect(body).toMatchObject({ package: { type: 'oneNote' } });
  expect(body).not.toHaveProperty('folder');
  expect(body).not.toHaveProperty('file');

  const shortcut = drives.putFolder(drive, '/Shared with me');
  drives.mark(drive, shortcut, {
    remoteItem: { id: '01X', driveId: 'b!Y', name: 'Team', size: 7, folder: true },
  });
  const remote = (await call('GET', `/drives/${drive}/items/${shortcut}`)).body;
  expect(remote).toMatchObject({ remoteItem: { id: '01X', parentReference: { driveId: 'b!Y' } } });
  expect(remote).not.toHaveProperty('folder');

  const open = put('/open.docx');
  drives.mark(drive, open, { locked: true });
  for (const [method, body] of [
    ['DELETE', undefined],
    ['PATCH', { name: 'x.docx' }],
  ] as const) {
    const answer = await call(method, `/drives/${drive}/items/${open}`, { body });
    expect([answer.status, answer.body.error.code]).toEqual([423, 'resourceLocked']);
  }
  expect((await call('PUT', `/drives/${drive}/items/${open}/content`, { body: 'x' })).status).toBe(423);
});

test('a person reaches only the own drive, unless something was shared', async () => {
  const id = put('/shared/a.txt');
  put('/private.txt');
  const as = { kind: 'user', objectId: tenant.bao.id } as const;
  const refused = await call('GET', `/drives/${drive}/items/${id}`, { as });
  expect([refused.status, refused.body.error.code]).toEqual([403, 'accessDenied']);
  expect((await call('GET', `/users/${tenant.ada.id}/drive`, { as })).status).toBe(403);
  const body = { recipients: [{ objectId: tenant.bao.id }], roles: ['read'] };
  await call('POST', `/drives/${drive}/root:/shared:/invite`, { body });
  expect((await call('GET', `/drives/${drive}/items/${id}`, { as })).status).toBe(200);
  expect((await call('GET', `/drives/${drive}/root:/private.txt`, { as })).status).toBe(403);
  expect(
    (await call('GET', `/drives/${drive}/root`, { as: { kind: 'user', objectId: tenant.ada.id } })).status,
  ).toBe(200);
});

test('a site has a document library', async () => {
  const { drives } = tenant.world;
  const library = drives.addDrive({ siteId: 'site-1', name: 'Marketing' });
  drives.put(library, '/plan.txt', bytes('x'));
  const { body } = await call('GET', '/sites/site-1/drive');
  expect(body).toMatchObject({ id: library, driveType: 'documentLibrary', name: 'Documents' });
  expect((await call('GET', '/sites/site-1/drives')).body.value).toHaveLength(1);
  const item = (await call('GET', '/sites/contoso.sharepoint.com,site-1,web/drive/root:/plan.txt')).body;
  expect(item['webUrl']).toBe('https://contoso.sharepoint.com/sites/Marketing/Shared%20Documents/plan.txt');
  expect((await call('GET', '/sites/none/drive')).status).toBe(404);
});

test('the oracle sees every item with its hashes', () => {
  const id = put('/a/empty.txt', '');
  expect(tenant.world.drives.state(drive).items.find((item) => item.id === id)).toEqual({
    id,
    path: '/a/empty.txt',
    kind: 'file',
    size: 0,
    sha256: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    quickXorHash: 'AAAAAAAAAAAAAAAAAAAAAAAAAAA=',
    createdDateTime: '2026-11-23T10:00:00Z',
    lastModifiedDateTime: '2026-11-23T10:00:00Z',
    mimeType: 'text/plain',
  });
  expect(tenant.world.drives.remove(drive, id)).toBe(true);
  expect(tenant.world.drives.remove(drive, id)).toBe(false);
  expect(paths()).toEqual(['/a']);
});
