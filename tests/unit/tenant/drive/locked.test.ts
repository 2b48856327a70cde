import { beforeEach, describe, expect, test } from 'vitest';
import { createDriveWorld } from './drive-world.ts';

let tenant: ReturnType<typeof createDriveWorld>;
let item: string;
let id: string;
const call = (...args: Parameters<typeof tenant.call>) => tenant.call(...args);
const person = (objectId: string) => ({ kind: 'user', objectId }) as const;
const bytes = (text: string) => new TextEncoder().encode(text);

beforeEach(() => {
  tenant = createDriveWorld();
  id = tenant.world.drives.put(tenant.adaDrive, '/plans/a.docx', bytes('first'));
  item = `/drives/${tenant.adaDrive}/items/${id}`;
});

const writes = [
  ['replaced', 'PUT', '/content', 'second'],
  ['uploaded to', 'POST', '/createUploadSession', {}],
  ['renamed', 'PATCH', '', { name: 'b.docx' }],
  ['redated', 'PATCH', '', { fileSystemInfo: { lastModifiedDateTime: '2026-01-01T00:00:00Z' } }],
  ['deleted', 'DELETE', '', undefined],
] as const;

describe('K44: a locked file', () => {
  beforeEach(() => tenant.world.drives.mark(tenant.adaDrive, id, { locked: true }));

  test.each(writes)('is not %s', async (_, method, path, body) => {
    const { status, body: answer } = await call(method, `${item}${path}`, { body });
    expect([status, answer.error.code]).toEqual([423, 'resourceLocked']);
  });

  test('keeps the folder above it, is read and copied, and is free again', async () => {
    const folder = `/drives/${tenant.adaDrive}/root:/plans`;
    expect((await call('DELETE', folder)).status).toBe(423);
    expect((await call('GET', `${item}/content`)).status).toBe(302);
    expect((await call('POST', `${item}/copy`, { body: { name: 'copy.docx' } })).status).toBe(202);
    tenant.world.drives.mark(tenant.adaDrive, id, { locked: false });
    expect((await call('DELETE', folder)).status).toBe(204);
  });

  test('cannot be checked out', async () => {
    expect((await call('POST', `${item}/checkout`)).status).toBe(423);
  });
});

describe('K44: a checked-out file', () => {
  const asAda = () => ({ as: person(tenant.ada.id) });
  beforeEach(async () => {
    expect((await call('POST', `${item}/checkout`, asAda())).status).toBe(204);
  });

  test.each(writes)('is not %s by anybody else', async (_, method, path, body) => {
    const { status, body: answer } = await call(method, `${item}${path}`, { body });
    expect([status, answer.error.code, answer.error.innerError.code]).toEqual([
      423,
      'resourceLocked',
      'resourceCheckedOut',
    ]);
  });

  test.each(writes)('is %s by who has it', async (_, method, path, body) => {
    const { status } = await call(method, `${item}${path}`, { body, ...asAda() });
    expect(status).toBeLessThan(300);
  });

  test('says who has it, to who asks for that', async () => {
    expect((await call('GET', item)).body).not.toHaveProperty('publication');
    const { body } = await call('GET', `${item}?$select=publication`);
    expect(body['publication']).toMatchObject({
      level: 'checkout',
      versionId: '1.0',
      checkedOutBy: { user: { id: tenant.ada.id, displayName: 'Ada Byron' } },
    });
  });

  test('is checked in by who has it, once, and then is everybody’s', async () => {
    expect((await call('POST', `${item}/checkin`, { body: {} })).status).toBe(423);
    const body = { comment: 'done' };
    expect((await call('POST', `${item}/checkin`, { body, ...asAda() })).status).toBe(204);
    expect((await call('POST', `${item}/checkin`, { body, ...asAda() })).status).toBe(400);
    const published = await call('GET', `${item}?$select=publication`);
    expect(published.body['publication']).toEqual({ level: 'published', versionId: '1.0' });
    expect((await call('PUT', `${item}/content`, { body: 'second' })).status).toBe(200);
  });

  test('shows up as a change, and may be lost from outside', async () => {
    const delta = await call('GET', `/drives/${tenant.adaDrive}/root/delta?token=latest`);
    await call('POST', `${item}/checkin`, asAda());
    const changed = await call('GET', String(delta.body['@odata.deltaLink']));
    expect(changed.body.value.map((one) => one.id)).toContain(id);
    await call('POST', `${item}/checkout`, asAda());
    expect(tenant.world.drives.remove(tenant.adaDrive, id)).toBe(true);
  });
});

test('K44: a folder cannot be checked out', async () => {
  const folder = `/drives/${tenant.adaDrive}/root:/plans:`;
  expect((await call('POST', `${folder}/checkout`)).status).toBe(400);
});
