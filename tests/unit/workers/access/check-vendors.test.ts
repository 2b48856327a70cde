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

it('a vendor whose delegated permissions are out of sight is not called short of them', async () => {
  const world = await createWorldWith();
  const { world: tenant } = world.tenant;
  const name = 'Xopero ONE MS365 PRO';
  const [missing, ...roles] = claims('graph', 'application');
  const exchange = { [exchangeAppId]: claims('exchange', 'application') };
  const all = { [graphAppId]: claims('graph', 'application'), ...exchange };
  const scopes = { [graphAppId]: claims('graph', 'delegated') };
  addVendorApp(tenant, { name, roles: all, scopes });
  const { store } = await world.device();
  const well = await check(world, store);
  expect(well.vendors).toMatchObject([{ verdict: 'as-documented' }]);
  expect(well.notLookedAt.filter(({ what }) => what.includes(name))).toEqual([]);
  const route = '/servicePrincipals/{id}/oauth2PermissionGrants';
  const answer = { status: 403, code: 'Authorization_RequestDenied' };
  tenant.faults.set([{ match: { host: 'graph.microsoft.com', route }, answer }]);
  const { vendors, notLookedAt } = await check(world, store);
  expect(vendors).toMatchObject([{ verdict: 'unknown' }]);
  expect(vendors[0]?.permissions.filter(({ granted }) => !granted)).toEqual([]);
  expect(notLookedAt.map(({ what }) => what)).toContain(`Delegated permissions of ${name}`);
  // What is seen decides still.
  addVendorApp(tenant, { name, roles: { [graphAppId]: roles, ...exchange }, scopes });
  addVendorApp(tenant, {
    name,
    roles: { ...all, [graphAppId]: [missing ?? '', ...roles, 'Mail.Send'] },
    scopes,
  });
  const again = await check(world, store);
  expect(again.vendors.map(({ verdict }) => verdict).sort()).toEqual(['less', 'more', 'unknown']);
});
