import { beforeEach, expect, test } from 'vitest';
import { createDriveWorld } from './drive-world.ts';

let tenant: ReturnType<typeof createDriveWorld>;
let drive: string;
const bytes = (text: string) => new TextEncoder().encode(text);
const text = (content: Uint8Array) => new TextDecoder().decode(content);
const call = (...args: Parameters<typeof tenant.call>) => tenant.call(...args);

beforeEach(() => {
  tenant = createDriveWorld();
  drive = tenant.adaDrive;
});

async function downloadUrl(path: string): Promise<string> {
  const { status, headers } = await call('GET', `/drives/${drive}/root:${path}:/content`);
  expect(status).toBe(302);
  return headers.get('location') ?? '';
}

test('a download needs no token, names the file, and may be read from any page', async () => {
  tenant.world.drives.put(drive, '/größe 📎.txt', bytes('hello'));
  const { status, headers, bytes: content } = await call('GET', await downloadUrl('/größe 📎.txt'));
  expect([status, text(content)]).toEqual([200, 'hello']);
  expect(headers.get('access-control-allow-origin')).toBe('*');
  expect(headers.get('content-type')).toBe('text/plain');
  expect(decodeURIComponent(headers.get('content-disposition') ?? '')).toContain('größe 📎.txt');
});

test('a preflight on a download fails: no header of ours is allowed', async () => {
  tenant.world.drives.put(drive, '/a.txt', bytes('hello'));
  const headers = { origin: 'https://app.example', 'access-control-request-headers': 'authorization' };
  const answer = await call('OPTIONS', await downloadUrl('/a.txt'), { headers });
  expect(answer.headers.get('access-control-allow-headers')).toBeNull();
  expect(answer.headers.get('access-control-allow-origin')).toBeNull();
});

test('a download address expires, and cannot be altered', async () => {
  tenant.world.drives.put(drive, '/a.txt', bytes('hello'));
  const url = await downloadUrl('/a.txt');
  expect((await call('GET', url.replace(/tempauth=v1\.e/, 'tempauth=v1.f'))).status).toBe(401);
  tenant.world.clock.advance(60 * 60 * 1000 + 1);
  expect((await call('GET', url)).status).toBe(401);
  expect((await call('GET', await downloadUrl('/a.txt'))).status).toBe(200);
});

test.each([
  ['bytes=0-3', 206, '0123', 'bytes 0-3/10'],
  ['bytes=8-', 206, '89', 'bytes 8-9/10'],
  ['bytes=-3', 206, '789', 'bytes 7-9/10'],
  ['bytes=5-99', 206, '56789', 'bytes 5-9/10'],
  ['bytes=10-', 416, '', 'bytes */10'],
])('Range %s', async (range, status, content, contentRange) => {
  tenant.world.drives.put(drive, '/a.bin', bytes('0123456789'));
  const answer = await call('GET', await downloadUrl('/a.bin'), { headers: { range } });
  expect([answer.status, text(answer.bytes), answer.headers.get('content-range')]).toEqual([
    status,
    content,
    contentRange,
  ]);
});

test('a big file arrives whole', async () => {
  const big = Uint8Array.from({ length: 1_000_003 }, (_, index) => (index * 7) & 0xff);
  tenant.world.drives.put(drive, '/big.bin', big);
  const answer = await call('GET', await downloadUrl('/big.bin'));
  expect(answer.headers.get('content-length')).toBe('1000003');
  expect(Buffer.from(answer.bytes).equals(Buffer.from(big))).toBe(true);
});

test('downloads may be kept by caches, or not, as the switch says', async () => {
  tenant.world.drives.put(drive, '/a.txt', bytes('hello'));
  const caching = async () => (await call('GET', await downloadUrl('/a.txt'))).headers.get('cache-control');
  expect(await caching()).toBe('private, no-store');
  tenant.world.switches.downloadCaching = 'cacheable';
  expect(await caching()).toBe('private, max-age=3600');
});

test('malware is named instead of handed out', async () => {
  const id = tenant.world.drives.put(drive, '/bad.exe', bytes('x'));
  tenant.world.drives.mark(drive, id, { malware: 'Win32/Test' });
  const { status, headers, body } = await call('GET', await downloadUrl('/bad.exe'));
  expect([status, body.error.code, headers.get('x-virus-infected')]).toEqual([
    403,
    'malwareDetected',
    'Win32/Test',
  ]);
  const item = await call('GET', `/drives/${drive}/items/${id}`);
  expect(item.body).toMatchObject({ malware: { description: 'Win32/Test' }, file: {} });
});

test('PUT creates with the folders on the way, then replaces, renames or fails', async () => {
  const put = (query: string, body: string) =>
    call('PUT', `/drives/${drive}/root:/new/a.txt:/content${query}`, { body });
  const conflict = (behavior: string) => `?@microsoft.graph.conflictBehavior=${behavior}`;
  const created = await put('', 'one');
  expect([created.status, created.body['size']]).toEqual([201, 3]);
  const replaced = await put('', 'three');
  expect([replaced.status, replaced.body.id, replaced.body['size']]).toEqual([200, created.body.id, 5]);
  expect((await put(conflict('rename'), 'x')).body.name).toBe('a 1.txt');
  const refused = await put(conflict('fail'), 'x');
  expect([refused.status, refused.body.error.code]).toEqual([409, 'nameAlreadyExists']);
  expect((await put(conflict('maybe'), 'x')).status).toBe(400);
  const hashes = { quickXorHash: 'AAAAAAAAAAAAAAAAAAAAAAAAAAA=' };
  expect((await put(conflict('replace'), '')).body).toMatchObject({ size: 0, file: { hashes } });
});

test('a full drive answers 507', async () => {
  tenant.world.drives.setQuota(drive, 4);
  const { status, body } = await call('PUT', `/drives/${drive}/root:/a.txt:/content`, { body: '12345' });
  expect([status, body.error.code]).toEqual([507, 'quotaLimitReached']);
});

test('versions are listed newest first, read, restored and deleted, the current one not', async () => {
  const { drives } = tenant.world;
  const id = drives.put(drive, '/a.txt', bytes('one'));
  drives.put(drive, '/a.txt', bytes('second'));
  const versions = `/drives/${drive}/items/${id}/versions`;
  const list = async () =>
    (await call('GET', versions)).body.value.map((version) => [version.id, version['size']]);
  expect(await list()).toEqual([
    ['2.0', 6],
    ['1.0', 3],
  ]);
  const old = await call('GET', `${versions}/1.0/content`);
  expect(text((await call('GET', old.headers.get('location') ?? '')).bytes)).toBe('one');
  expect((await call('GET', `${versions}/2.0/content`)).status).toBe(400);
  expect((await call('POST', `${versions}/1.0/restoreVersion`)).status).toBe(204);
  expect(await list()).toEqual([
    ['3.0', 3],
    ['2.0', 6],
    ['1.0', 3],
  ]);
  expect((await call('DELETE', `${versions}/2.0`)).status).toBe(204);
  expect((await call('DELETE', `${versions}/3.0`)).status).toBe(400);
  expect((await call('GET', `${versions}/9.0`)).status).toBe(404);
  expect(await list()).toEqual([
    ['3.0', 3],
    ['1.0', 3],
  ]);
});

test('a folder has no content', async () => {
  tenant.world.drives.putFolder(drive, '/folder');
  expect((await call('GET', `/drives/${drive}/root:/folder:/content`)).status).toBe(400);
});
