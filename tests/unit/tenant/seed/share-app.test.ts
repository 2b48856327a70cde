import { beforeEach, describe, expect, it } from 'vitest';
import { addPassword, parseKey } from '../../../tenant/directory/credentials.ts';
import { graphAppId } from '../../../tenant/directory/resources.ts';
import { decodeToken } from '../../../tenant/entra/jwt.ts';
import { shareApp } from '../../../tenant/seed/share-app.ts';
import type { Tenant } from '../../../tenant/tenant.ts';
import { appToken, call, login, redirectUri, tokenRequest, type Json } from '../core/clients.ts';
import { selfSigned } from '../core/self-signed.ts';
import { admin, smallTenant } from '../core/start.ts';

const fabrikam = { name: 'fabrikam', displayName: 'Fabrikam Backup', domain: 'fabrikam.example' };
const mailRead = '810c84a8-4a9e-49e6-bf7d-12d183f40d01';

let home: Tenant;
let customer: Tenant;
beforeEach(async () => {
  home = await smallTenant({ identity: fabrikam });
  customer = await smallTenant();
});

const register = (signInAudience: string) =>
  home.world.directory.apps.addApplication({
    fields: {
      displayName: 'Fabrikam Backup',
      signInAudience,
      spa: { redirectUris: [redirectUri] },
      requiredResourceAccess: [
        { resourceAppId: graphAppId, resourceAccess: [{ id: mailRead, type: 'Role' }] },
      ],
    },
  });

/** The customer's administrator follows the link and agrees. */
async function consent(appId: string) {
  const url = new URL(`${login}/${customer.tenantId}/v2.0/adminconsent`);
  const scope = 'https://graph.microsoft.com/.default';
  url.search = new URLSearchParams({ client_id: appId, redirect_uri: redirectUri, scope }).toString();
  const account = customer.world.directory.user(admin)?.id ?? '';
  const body = new URLSearchParams({ account, consent: 'yes' });
  const answer = await customer.fetch(new Request(url, { method: 'POST', body }));
  return new URL(answer.headers.get('location') ?? 'none:').searchParams.get('tenant');
}

async function tokenOf(appId: string, client_secret: string) {
  const answer = await tokenRequest(customer, {
    grant_type: 'client_credentials',
    client_id: appId,
    client_secret,
    scope: 'https://graph.microsoft.com/.default',
  });
  return (await answer.json()) as Json;
}

describe('an operator’s app in a customer’s tenant', () => {
  it('is another tenant’s: two tenants have nothing in common', () => {
    expect(home.tenantId).not.toBe(customer.tenantId);
    expect(home.world.directory.users()[0]?.id).not.toBe(customer.world.directory.users()[0]?.id);
  });

  it('gets a token of that tenant with what its administrator agreed to', async () => {
    const app = register('AzureADMultipleOrgs');
    const { secretText } = addPassword(home.world, app, {});
    shareApp(home.world, customer.world, app.appId);
    expect((await tokenOf(app.appId, secretText))['error_codes']).toEqual([7000229]);
    expect(await consent(app.appId)).toBe(customer.tenantId);
    const claims = decodeToken(String((await tokenOf(app.appId, secretText))['access_token']))?.claims;
    expect(claims).toMatchObject({ tid: customer.tenantId, roles: ['Mail.Read'] });
    const token = await appToken(customer, ['Application.Read.All']);
    const path = `/servicePrincipals(appId='${app.appId}')`;
    expect((await call(customer, token, path)).json).toMatchObject({ appOwnerOrganizationId: home.tenantId });
    expect((await call(customer, token, `/applications(appId='${app.appId}')`)).status).toBe(404);
  });

  it('has the credentials it has at home, also those that come later', async () => {
    const app = register('AzureADMultipleOrgs');
    shareApp(home.world, customer.world, app.appId);
    await consent(app.appId);
    const { secretText } = addPassword(home.world, app, {});
    expect(await tokenOf(app.appId, secretText)).toHaveProperty('access_token');
    const key = selfSigned('CN=device').der.toString('base64');
    app.keys = [parseKey(home.world, { type: 'AsymmetricX509Cert', usage: 'Verify', key })];
    expect(customer.world.directory.apps.applicationByAppId(app.appId)?.keys).toEqual(app.keys);
    app.passwords = [];
    expect((await tokenOf(app.appId, secretText))['error_codes']).toEqual([7000215]);
  });

  it('must be there, and for other tenants', () => {
    const { appId } = register('AzureADMyOrg');
    for (const id of [appId, 'none'])
      expect(() => shareApp(home.world, customer.world, id)).toThrow(RangeError);
  });
});
