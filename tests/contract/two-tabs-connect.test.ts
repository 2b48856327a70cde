/** Two tabs or devices at a connection at the same time: what one of them knows never undoes what the other has done. */
import { expect, it, vi } from 'vitest';
import { engineWorld, value } from './engine-world.ts';

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
