import { deleteDB, openDB } from 'idb';
import { afterEach, expect, it } from 'vitest';
import { createIndexedDbAccessStore } from '../../workers/access/access-store-indexeddb.ts';
import { signAssertion } from '../../workers/access/assertion.ts';
import { createDeviceKey } from '../../workers/access/device-key.ts';
import { systemClock, systemRandom } from '../../workers/kernel/clock.ts';

const deps = { clock: systemClock, random: systemRandom };
const tenantId = '7c9e6679-7425-40de-944b-e07fc1f90ae7';
const connection = {
  tenantId,
  tenantName: 'Contoso',
  clientId: '2f1a9c3e-0d4b-4e8a-9f57-6b1c2d3e4f50',
  profile: 'read-only',
  certificateExpires: '2027-02-20T00:00:00.000Z',
  kind: 'app',
  applicationId: '3e0f4a51-9a77-4b0e-8e0c-0b9f0d6a1c22',
  account: null,
  homeTenantId: tenantId,
} as const;

let count = 0;
const name = (): string => `access-store-test-${++count}`;
afterEach(() => deleteDB(`access-store-test-${count}`));

it('keeps a key that signs and cannot be read, over a restart', async () => {
  const database = name();
  const key = await createDeviceKey(tenantId, deps);
  expect(await createIndexedDbAccessStore(database).saveDeviceKey(key)).toEqual({
    ok: true,
    value: undefined,
  });
  // Another instance has nothing in memory, as after a restart.
  const found = await createIndexedDbAccessStore(database).deviceKey(tenantId);
  if (!found.ok || !found.value) throw new Error('the key is gone');
  expect(found.value).toMatchObject({ tenantId, thumbprint: key.thumbprint, expires: key.expires });
  expect(found.value.certificate).toEqual(key.certificate);
  await expect(crypto.subtle.exportKey('pkcs8', found.value.privateKey)).rejects.toThrow();
  expect((await signAssertion(found.value, connection.clientId, deps)).split('.')).toHaveLength(3);
});

it('keeps connections by tenant and forgets one with its key', async () => {
  const store = createIndexedDbAccessStore(name());
  const other = { ...connection, tenantId: '11111111-2222-4333-8444-555555555555' };
  await store.saveConnection(connection);
  await store.saveConnection(other);
  await store.saveConnection({ ...connection, profile: 'complete' });
  await store.saveDeviceKey(await createDeviceKey(tenantId, deps));
  expect(await store.connection(tenantId)).toEqual({
    ok: true,
    value: { ...connection, profile: 'complete' },
  });
  expect(await store.forget(tenantId)).toEqual({ ok: true, value: undefined });
  expect(await store.forget(tenantId)).toEqual({ ok: true, value: undefined });
  expect(await store.connections()).toEqual({ ok: true, value: [other] });
  expect(await store.deviceKey(tenantId)).toEqual({ ok: true, value: undefined });
});

it('keeps what version 1 kept: its key signs, its connection has the fields that came later', async () => {
  const database = name();
  const key = await createDeviceKey(tenantId, deps);
  const old = await openDB(database, 1, {
    upgrade(made) {
      made.createObjectStore('connections', { keyPath: 'tenantId' });
      made.createObjectStore('keys', { keyPath: 'tenantId' });
    },
  });
  const { kind: _kind, applicationId: _id, account: _account, homeTenantId: _home, ...first } = connection;
  await old.put('connections', first);
  await old.put('connections', { tenantId: 'from a later version', kind: 'of another kind' });
  await old.put('keys', key);
  old.close();

  const store = createIndexedDbAccessStore(database);
  expect(await store.connections()).toEqual({ ok: true, value: [{ ...connection, applicationId: null }] });
  const found = await store.deviceKey(tenantId);
  if (!found.ok || !found.value) throw new Error('the key is gone');
  expect(found.value.thumbprint).toBe(key.thumbprint);
  expect((await signAssertion(found.value, connection.clientId, deps)).split('.')).toHaveLength(3);
  expect(await store.nextKey(tenantId)).toEqual({ ok: true, value: undefined });
});

it('keeps the next key beside the key until it takes its place', async () => {
  const database = name();
  const [first, second] = await Promise.all([1, 2].map(() => createDeviceKey(tenantId, deps)));
  if (!first || !second) throw new Error('no keys');
  const thumbprints = async () => {
    const store = createIndexedDbAccessStore(database);
    const kept = await Promise.all([store.deviceKey(tenantId), store.nextKey(tenantId)]);
    return kept.map((key) => (key.ok ? key.value?.thumbprint : key));
  };
  const store = createIndexedDbAccessStore(database);
  await store.saveDeviceKey(first);
  await store.promoteNextKey(tenantId);
  expect(await thumbprints()).toEqual([first.thumbprint, undefined]);
  await store.saveNextKey(second);
  expect(await thumbprints()).toEqual([first.thumbprint, second.thumbprint]);
  await store.promoteNextKey(tenantId);
  expect(await thumbprints()).toEqual([second.thumbprint, undefined]);
  await store.saveNextKey(first);
  await store.forget(tenantId);
  expect(await thumbprints()).toEqual([undefined, undefined]);
});

it('reads what an older version stored with the right to write as read-only, and says so', async () => {
  const store = createIndexedDbAccessStore(name());
  await store.saveConnection({ ...connection, profile: 'restore' as 'read-only' });
  const adopted = { ...connection, profile: 'read-only', mayStillWrite: true };
  expect(await store.connections()).toEqual({ ok: true, value: [adopted] });
  expect(await store.connection(tenantId)).toEqual({ ok: true, value: adopted });
});
