import { afterEach, expect, it } from 'vitest';
import { referenceRows } from '../../../../workers/access/permissions.ts';
import { exchangeAppId, graphAppId } from '../../../tenant/directory/resources.ts';
import { addVendorApp, demoVendorApp } from '../../../tenant/seed/vendors.ts';
import { check } from './check-world.ts';
import { createWorldWith, tidyUp } from './tenant-world.ts';

afterEach(tidyUp);

const claims = (resource: 'graph' | 'exchange', type: 'application' | 'delegated') =>
  referenceRows
    .filter(
      (row) => row.app === 'backup' && row.section === resource && row.type === type && row.claim !== '',
    )
    .map(({ claim }) => claim);

it('an app that holds more than its product documents is shown with what is too much', async () => {
  const world = await createWorldWith();
  addVendorApp(world.tenant.world, demoVendorApp);
  const { vendors } = await check(world, (await world.device()).store);
  expect(vendors).toMatchObject([
    {
      name: 'Veeam Backup for Microsoft 365',
      enabled: true,
      credentialEnds: '2028-05-31T00:00:00Z',
      verdict: 'more',
      product: { source: expect.stringContaining('versions 6 and 7') as string },
    },
  ]);
  const [app] = vendors;
  const needed = (value: string) =>
    app?.permissions.filter((one) => one.needed === value).map((one) => one.claim);
  expect(needed('no')).toEqual(['Mail.Send']);
  expect(needed('optional')).toEqual(['ChannelMessage.Read.All']);
  expect(app?.link).toContain(app?.clientId);
});

it('the page’s own vendor is compared with the page, row by row', async () => {
  const world = await createWorldWith();
  const [missing, ...roles] = claims('graph', 'application');
  addVendorApp(world.tenant.world, {
    name: 'Xopero ONE MS365 PRO',
    roles: { [graphAppId]: roles, [exchangeAppId]: claims('exchange', 'application') },
    scopes: { [graphAppId]: claims('graph', 'delegated') },
  });
  const { vendors } = await check(world, (await world.device()).store);
  expect(vendors).toMatchObject([{ verdict: 'less', credentialEnds: null }]);
  const lacking = vendors[0]?.permissions.filter(({ granted }) => !granted);
  expect(lacking?.map(({ claim }) => claim)).toEqual([missing]);
});

it('an unknown product is named with what it holds, and one that reads no content is not', async () => {
  const world = await createWorldWith();
  addVendorApp(world.tenant.world, { name: 'Sync’s tool', roles: { [graphAppId]: ['Files.Read.All'] } });
  addVendorApp(world.tenant.world, { name: 'Directory tool', roles: { [graphAppId]: ['User.Read.All'] } });
  const { vendors } = await check(world, (await world.device()).store);
  expect(vendors.map(({ name, verdict }) => [name, verdict])).toEqual([['Sync’s tool', 'unknown-product']]);
  expect(vendors[0]?.permissions).toMatchObject([
    { claim: 'Files.Read.All', needed: 'unknown', granted: true },
  ]);
});
