import { beforeEach, describe, expect, it } from 'vitest';
import { clientIds } from '../../../tenant/entra/known-clients.ts';
import type { Tenant } from '../../../tenant/tenant.ts';
import {
  installedApp,
  page,
  redeemCode,
  redirectUri,
  signIn,
  tokenRequest,
  type Json,
} from '../core/clients.ts';
import { admin, smallTenant } from '../core/start.ts';

let tenant: Tenant;
beforeEach(async () => {
  tenant = await smallTenant();
});

const registrator = {
  clientId: clientIds.registrator,
  scope: 'openid offline_access https://graph.microsoft.com/User.Read',
  upn: admin,
};

const asApp = () => {
  const { app, secret } = installedApp(tenant.world);
  return tokenRequest(tenant, {
    grant_type: 'client_credentials',
    client_id: app.appId,
    client_secret: secret,
    scope: 'https://graph.microsoft.com/.default',
  });
};

const blocked = { error_codes: [53003], error: 'interaction_required', suberror: 'message_only' };

describe('a Conditional Access policy', () => {
  it.each([
    ['none', 200],
    ['blocks-user', 200],
    ['blocks-app', 400],
  ] as const)('%s: an app gets %i', async (conditionalAccess, status) => {
    tenant.world.switches.conditionalAccess = conditionalAccess;
    const answer = await asApp();
    expect(answer.status).toBe(status);
    if (status === 400) expect(await answer.json()).toMatchObject(blocked);
  });

  it.each([
    ['none', null],
    ['blocks-app', null],
    ['blocks-user', 'access_denied'],
  ] as const)('%s: a person who signs in gets %s', async (conditionalAccess, error) => {
    tenant.world.switches.conditionalAccess = conditionalAccess;
    const { location, values } = await signIn(tenant, registrator);
    expect(location.startsWith(redirectUri)).toBe(true);
    expect([values.get('error'), values.get('code') === null]).toEqual([error, error !== null]);
    if (error) expect(values.get('error_description')).toMatch(/^AADSTS53003: Access has been blocked/);
  });

  it('ends what a person has: no more tokens for a refresh token', async () => {
    const { refresh_token } = (await (await redeemCode(tenant, registrator)).response.json()) as Json;
    tenant.world.switches.conditionalAccess = 'blocks-user';
    const form = {
      grant_type: 'refresh_token',
      client_id: clientIds.registrator,
      refresh_token: String(refresh_token),
      scope: registrator.scope,
    };
    const answer = await tokenRequest(tenant, form, { Origin: page });
    expect([answer.status, await answer.json()]).toEqual([400, expect.objectContaining(blocked)]);
  });
});
