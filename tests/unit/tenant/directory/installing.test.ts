import { beforeEach, describe, expect, it } from 'vitest';
import { clientIds } from '../../../tenant/entra/known-clients.ts';
import { call, errorCode, userToken, type Json } from '../core/clients.ts';
import { admin } from '../core/start.ts';
import {
  as,
  get,
  goOnWith,
  graphId,
  install,
  mailReadWrite,
  openTenant,
  patch,
  post,
  register,
  scope,
  tenant,
  token,
} from './applications-world.ts';

beforeEach(openTenant);

describe('installing', () => {
  it('makes a service principal once', async () => {
    const app = await register();
    expect(await install(app['appId'])).toMatchObject({
      appId: app['appId'],
      appOwnerOrganizationId: tenant.tenantId,
    });
    const again = await post('/servicePrincipals', { appId: app['appId'] });
    expect([again.status, errorCode(again.json)]).toEqual([409, 'Request_MultipleObjectsWithSameKeyValue']);
  });

  it('brings back a service of Microsoft’s that the tenant lacks', async () => {
    const { apps } = tenant.world.directory;
    const exchange = apps.servicePrincipalByAppId('00000002-0000-0ff1-ce00-000000000000');
    apps.purge(exchange?.id ?? '');
    expect((await get("/servicePrincipals(appId='00000002-0000-0ff1-ce00-000000000000')")).status).toBe(404);
    const made = await install('00000002-0000-0ff1-ce00-000000000000');
    expect((made['appRoles'] as Json[]).map((role) => role['value'])).toContain('full_access_as_app');
  });

  it('fails until the application has replicated, as does everything else', async () => {
    Object.assign(tenant.world.replication, { applicationForPrincipalMs: 5000, objectMs: 8000 });
    const app = await register();
    const early = await post('/servicePrincipals', { appId: app['appId'] });
    expect(early.status).toBe(400);
    expect((early.json['error'] as Json)['message']).toContain(
      'does not reference a valid application object',
    );
    expect(errorCode((await patch(`/applications/${String(app['id'])}`, {})).json)).toBe(
      'Request_ResourceNotFound',
    );
    tenant.world.clock.advance(5000);
    const principal = await install(app['appId']);
    const assignments = `/servicePrincipals/${String(principal['id'])}/appRoleAssignments`;
    const body = { principalId: principal['id'], resourceId: graphId(), appRoleId: mailReadWrite };
    tenant.world.clock.advance(3000);
    expect((await post(assignments, body)).status).toBe(404);
    tenant.world.clock.advance(5000);
    expect((await post(assignments, body)).status).toBe(201);
  });
});

describe('granting roles', () => {
  const assign = async (bearer: string, appRoleId = mailReadWrite, changes: Json = {}) => {
    const principal = tenant.world.directory.apps
      .servicePrincipals()
      .find((one) => one.displayName === 'Backup');
    const body = { principalId: principal?.id, resourceId: graphId(), appRoleId, ...changes };
    return as(bearer)(`/servicePrincipals/${principal?.id}/appRoleAssignments`, { method: 'POST', body });
  };
  beforeEach(async () => {
    await install((await register())['appId']);
  });

  it('works once', async () => {
    const { status, json } = await assign(token);
    expect(status).toBe(201);
    expect(json).toMatchObject({
      principalType: 'ServicePrincipal',
      resourceDisplayName: 'Microsoft Graph',
      appRoleId: mailReadWrite,
    });
    const again = await assign(token);
    expect([again.status, errorCode(again.json)]).toEqual([400, 'Request_BadRequest']);
    const path = `/servicePrincipals/${graphId()}/appRoleAssignedTo`;
    expect((await get(path)).json['value']).toHaveLength(1);
    expect((await call(tenant, token, `${path}/${String(json['id'])}`, { method: 'DELETE' })).status).toBe(
      204,
    );
    expect((await get(path)).json['value']).toHaveLength(0);
  });

  it('refuses roles the resource lacks', async () => {
    expect((await assign(token, '11111111-2222-4333-8444-555555555555')).status).toBe(400);
    expect((await assign(token, mailReadWrite, { resourceId: 'nobody' })).status).toBe(404);
  });

  it('takes more than an application administrator, for Graph’s own', async () => {
    const asCarl = await userToken(tenant, {
      clientId: clientIds.registrator,
      scope,
      upn: 'carl@contoso.example',
    });
    expect(errorCode((await assign(asCarl)).json)).toBe('Authorization_RequestDenied');
    const exchange = tenant.world.directory.apps.servicePrincipalByAppId(
      '00000002-0000-0ff1-ce00-000000000000',
    );
    const role = exchange?.appRoles.find((one) => one.value === 'full_access_as_app')?.id;
    expect((await assign(asCarl, role, { resourceId: exchange?.id })).status).toBe(201);
  });
});

it('lets an administrator onboard with the documented scopes alone', async () => {
  tenant.world.switches.accessAsUser = 'refused';
  const documented = [
    'Application.ReadWrite.All',
    'AppRoleAssignment.ReadWrite.All',
    'DelegatedPermissionGrant.ReadWrite.All',
  ];
  goOnWith(
    await userToken(tenant, {
      clientId: clientIds.registrator,
      scope: `openid ${documented.join(' ')}`,
      upn: admin,
    }),
  );
  const principal = await install((await register())['appId']);
  const ids = { principalId: principal['id'], resourceId: graphId() };
  const assigned = await post(`/servicePrincipals/${String(principal['id'])}/appRoleAssignments`, {
    ...ids,
    appRoleId: mailReadWrite,
  });
  const granted = await post('/oauth2PermissionGrants', {
    clientId: principal['id'],
    resourceId: graphId(),
    consentType: 'AllPrincipals',
    scope: 'User.Read',
  });
  expect([assigned.status, granted.status]).toEqual([201, 201]);
});

it('keeps delegated grants: one per client, resource and audience', async () => {
  const principal = await install((await register())['appId']);
  const grant = {
    clientId: principal['id'],
    resourceId: graphId(),
    consentType: 'AllPrincipals',
    scope: 'Tasks.ReadWrite offline_access',
  };
  const { status, json } = await post('/oauth2PermissionGrants', grant);
  expect([status, json['scope']]).toEqual([201, 'Tasks.ReadWrite offline_access']);
  const again = await post('/oauth2PermissionGrants', grant);
  expect([again.status, errorCode(again.json)]).toEqual([409, 'Request_MultipleObjectsWithSameKeyValue']);
  const path = `/oauth2PermissionGrants/${String(json['id'])}`;
  expect((await patch(path, { scope: 'b a' })).status).toBe(204);
  expect((await get(path)).json['scope']).toBe('b a');
  expect((await post('/oauth2PermissionGrants', { ...grant, consentType: 'Principal' })).status).toBe(400);
  expect((await call(tenant, token, path, { method: 'DELETE' })).status).toBe(204);
  expect((await get(path)).status).toBe(404);
});
