import { describe, expect, it } from 'vitest';
import { graphAppId } from '../../../tenant/directory/resources.ts';
import { addVendorApp } from '../../../tenant/seed/vendors.ts';
import { startTenant } from '../../../tenant/tenant.ts';
import { appToken, call, type Json } from '../core/clients.ts';

const listed = (json: Json) => json['value'] as Json[];

describe('another vendor’s app', () => {
  it('is in the demo, with what it was granted and a secret that ends', async () => {
    const tenant = await startTenant({ limits: 'none' });
    const token = await appToken(tenant, ['Application.Read.All', 'Directory.Read.All']);
    const get = async (path: string) => (await call(tenant, token, path)).json;
    const named = encodeURIComponent("startswith(displayName,'Veeam')");
    const [app] = listed(await get(`/applications?$filter=${named}`));
    const [principal] = listed(await get(`/servicePrincipals?$filter=${named}`));
    expect(app?.['passwordCredentials']).toMatchObject([{ endDateTime: '2028-05-31T00:00:00Z' }]);
    expect(principal).toMatchObject({ appId: app?.['appId'], appOwnerOrganizationId: tenant.tenantId });
    const path = `/servicePrincipals/${String(principal?.['id'])}/appRoleAssignments`;
    const resources = listed(await get(path)).map((one) => one['resourceDisplayName']);
    expect(resources.filter((name) => name === 'Microsoft Graph')).toHaveLength(6);
    expect(resources).toHaveLength(10);
  });

  it('has the scopes it was consented to for everybody, and no secret where it needs none', async () => {
    const { world } = await startTenant({ seed: 'empty' });
    const scopes = { [graphAppId]: ['User.Read', 'Mail.Read'] };
    const { id, appId } = addVendorApp(world, { name: 'Mail Archiver', roles: {}, scopes });
    expect(world.directory.grants.scopeGrants()).toMatchObject([
      { clientId: id, consentType: 'AllPrincipals', scope: 'User.Read Mail.Read' },
    ]);
    expect(world.directory.apps.applicationByAppId(appId)?.passwords).toEqual([]);
  });

  it('asks for nothing that is not there', async () => {
    const { world } = await startTenant({ seed: 'empty' });
    const add = () => addVendorApp(world, { name: 'X', roles: { [graphAppId]: ['Mail.Burn'] } });
    expect(add).toThrow(RangeError);
    expect(world.directory.apps.applications()).toEqual([]);
  });
});
