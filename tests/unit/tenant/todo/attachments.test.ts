import { beforeEach, describe, expect, it } from 'vitest';
import { appToken, graph } from '../core/clients.ts';
import { amyId, get, newList, newTask, openTenant, refusal, send, tenant, values } from './todo-world.ts';

const megabyte = 1024 * 1024;
let task: string;
beforeEach(async () => {
  await openTenant();
  task = await newTask(await newList());
});

const file = (bytes: Uint8Array, name = 'plan.txt') => ({
  '@odata.type': '#microsoft.graph.taskFileAttachment',
  name,
  contentType: 'text/plain',
  contentBytes: Buffer.from(bytes).toString('base64'),
});

describe('attachments', () => {
  it('are put, listed without their bytes, read and deleted', async () => {
    const { json, status } = await send('POST', `${task}/attachments`, file(Buffer.from('hello')));
    expect([status, json['size'], json['name']]).toEqual([201, 5, 'plan.txt']);
    const [listed] = await values(`${task}/attachments`);
    expect(listed).toMatchObject({ '@odata.type': '#microsoft.graph.taskFileAttachment', size: 5 });
    expect(listed).not.toHaveProperty('contentBytes');
    const path = `${task}/attachments/${String(json['id'])}`;
    expect((await get(path))['contentBytes']).toBe(Buffer.from('hello').toString('base64'));
    const value = await send('GET', `${path}/$value`);
    expect(await value.response.text()).toBe('hello');
    expect((await get(task))['hasAttachments']).toBe(true);
    expect((await send('DELETE', path)).status).toBe(204);
    expect((await get(task))['hasAttachments']).toBe(false);
    expect(await refusal(send('GET', path))).toEqual([404, 'ErrorItemNotFound']);
  });

  it.each([
    [{ '@odata.type': '#microsoft.graph.fileAttachment' }, 400],
    [{ name: '' }, 400],
    [{ contentBytes: 'no base64!' }, 400],
    [{ contentBytes: Buffer.alloc(3.1 * megabyte).toString('base64') }, 413],
  ])('are refused with %#', async (wrong, status) => {
    const answer = await send('POST', `${task}/attachments`, { ...file(Buffer.from('x')), ...wrong });
    expect(answer.status).toBe(status);
    expect(await values(`${task}/attachments`)).toEqual([]);
  });
});

describe('K40: upload sessions of tasks', () => {
  const info = (size: number) => ({ attachmentInfo: { attachmentType: 'file', name: 'big.bin', size } });

  async function part(url: string, bytes: Uint8Array, range: string, token?: string) {
    const bearer = token ?? (await appToken(tenant, ['Tasks.ReadWrite.All']));
    const headers = {
      'Content-Range': range,
      ...(bearer === '' ? {} : { Authorization: `Bearer ${bearer}` }),
    };
    return tenant.fetch(
      new Request(`${url}/content`, { method: 'PUT', headers, body: Uint8Array.from(bytes) }),
    );
  }

  it('are on Graph’s host, want the token, and end with 201 and where it is', async () => {
    const size = 5 * megabyte;
    const bytes = Buffer.alloc(size, 7);
    const { json, status } = await send('POST', `${task}/attachments/createUploadSession`, info(size));
    expect([status, json['nextExpectedRanges']]).toEqual([201, ['0-']]);
    const url = String(json['uploadUrl']);
    expect(url.startsWith(`${graph}/users/${amyId()}/todo/lists/`)).toBe(true);
    const middle = 3 * megabyte;
    const range = (from: number, to: number) => `bytes ${from}-${to - 1}/${size}`;
    expect((await part(url, bytes.subarray(0, middle), range(0, middle), '')).status).toBe(401);
    expect((await part(url, bytes.subarray(middle), range(middle, size))).status).toBe(416);
    const first = await part(url, bytes.subarray(0, middle), range(0, middle));
    expect([first.status, await first.json()]).toMatchObject([200, { nextExpectedRanges: [`${middle}-`] }]);
    const last = await part(url, bytes.subarray(middle), range(middle, size));
    expect(last.status).toBe(201);
    const made = await get(String(last.headers.get('Location')).slice(graph.length));
    expect(made).toMatchObject({ name: 'big.bin', size });
    expect((await part(url, bytes.subarray(middle), range(middle, size))).status).toBe(404);
  });

  it('are refused beyond 25 MB, and gone after a while or when they are cancelled', async () => {
    const create = (size: number) => send('POST', `${task}/attachments/createUploadSession`, info(size));
    expect(await refusal(create(25 * megabyte + 1))).toEqual([400, 'invalidRequest']);
    const cancelled = String((await create(4)).json['uploadUrl']);
    expect((await send('DELETE', cancelled)).status).toBe(204);
    expect((await part(cancelled, Buffer.alloc(4), 'bytes 0-3/4')).status).toBe(404);
    const late = String((await create(4)).json['uploadUrl']);
    expect((await part(late, Buffer.alloc(4), 'bytes 0-2/4')).status).toBe(400);
    tenant.world.clock.advance(3 * 60 * 60 * 1000);
    expect((await part(late, Buffer.alloc(4), 'bytes 0-3/4')).status).toBe(404);
  });
});
