import { beforeEach, expect, test } from 'vitest';
import { createDriveWorld } from './drive-world.ts';

const UNIT = 327_680;
let tenant: ReturnType<typeof createDriveWorld>;
let drive: string;
const call = (...args: Parameters<typeof tenant.call>) => tenant.call(...args);
const content = Uint8Array.from({ length: 2 * UNIT + 10 }, (_, index) => (index * 13) & 0xff);

beforeEach(() => {
  tenant = createDriveWorld();
  drive = tenant.adaDrive;
});

async function open(item: object = {}, more: object = {}, path = '/new/big.bin') {
  const { status, body } = await call('POST', `/drives/${drive}/root:${path}:/createUploadSession`, {
    body: { item, ...more },
  });
  expect(status).toBe(200);
  expect(body.nextExpectedRanges).toEqual(['0-']);
  return body.uploadUrl;
}

function send(
  url: string,
  start: number,
  end: number,
  options: { total?: number; headers?: Record<string, string> } = {},
) {
  const headers = {
    'content-range': `bytes ${start}-${end - 1}/${options.total ?? content.length}`,
    ...options.headers,
  };
  return call('PUT', url, { body: content.slice(start, end), headers });
}

test('fragments in order make a file with the dates that were asked for', async () => {
  const url = await open({
    fileSystemInfo: { createdDateTime: '2011-01-02T03:04:05Z', lastModifiedDateTime: '2012-01-02T03:04:05Z' },
  });
  expect(url).toMatch(
    /^https:\/\/contoso-my\.sharepoint\.com\/personal\/.*\/uploadSession\?guid='.*&tempauth=/,
  );
  const first = await send(url, 0, UNIT);
  expect([first.status, first.body.nextExpectedRanges]).toEqual([202, [`${UNIT}-`]]);
  expect((await send(url, UNIT, 2 * UNIT)).status).toBe(202);
  const last = await send(url, 2 * UNIT, content.length);
  expect([last.status, last.body.name, last.body['size']]).toEqual([201, 'big.bin', content.length]);
  const { items } = tenant.world.drives.state(drive);
  expect(items.at(-1)).toMatchObject({
    path: '/new/big.bin',
    createdDateTime: '2011-01-02T03:04:05Z',
    lastModifiedDateTime: '2012-01-02T03:04:05Z',
  });
  const download = await call('GET', String(last.body['@content.downloadUrl']));
  expect(Buffer.from(download.bytes).equals(Buffer.from(content))).toBe(true);
  expect((await send(url, 0, UNIT)).status).toBe(404);
});

test('an interrupted upload goes on where GET says', async () => {
  const url = await open();
  await send(url, 0, UNIT);
  const status = await call('GET', url);
  expect([status.status, status.body.nextExpectedRanges]).toEqual([200, [`${UNIT}-`]]);
  expect((await send(url, UNIT, content.length)).status).toBe(201);
});

test.each([
  ['again', 0, UNIT, 'fragmentOverlap'],
  ['too far on', 2 * UNIT, content.length, 'fragmentOutOfOrder'],
])('a fragment sent %s answers 416 and changes nothing', async (_, start, end, inner) => {
  const url = await open();
  await send(url, 0, UNIT);
  const { status, body } = await send(url, start, end);
  expect([status, body.error.code, body.error.innerError.code]).toEqual([416, 'invalidRange', inner]);
  expect((await call('GET', url)).body.nextExpectedRanges).toEqual([`${UNIT}-`]);
});

test('a fragment that is no multiple of 320 KiB, has another total or no range is refused', async () => {
  const url = await open();
  expect((await send(url, 0, 1000)).status).toBe(400);
  expect((await call('PUT', url, { body: content.slice(0, UNIT) })).status).toBe(400);
  await send(url, 0, UNIT);
  const other = await send(url, UNIT, 2 * UNIT, { total: content.length + 1 });
  expect(other.body.error.innerError.code).toBe('fragmentLengthMismatch');
});

test('a session ends by DELETE, or by itself after a day', async () => {
  const cancelled = await open();
  expect((await call('DELETE', cancelled)).status).toBe(204);
  expect((await call('GET', cancelled)).status).toBe(404);
  const forgotten = await open();
  tenant.world.clock.advance(23 * 3600_000);
  expect((await send(forgotten, 0, UNIT)).status).toBe(202);
  tenant.world.clock.advance(23 * 3600_000);
  expect((await call('GET', forgotten)).status).toBe(200);
  tenant.world.clock.advance(24 * 3600_000);
  const gone = await send(forgotten, UNIT, content.length);
  expect([gone.status, gone.body.error.code]).toEqual([404, 'itemNotFound']);
});

test('conflicts: known at once, found at the end, replaced, renamed', async () => {
  const { drives } = tenant.world;
  const fail = { '@microsoft.graph.conflictBehavior': 'fail' };
  const late = await open(fail);
  const id = drives.put(drive, '/new/big.bin', content.slice(0, 3));
  const conflict = await send(late, 0, content.length);
  expect([conflict.status, conflict.body.error.code]).toEqual([409, 'upload_name_conflict']);
  const early = await call('POST', `/drives/${drive}/root:/new/big.bin:/createUploadSession`, {
    body: { item: fail },
  });
  expect([early.status, early.body.error.code]).toEqual([409, 'nameAlreadyExists']);
  const renamed = await send(
    await open({ '@microsoft.graph.conflictBehavior': 'rename' }),
    0,
    content.length,
  );
  expect([renamed.status, renamed.body.name]).toEqual([201, 'big 1.bin']);
  const replaced = await send(await open(), 0, content.length);
  expect([replaced.status, replaced.body.id]).toEqual([200, id]);
});

test('deferCommit waits for a POST', async () => {
  const url = await open({}, { deferCommit: true });
  const early = await call('POST', url);
  expect(early.body.error.innerError.code).toBe('uploadSessionIncomplete');
  const last = await send(url, 0, content.length);
  expect([last.status, last.body.nextExpectedRanges]).toEqual([202, []]);
  expect((await call('POST', url)).status).toBe(201);
});

test('pages may send ranges, but neither a token nor the header of Microsoft’s SDK', async () => {
  const url = await open();
  const preflight = (names: string) =>
    call('OPTIONS', url, {
      headers: { origin: 'https://app.example', 'access-control-request-headers': names },
    });
  const allowed = await preflight('content-range,content-type');
  expect([allowed.status, allowed.headers.get('access-control-allow-origin')]).toEqual([200, '*']);
  for (const name of ['sdkversion', 'authorization']) {
    expect((await preflight(name)).headers.get('access-control-allow-headers') ?? '').not.toContain(name);
  }
  const headers = { origin: 'https://app.example', authorization: 'Bearer x' };
  expect((await send(url, 0, UNIT, { headers })).status).toBe(401);
});

test('what cannot fit or is locked is told before the first byte', async () => {
  tenant.world.drives.setQuota(drive, 1000);
  const start = (body: object) => call('POST', `/drives/${drive}/root:/a.bin:/createUploadSession`, { body });
  expect((await start({ item: { fileSize: 2000 } })).status).toBe(507);
  const id = tenant.world.drives.put(drive, '/a.bin', content.slice(0, 10));
  tenant.world.drives.mark(drive, id, { locked: true });
  expect((await start({})).status).toBe(423);
  const onItem = await call('POST', `/drives/${drive}/items/${id}/createUploadSession`);
  expect(onItem.status).toBe(423);
});
