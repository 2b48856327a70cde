import { beforeEach, expect, test } from 'vitest';
import { createDriveWorld, type AnswerBody, type ItemBody } from './drive-world.ts';

let tenant: ReturnType<typeof createDriveWorld>;
const file = (text: string) => new TextEncoder().encode(text);
const put = (path: string, text = path) => tenant.world.drives.put(tenant.adaDrive, path, file(text));

beforeEach(() => {
  tenant = createDriveWorld();
  put('/Reports/2026/summary.docx');
  put('/Reports/notes.txt');
});

/** Follows the links to the end. */
async function follow(link: string, headers: Record<string, string> = {}) {
  const items: ItemBody[] = [];
  for (let pages = 1; ; pages++) {
    const { status, body } = await tenant.call('GET', link.replace(/^https:\/\/[^/]+\/v1\.0/, ''), {
      headers,
    });
    expect(status).toBe(200);
    items.push(...body.value);
    const end = body['@odata.deltaLink'];
    if (end) return { items, pages, link: end };
    link = body['@odata.nextLink'] ?? '';
  }
}

const start = (query = '') => follow(`/drives/${tenant.adaDrive}/root/delta${query}`);
const names = (items: readonly ItemBody[]) =>
  items.map(({ name, deleted, id }) => (deleted ? `-${id}` : name));

test('the first round lists everything, the root first, without paths and cTags', async () => {
  const { items } = await start();
  expect(names(items)).toEqual(['root', 'Reports', '2026', 'summary.docx', 'notes.txt']);
  expect(items[0]).toMatchObject({ root: {}, folder: { childCount: 1 } });
  for (const item of items) {
    expect(item).not.toHaveProperty('cTag');
    expect(item['parentReference']).not.toHaveProperty('path');
  }
  expect(items[3]).toMatchObject({
    size: 26,
    file: { mimeType: expect.stringContaining('wordprocessingml') },
  });
  expect(items[3]?.['@microsoft.graph.downloadUrl']).toContain('https://contoso-my.sharepoint.com/');
});

test('a quiet drive gives an empty round and a link that still works', async () => {
  const { link } = await start();
  const again = await follow(link);
  expect(again.items).toEqual([]);
  put('/late.txt');
  expect(names((await follow(again.link)).items)).toEqual(['root', 'late.txt']);
});

test('a change comes with the root and its parents, unless they are declined', async () => {
  const { link } = await start();
  put('/Reports/2026/summary.docx', 'changed');
  expect(names((await follow(link)).items)).toEqual(['root', 'Reports', '2026', 'summary.docx']);
  const alone = await follow(link, { prefer: 'deltaExcludeParent' });
  expect(names(alone.items)).toEqual(['root', 'summary.docx']);
});

test('deleting a folder leaves a tombstone of each item, without name and parent', async () => {
  const first = await start();
  const folder = first.items.find(({ name }) => name === 'Reports')?.id ?? '';
  await tenant.call('DELETE', `/drives/${tenant.adaDrive}/items/${folder}`);
  const { items } = await follow(first.link);
  const gone = items.filter(({ deleted }) => deleted);
  expect(gone.map(({ id }) => id).sort()).toEqual(
    first.items
      .slice(1)
      .map(({ id }) => id)
      .sort(),
  );
  for (const item of gone) {
    expect(item).toMatchObject({ deleted: { state: 'deleted' } });
    expect(item).not.toHaveProperty('name');
    expect(item['parentReference']).not.toHaveProperty('id');
  }
});

test('renaming a folder lists the folder, not what is in it', async () => {
  const first = await start();
  const folder = first.items.find(({ name }) => name === 'Reports')?.id ?? '';
  await tenant.call('PATCH', `/drives/${tenant.adaDrive}/items/${folder}`, { body: { name: 'Archive' } });
  const { items } = await follow(first.link);
  expect(names(items)).toEqual(['root', 'Archive']);
  expect(items[1]?.id).toBe(folder);
});

test('a file made again under its old name is another item', async () => {
  const first = await start();
  const old = first.items.find(({ name }) => name === 'notes.txt')?.id ?? '';
  tenant.world.drives.remove(tenant.adaDrive, old);
  const fresh = put('/Reports/notes.txt');
  expect(fresh).not.toBe(old);
  expect(names((await follow(first.link)).items)).toEqual(['root', `-${old}`, 'Reports', 'notes.txt']);
});

test('pages honour $top, repeat the item before, and freeze the query in their links', async () => {
  for (let count = 0; count < 10; count++) put(`/many/${count}.txt`);
  const { items, pages } = await start('?$top=4&$select=id,name');
  expect(pages).toBeGreaterThan(4);
  expect(new Set(items.map(({ id }) => id)).size).toBe(16);
  expect(items.length).toBe(16 + pages - 1);
  for (const item of items) expect(Object.keys(item).sort()).toEqual(['id', 'name']);
});

test.each(['1', '2'])('a page of %s still comes to an end', async (size) => {
  const { link } = await start(`?$top=${size}`);
  for (let count = 0; count < 3; count++) put(`/a/b/c/d/${count}.txt`);
  const ids = new Set((await follow(link)).items.map(({ id }) => id));
  expect(ids.size).toBe(1 + 4 + 3);
});

test('what changes between two pages is seen in its newest state', async () => {
  const page = await tenant.call('GET', `/drives/${tenant.adaDrive}/root/delta?$top=3`);
  put('/Reports/2026/summary.docx', 'changed while we were reading');
  const rest = await follow(page.body['@odata.nextLink'] ?? '');
  const last = rest.items.findLast(({ name }) => name === 'summary.docx');
  expect(last).toMatchObject({ size: 'changed while we were reading'.length });
});

test('token=latest begins now, a timestamp begins then', async () => {
  const latest = await start('?token=latest');
  expect(latest.items).toEqual([]);
  tenant.world.clock.advance(60_000);
  const then = tenant.world.clock.iso();
  tenant.world.clock.advance(60_000);
  put('/after.txt');
  expect(names((await follow(latest.link)).items)).toEqual(['root', 'after.txt']);
  expect(names((await start(`?token=${encodeURIComponent(then)}`)).items)).toEqual(['root', 'after.txt']);
});

test.each(['reset', 'old'])('a token that is too %s answers 410 with a fresh start', async (why) => {
  const { link } = await start('?$select=id,name');
  if (why === 'old') tenant.world.clock.advance(31 * 24 * 3600_000);
  else tenant.world.drives.expireDeltaTokens(tenant.adaDrive, 'resyncChangesUploadDifferences');
  const { status, body, headers } = await tenant.call('GET', link.slice(link.indexOf('/drives')));
  expect(status).toBe(410);
  expect(body.error).toMatchObject({
    code: 'resyncRequired',
    innerError: { code: expect.stringMatching(/^resyncChanges/) },
  });
  const again = await follow(headers.get('location') ?? '');
  expect(names(again.items)).toEqual(['root', 'Reports', '2026', 'summary.docx', 'notes.txt']);
  expect(Object.keys(again.items[1] ?? {}).sort()).toEqual(['id', 'name']);
});

test('a token of another drive is refused', async () => {
  const { world, bao } = tenant;
  const other = world.drives.addDrive({
    userId: bao.id,
    upn: bao.userPrincipalName,
    displayName: bao.displayName,
  });
  const token = new URL((await start()).link).searchParams.get('token');
  expect((await tenant.call('GET', `/drives/${other}/root/delta?token=${token}`)).status).toBe(400);
  expect((await tenant.call('GET', `/drives/${other}/root/delta?token=nonsense`)).status).toBe(400);
});

test('sharing changes are marked for whoever asks with the whole set of preferences', async () => {
  const { link, items } = await start();
  const id = items[3]?.id ?? '';
  const body = { recipients: [{ email: 'bao@contoso.example' }], roles: ['read'], sendInvitation: false };
  await tenant.call('POST', `/drives/${tenant.adaDrive}/items/${id}/invite`, { body });
  const shared = (found: readonly AnswerBody['value'][number][]) =>
    found.filter((item) => item['@microsoft.graph.sharedChanged'] === 'True').map((item) => item.id);
  expect(shared((await follow(link, { prefer: 'deltashowsharingchanges' })).items)).toEqual([]);
  const prefer = 'deltashowremovedasdeleted, deltatraversepermissiongaps, deltashowsharingchanges';
  expect(shared((await follow(link, { prefer })).items)).toEqual([id]);
});

test('delta below the root is not supported', async () => {
  const folder = (await start()).items[1]?.id;
  const { status, body } = await tenant.call('GET', `/drives/${tenant.adaDrive}/items/${folder}/delta`);
  expect([status, body.error.code]).toEqual([400, 'invalidRequest']);
  expect((await tenant.call('GET', `/drives/${tenant.adaDrive}/items/root/delta`)).status).toBe(200);
});
