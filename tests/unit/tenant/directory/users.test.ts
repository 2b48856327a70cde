import { beforeEach, describe, expect, it } from 'vitest';
import { clientIds } from '../../../tenant/entra/known-clients.ts';
import { skuId } from '../../../tenant/directory/licences.ts';
import { roleIds } from '../../../tenant/directory/roles.ts';
import type { Tenant } from '../../../tenant/tenant.ts';
import { appToken, call, errorCode, userToken, type Json } from '../core/clients.ts';
import { admin, amy, smallTenant } from '../core/start.ts';

let tenant: Tenant;
let token: string;
beforeEach(async () => {
  tenant = await smallTenant();
  token = await appToken(tenant, [
    'User.ReadWrite.All',
    'Organization.Read.All',
    'RoleManagement.Read.Directory',
  ]);
});

const list = async (path: string, headers?: Record<string, string>) => {
  const { json, status } = await call(tenant, token, path, headers ? { headers } : {});
  return {
    status,
    json,
    value: (json['value'] ?? []) as Json[],
    next: json['@odata.nextLink'] as string | undefined,
  };
};

describe('/users', () => {
  it('gives the default properties, licences only when asked for', async () => {
    const plain = (await list('/users')).value[0] ?? {};
    expect(Object.keys(plain)).not.toContain('assignedPlans');
    expect(Object.keys(plain)).not.toContain('accountEnabled');
    const chosen = await list('/users?$select=id,accountEnabled,assignedPlans,assignedLicenses');
    const plans = chosen.value[0]?.['assignedPlans'] as Json[];
    expect(chosen.json['@odata.context']).toContain(
      '#users(id,accountEnabled,assignedPlans,assignedLicenses)',
    );
    expect(plans.filter((plan) => plan['service'] === 'exchange').length).toBeGreaterThan(0);
    expect(chosen.value[0]?.['assignedLicenses']).toEqual([{ disabledPlans: [], skuId: skuId('SPB') }]);
  });

  it('pages by opaque links that keep the other parameters', async () => {
    const seen: unknown[] = [];
    let next: string | undefined = '/users?$select=id&$top=3';
    while (next) {
      const page: Awaited<ReturnType<typeof list>> = await list(next);
      expect(page.value.length).toBeLessThanOrEqual(3);
      for (const user of page.value) expect(Object.keys(user)).toEqual(['id']);
      seen.push(...page.value.map((user) => user['id']));
      next = page.next;
    }
    expect(new Set(seen).size).toBe(tenant.world.directory.users().length);
  });

  it.each([
    ["userType eq 'Guest'", 1],
    ["startswith(displayName,'A')", 2],
    ["startswith(displayName,'A') and userType eq 'Member'", 2],
    ["displayName eq 'Guest' or displayName eq 'Amy Adams'", 2],
    ["userPrincipalName in ('amy@contoso.example', 'x')", 1],
    ['accountEnabled eq false', 0],
    ["(userType eq 'Guest') and accountEnabled eq true", 1],
    [`assignedLicenses/any(x:x/skuId eq ${skuId('SPB')})`, 3],
  ])('filters by %s', async (filter, count) => {
    expect((await list(`/users?$filter=${encodeURIComponent(filter)}`)).value).toHaveLength(count);
  });

  it('asks for eventual consistency where the index needs it', async () => {
    const path = `/users?$count=true&$filter=${encodeURIComponent("userType ne 'Guest'")}`;
    const refused = await list(path);
    expect([refused.status, errorCode(refused.json)]).toEqual([400, 'Request_UnsupportedQuery']);
    const { json } = await list(path, { ConsistencyLevel: 'eventual' });
    expect(json['@odata.count']).toBe(3);
  });

  it.each(['/users?$top=0', '/users?$top=1000', '/users?$filter=a%20b', '/users?$skiptoken=%25%25'])(
    'refuses %s',
    async (path) => {
      expect((await list(path)).status).toBe(400);
    },
  );

  it('finds one by id, by name in any case, and says who is missing', async () => {
    const { json } = await call(tenant, token, '/users/AMY@contoso.example');
    expect((await call(tenant, token, `/users/${String(json['id'])}`)).json).toEqual(json);
    const { status, json: error } = await call(tenant, token, '/users/nobody');
    expect([status, errorCode(error)]).toEqual([404, 'Request_ResourceNotFound']);
  });

  it('changes a profile', async () => {
    const done = await call(tenant, token, `/users/${amy}`, {
      method: 'PATCH',
      body: { jobTitle: 'Carpenter' },
    });
    expect(done.status).toBe(204);
    expect((await call(tenant, token, `/users/${amy}`)).json['jobTitle']).toBe('Carpenter');
    const wrong = await call(tenant, token, `/users/${amy}`, { method: 'PATCH', body: { id: 'x' } });
    expect(wrong.status).toBe(400);
  });
});

describe('roles', () => {
  it('mix with groups in memberOf, told apart by type', async () => {
    const { directory } = tenant.world;
    const id = directory.user(admin)?.id ?? '';
    directory.addGroup({ displayName: 'All', memberIds: [id] });
    const scope = 'openid User.Read';
    const asAdmin = await userToken(tenant, { clientId: clientIds.registrator, scope, upn: admin });
    const { json } = await call(tenant, asAdmin, '/me/memberOf');
    expect((json['value'] as Json[]).map((one) => one['@odata.type'])).toEqual([
      '#microsoft.graph.group',
      '#microsoft.graph.directoryRole',
    ]);
    const roles = await call(tenant, asAdmin, '/me/transitiveMemberOf/microsoft.graph.directoryRole');
    expect(roles.json['value']).toMatchObject([{ roleTemplateId: roleIds.globalAdministrator }]);
  });

  it('are assigned in the directory, eligible ones only with the licence for it', async () => {
    const { value } = await list('/roleManagement/directory/roleAssignments');
    expect(value.map((one) => one['roleDefinitionId'])).toContain(roleIds.globalAdministrator);
    const path = '/roleManagement/directory/roleEligibilityScheduleInstances';
    const refused = await list(path);
    expect(errorCode(refused.json)).toBe('AadPremiumLicenseRequired');
    tenant.world.directory.subscriptions.push({
      skuId: skuId('AAD_PREMIUM_P2'),
      units: 1,
      capabilityStatus: 'Enabled',
    });
    const user = tenant.world.directory.user(amy);
    user?.eligibleRoles.push(roleIds.globalAdministrator);
    expect((await list(`${path}?$filter=principalId eq '${user?.id}'`)).value).toHaveLength(1);
  });
});

describe('one role', () => {
  it('is found by its own id and by its template, with who holds it', async () => {
    const [role] = (await list('/directoryRoles')).value;
    const byTemplate = `/directoryRoles(roleTemplateId='${String(role?.['roleTemplateId'])}')`;
    for (const path of [`/directoryRoles/${String(role?.['id'])}`, byTemplate]) {
      expect((await list(path)).json).toMatchObject({ ...role, '@odata.context': expect.any(String) });
      const members = (await list(`${path}/members`)).value;
      expect(members.map((one) => one['userPrincipalName'])).toEqual([admin]);
    }
    const missing = await list('/directoryRoles/11111111-1111-4111-8111-111111111111');
    expect([missing.status, errorCode(missing.json)]).toEqual([404, 'Request_ResourceNotFound']);
  });

  it('is assigned under an id of its own', async () => {
    const [assignment] = (await list('/roleManagement/directory/roleAssignments')).value;
    const path = `/roleManagement/directory/roleAssignments/${String(assignment?.['id'])}`;
    expect((await list(path)).json).toMatchObject(assignment ?? {});
    expect((await list('/roleManagement/directory/roleAssignments/none')).status).toBe(404);
  });
});

describe('licences', () => {
  it('count who uses them, and show their state', async () => {
    const { subscriptions } = tenant.world.directory;
    subscriptions.push({ skuId: skuId('EXCHANGESTANDARD'), units: 2, capabilityStatus: 'Suspended' });
    const { value } = await list('/subscribedSkus');
    expect(value[0]).toMatchObject({ skuPartNumber: 'SPB', consumedUnits: 3, prepaidUnits: { enabled: 5 } });
    expect(value[1]).toMatchObject({
      capabilityStatus: 'Suspended',
      prepaidUnits: { enabled: 0, suspended: 2 },
    });
  });

  it('suspended, suspend the plans of their users', async () => {
    tenant.world.directory.subscriptions[0] = {
      skuId: skuId('SPB'),
      units: 5,
      capabilityStatus: 'Suspended',
    };
    const { json } = await call(tenant, token, `/users/${amy}?$select=assignedPlans`);
    const states = new Set((json['assignedPlans'] as Json[]).map((plan) => plan['capabilityStatus']));
    expect([...states]).toEqual(['Suspended']);
  });
});

it('describes the organization and its domains', async () => {
  const { value } = await list('/organization');
  expect(value[0]).toMatchObject({ id: tenant.tenantId, displayName: 'Contoso Joinery' });
  expect(((value[0]?.['verifiedDomains'] ?? []) as Json[]).map((one) => one['name'])).toEqual([
    'contoso.example',
    'contoso.onmicrosoft.com',
  ]);
});
