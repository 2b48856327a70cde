import { beforeEach, describe, expect, it } from 'vitest';
import { decodeToken } from '../../../tenant/entra/jwt.ts';
import { clientIds } from '../../../tenant/entra/known-clients.ts';
import { roleIds } from '../../../tenant/directory/roles.ts';
import type { Tenant } from '../../../tenant/tenant.ts';
import { authorizeUrl, call, errorCode, pkce, redeemCode, userToken, type Json } from '../core/clients.ts';
import { amy, smallTenant } from '../core/start.ts';

let tenant: Tenant;
beforeEach(async () => {
  tenant = await smallTenant();
});

const registrator = {
  clientId: clientIds.registrator,
  scope: 'openid profile https://graph.microsoft.com/Directory.AccessAsUser.All',
};
const tokenFor = (upn: string) => userToken(tenant, { ...registrator, upn });

/** Every kind of write that onboarding does, at objects that are there. */
const writes = (world: Tenant['world']): [string, string, Json][] => {
  const graph = world.directory.apps.servicePrincipals()[0]?.id ?? '';
  return [
    ['POST', '/applications', { displayName: 'A' }],
    ['POST', '/servicePrincipals', { appId: '00000002-0000-0ff1-ce00-000000000000' }],
    ['PATCH', `/servicePrincipals/${graph}`, { notes: 'x' }],
    ['POST', '/oauth2PermissionGrants', { clientId: graph, resourceId: graph, consentType: 'AllPrincipals' }],
    ['PATCH', `/users/${amy}`, { jobTitle: 'x' }],
  ];
};

describe.each([
  ['Global Reader', 'f2ef992c-3afb-46b9-b7cf-a126ee74c451', roleIds.globalReader],
  ['Billing Administrator', 'b0f54661-2d74-4c50-afa3-1ec803f12efe', roleIds.billingAdministrator],
  ['Helpdesk Administrator', '729827e3-9c14-49f7-bb1b-9608f156bbb8', roleIds.helpdeskAdministrator],
])('a %s', (displayName, id, role) => {
  const upn = 'operator@contoso.example';
  beforeEach(async () => {
    tenant.world.directory.addUser({ userPrincipalName: upn, displayName: 'Olga', roles: [role] });
    // An administrator has consented for everybody.
    await tokenFor('admin@contoso.example');
  });

  it('is one to Graph, and reads the directory', async () => {
    const token = await tokenFor(upn);
    const { json } = await call(tenant, token, '/me/memberOf');
    expect(json['value']).toMatchObject([{ displayName, roleTemplateId: id }]);
    for (const path of ['/users', '/applications', '/servicePrincipals', '/subscribedSkus', '/organization'])
      expect((await call(tenant, token, path)).status).toBe(200);
  });

  it('writes nothing', async () => {
    const token = await tokenFor(upn);
    for (const [method, path, body] of writes(tenant.world)) {
      const { json, status } = await call(tenant, token, path, { method, body });
      expect([path, status, errorCode(json)]).toEqual([path, 403, 'Authorization_RequestDenied']);
    }
  });
});

describe('somebody of a partner with delegated rights (GDAP)', () => {
  const upn = 'olga@partner.example';
  const home = 'bbbbbbbb-1111-4222-8333-444444444444';
  const add = (roles: string[]) =>
    tenant.world.directory.addPartner({
      userPrincipalName: upn,
      displayName: 'Partner Technician',
      homeTenantId: home,
      roles,
    });

  it('is nobody in this directory', async () => {
    const partner = add([roleIds.globalAdministrator]);
    const token = await tokenFor(upn);
    for (const path of ['/me', '/me/memberOf', `/users/${partner.id}`, `/users/${upn}`])
      expect([path, (await call(tenant, token, path)).status]).toEqual([path, 404]);
    const users = (await call(tenant, token, '/users')).json['value'] as Json[];
    expect(users.map((user) => user['userPrincipalName'])).not.toContain(upn);
    const assignments = await call(tenant, token, '/roleManagement/directory/roleAssignments');
    expect(JSON.stringify(assignments.json)).not.toContain(partner.id);
  });

  it('has a token of this tenant without an object id, with the roles in it', async () => {
    const partner = add([roleIds.globalReader]);
    await tokenFor('admin@contoso.example');
    const { response } = await redeemCode(tenant, { ...registrator, upn });
    const body = (await response.json()) as Json;
    const claims = decodeToken(String(body['access_token']))?.claims ?? {};
    expect(claims).toMatchObject({
      tid: tenant.tenantId,
      idp: `https://sts.windows.net/${home}/`,
      aai: `tenant: ${home}, object: ${partner.id}`,
      wids: ['08372b87-7d02-482a-9e02-fb03ea5fe193', roleIds.globalReader],
    });
    expect(claims).not.toHaveProperty('oid');
    expect(claims).not.toHaveProperty('upn');
    expect(decodeToken(String(body['id_token']))?.claims).toMatchObject({ tid: tenant.tenantId });
    const info = JSON.parse(Buffer.from(String(body['client_info']), 'base64url').toString()) as Json;
    expect(info).toEqual({ uid: partner.id, utid: home });
  });

  it('may what those roles may', async () => {
    add([roleIds.globalAdministrator]);
    const token = await tokenFor(upn);
    const made = await call(tenant, token, '/applications', { method: 'POST', body: { displayName: 'A' } });
    expect(made.status).toBe(201);
  });

  it('and nothing else', async () => {
    add([roleIds.globalReader]);
    await tokenFor('admin@contoso.example');
    const token = await tokenFor(upn);
    expect((await call(tenant, token, '/users')).status).toBe(200);
    for (const [method, path, body] of writes(tenant.world))
      expect([path, (await call(tenant, token, path, { method, body })).status]).toEqual([path, 403]);
  });

  it('is offered at the sign-in', async () => {
    add([]);
    const url = authorizeUrl(registrator, pkce().challenge);
    expect(await (await tenant.fetch(new Request(url))).text()).toContain('Partner Technician');
  });
});
