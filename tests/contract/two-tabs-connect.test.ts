/** Two tabs or devices at a connection at the same time: what one of them knows never undoes what the other has done. */
import { expect, it, vi } from 'vitest';
import { createDeviceKey } from '../../workers/access/device-key.ts';
import { systemClock, systemRandom } from '../../workers/kernel/clock.ts';
import { parseKey } from '../tenant/directory/credentials.ts';
import { certificateOf, standing } from '../unit/workers/access/installed.ts';
import { engineWorld, value, type EngineWorld } from './engine-world.ts';

vi.setConfig({ testTimeout: 60_000 });

const nothing = () => {};
const hour = 3_600_000;

it('a tab that was open before the app was installed anew does not bring the old connection back', async () => {
  const world = await engineWorld();
  const { tenantId } = world.tenant;
  value(await world.api.onboard('complete', nothing));
  const tab = await world.reload();
  value(await tab.accounts(tenantId, nothing));
  value(await world.api.disconnect(tenantId, nothing));
  expect(await tab.accounts(tenantId, nothing)).toMatchObject({ error: { code: 'input/not-connected' } });
  vi.setSystemTime(Date.now() + hour);
  const anew = value(await world.api.onboard('read-only', nothing));
  expect(value(await tab.renew(tenantId))).toEqual(anew);
  expect(value(await world.api.connections())).toEqual([anew]);
});

/** This device's certificate is due: 61 of 90 days old. */
async function aged(world: EngineWorld): Promise<void> {
  const { tenantId } = world.tenant;
  const connection = value(await world.api.onboard('read-only', nothing));
  const clock = { ...systemClock, now: () => Date.now() - 61 * 24 * hour };
  const key = await createDeviceKey(tenantId, { clock, random: systemRandom });
  const registered = { type: 'AsymmetricX509Cert', usage: 'Verify', key: certificateOf(key) };
  const entry = parseKey(world.tenant.world, registered);
  const [app] = standing(world.tenant).apps;
  if (!app) throw new Error('nothing is installed');
  app.keys = [entry];
  value(await world.access.saveDeviceKey({ ...key, keyId: entry.keyId }));
  const certificateExpires = new Date(key.expires).toISOString();
  value(await world.access.saveConnection({ ...connection, certificateExpires }));
  world.api = await world.reload();
}

it('a device whose certificate another one leaves out, joining late, still has one that is taken', async () => {
  const world = await engineWorld();
  const { tenantId } = world.tenant;
  await aged(world);
  const other = await world.otherDevice(world.person.upn);
  const { fetch } = world.tenant;
  const seen = new Map<string, () => void>();
  const saw = (what: string) => new Promise<void>((resolve) => seen.set(what, resolve));
  const [added, removed] = [saw('addKey'), saw('removeKey')];
  let renewal: Promise<unknown> | undefined;
  const slow: typeof fetch = async (request) => {
    if (renewal === undefined && request.method === 'PATCH') {
      // It has read the list, and its write is long on the way.
      renewal = world.api.renew(tenantId);
      await added;
      await Promise.race([removed, new Promise((resolve) => setTimeout(resolve, 1_500))]);
    }
    const answer = await fetch(request);
    seen.get(request.url.split('/').at(-1) ?? '')?.();
    return answer;
  };
  Object.assign(world.tenant, { fetch: slow });
  value(await other.join(nothing));
  await renewal;
  Object.assign(world.tenant, { fetch });
  vi.setSystemTime(Date.now() + hour);
  world.api = await world.reload();
  value(await world.api.accounts(tenantId, nothing));
  value(await world.api.renew(tenantId));
  const key = value(await world.access.deviceKey(tenantId));
  expect(standing(world.tenant).certificates).toHaveLength(2);
  expect(standing(world.tenant).certificates).toContain(key && certificateOf(key));
});
