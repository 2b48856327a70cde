import { beforeEach, describe, expect, it } from 'vitest';
import { decodeToken } from '../../../tenant/entra/jwt.ts';
import {
  exchangeAppId,
  graphAppId,
  reassignRoleId,
  removeResource,
  sharePointAppId,
} from '../../../tenant/directory/resources.ts';
import { errorCode, installedApp, tokenRequest, type Json } from '../core/clients.ts';
import { smallTenant } from '../core/start.ts';
import {
  get,
  graphId,
  install,
  mailReadWrite,
  openTenant,
  post,
  register,
  tenant,
} from './applications-world.ts';

beforeEach(openTenant);

describe('a service the tenant has bought no licence of', () => {
  const make = async (appId: string) => {
    removeResource(tenant.world, appId);
    tenant.world.directory.subscriptions.length = 0;
    const { status, json } = await post('/servicePrincipals', { appId });
    return [status, errorCode(json)];
  };

  it.each([exchangeAppId, sharePointAppId])('%s is refused where the switch says so', async (appId) => {
    tenant.world.switches.resourceCreation = 'refused';
    expect(await make(appId)).toEqual([400, 'Request_BadRequest']);
  });

  it('is installed all the same where it does not', async () => {
    expect(await make(exchangeAppId)).toEqual([201, undefined]);
  });

  it('is installed where the switch says no but the tenant has bought it', async () => {
    tenant.world.switches.resourceCreation = 'refused';
    removeResource(tenant.world, exchangeAppId);
    expect((await post('/servicePrincipals', { appId: exchangeAppId })).status).toBe(201);
  });

  it('has nobody to ask tokens of', async () => {
    const { app, secret } = installedApp(tenant.world);
    removeResource(tenant.world, exchangeAppId);
    const answer = await tokenRequest(tenant, {
      grant_type: 'client_credentials',
      client_id: app.appId,
      client_secret: secret,
      scope: 'https://outlook.office365.com/.default',
    });
    expect(((await answer.json()) as Json)['error_codes']).toEqual([500011]);
  });
});

describe('a role that Microsoft made anew', () => {
  const newId = '99999999-1111-4222-8333-444444444444';

  it('is one of that value and another id, in this tenant alone', async () => {
    reassignRoleId(tenant.world, graphAppId, 'Mail.ReadWrite', newId);
    const roles = (await get(`/servicePrincipals/${graphId()}?$select=appRoles`)).json['appRoles'] as Json[];
    expect(roles.find((role) => role['value'] === 'Mail.ReadWrite')?.['id']).toBe(newId);
    const principal = await install((await register())['appId']);
    const assign = (appRoleId: string) =>
      post(`/servicePrincipals/${String(principal['id'])}/appRoleAssignments`, {
        principalId: principal['id'],
        resourceId: graphId(),
        appRoleId,
      });
    expect([(await assign(mailReadWrite)).status, (await assign(newId)).status]).toEqual([400, 201]);
    const { apps } = (await smallTenant()).world.directory;
    expect(apps.servicePrincipalByAppId(graphAppId)?.appRoles.map((role) => role.id)).toContain(
      mailReadWrite,
    );
  });

  it('is gone from the tokens of who had it before', async () => {
    const { app, secret } = installedApp(tenant.world, ['Mail.ReadWrite', 'User.Read.All']);
    reassignRoleId(tenant.world, graphAppId, 'Mail.ReadWrite', newId);
    const answer = await tokenRequest(tenant, {
      grant_type: 'client_credentials',
      client_id: app.appId,
      client_secret: secret,
      scope: 'https://graph.microsoft.com/.default',
    });
    const { access_token } = (await answer.json()) as Json;
    expect(decodeToken(String(access_token))?.claims['roles']).toEqual(['User.Read.All']);
  });

  it('must be one', () => {
    expect(() => reassignRoleId(tenant.world, graphAppId, 'Mail.Burn', newId)).toThrow(RangeError);
  });
});
