import { beforeEach, describe, expect, it } from 'vitest';
import { clientIds } from '../../../tenant/entra/known-clients.ts';
import { startTenant, type Tenant } from '../../../tenant/tenant.ts';
import { appToken, call, errorCode, userToken, type Json } from '../core/clients.ts';
import { admin, amy, smallTenant } from '../core/start.ts';

let tenant: Tenant;
let token: string;
let team: string;
let everybody: string;

beforeEach(async () => {
  tenant = await smallTenant();
  const { directory } = tenant.world;
  const id = (upn: string) => directory.user(upn)?.id ?? '';
  team = directory.addGroup({
    displayName: 'Workshop',
    mail: 'workshop@contoso.example',
    isMicrosoft365: true,
    memberIds: [id(amy)],
    ownerIds: [id(admin)],
  }).id;
  everybody = directory.addGroup({ displayName: 'Everybody', memberIds: [id(admin), team] }).id;
  token = await appToken(tenant, ['Group.Read.All', 'User.Read.All']);
});

const eventual = { headers: { ConsistencyLevel: 'eventual' } };
const list = async (path: string, bearer = token, options = {}) => {
  const { json, status } = await call(tenant, bearer, path, options);
  return { status, json, value: (json['value'] ?? []) as Json[] };
};
const names = (items: readonly Json[]) => items.map((item) => item['displayName']);

describe('/groups', () => {
  it('tells a Microsoft 365 group from a security group', async () => {
    const { json, value } = await list('/groups');
    expect(json['@odata.context']).toBe('https://graph.microsoft.com/v1.0/$metadata#groups');
    expect(value).toMatchObject([
      {
        displayName: 'Workshop',
        groupTypes: ['Unified'],
        mailEnabled: true,
        securityEnabled: false,
        mailNickname: 'workshop',
        proxyAddresses: ['SMTP:workshop@contoso.example'],
        visibility: 'Private',
      },
      { displayName: 'Everybody', groupTypes: [], mailEnabled: false, securityEnabled: true, mail: null },
    ]);
    expect(value[0]?.['securityIdentifier']).toMatch(/^S-1-12-1(-\d+){4}$/);
  });

  it('leaves out what must be selected, and knows what groups have', async () => {
    expect(Object.keys((await list('/groups')).value[0] ?? {})).not.toContain('assignedLicenses');
    const { value } = await list('/groups?$select=displayName,assignedLicenses,isArchived');
    expect(value[0]).toEqual({ id: team, displayName: 'Workshop', assignedLicenses: [], isArchived: null });
    expect((await list('/groups?$select=nonsense')).status).toBe(400);
  });

  it('pages, filters, searches and counts as users do', async () => {
    const first = await list('/groups?$top=1&$select=displayName');
    const second = await list(String(first.json['@odata.nextLink']));
    expect(names([...first.value, ...second.value])).toEqual(['Workshop', 'Everybody']);
    expect(second.json['@odata.nextLink']).toBeUndefined();
    const unified = await list("/groups?$filter=groupTypes/any(c:c eq 'Unified')");
    expect(names(unified.value)).toEqual(['Workshop']);
    const search = '/groups?$search="displayName:every"&$count=true';
    expect(await list(search, token, eventual)).toMatchObject({
      json: { '@odata.count': 1 },
      value: [{ displayName: 'Everybody' }],
    });
    const count = await call(tenant, token, '/groups/$count', eventual);
    expect(await count.response.text()).toBe('2');
  });

  it('gives one by id, and says who is missing', async () => {
    expect((await list(`/groups/${team}`)).json).toMatchObject({
      '@odata.context': 'https://graph.microsoft.com/v1.0/$metadata#groups/$entity',
      id: team,
    });
    const missing = await list('/groups/11111111-1111-4111-8111-111111111111');
    expect([missing.status, errorCode(missing.json)]).toEqual([404, 'Request_ResourceNotFound']);
  });
});

describe('the people of a group', () => {
  it('are its direct members, groups among them, and those of these below', async () => {
    const { json, value } = await list(`/groups/${everybody}/members`);
    expect(json['@odata.context']).toBe('https://graph.microsoft.com/v1.0/$metadata#directoryObjects');
    expect(value).toMatchObject([
      { '@odata.type': '#microsoft.graph.user', userPrincipalName: admin },
      { '@odata.type': '#microsoft.graph.group', displayName: 'Workshop', groupTypes: ['Unified'] },
    ]);
    expect(value[0]).not.toHaveProperty('assignedPlans');
    const below = await list(`/groups/${everybody}/transitiveMembers`);
    expect(names(below.value)).toEqual(['Ada Admin', 'Workshop', 'Amy Adams']);
    expect(names((await list(`/groups/${team}/memberOf`)).value)).toEqual(['Everybody']);
  });

  it('come as one kind, in pages, in what was selected, and counted', async () => {
    const users = await list(`/groups/${everybody}/members/microsoft.graph.user?$select=mail`);
    expect(users.value).toEqual([{ id: expect.any(String), mail: admin }]);
    const page = await list(`/groups/${everybody}/members?$top=1`);
    expect(names((await list(String(page.json['@odata.nextLink']))).value)).toEqual(['Workshop']);
    const count = await call(tenant, token, `/groups/${everybody}/members/$count`, eventual);
    expect(await count.response.text()).toBe('2');
    expect((await list(`/groups/${everybody}/members/microsoft.graph.nonsense`)).status).toBe(400);
  });

  it('have owners beside them', async () => {
    expect(names((await list(`/groups/${team}/owners`)).value)).toEqual(['Ada Admin']);
    expect((await list(`/groups/${everybody}/owners`)).value).toEqual([]);
  });

  it('are in groups of groups only transitively', async () => {
    const scope = 'openid User.Read';
    const asAmy = await userToken(tenant, { clientId: clientIds.registrator, scope, upn: amy });
    expect(names((await list('/me/memberOf', asAmy)).value)).toEqual(['Workshop']);
    expect(names((await list('/me/transitiveMemberOf', asAmy)).value)).toEqual(['Workshop', 'Everybody']);
  });

  it('are known by id alone to who may not read people', async () => {
    const groupsOnly = await appToken(tenant, ['Group.Read.All']);
    const [user, group] = (await list(`/groups/${everybody}/members`, groupsOnly)).value;
    expect(user).toMatchObject({ id: expect.any(String), displayName: null, businessPhones: [], mail: null });
    expect(group).toMatchObject({ displayName: 'Workshop' });
  });
});

describe('who may read groups', () => {
  it.each([
    ['/groups', 'Group.Read.All', 200],
    ['/groups', 'GroupMember.Read.All', 200],
    ['/groups', 'User.Read.All', 403],
    ['/groups/{team}', 'Directory.Read.All', 200],
    ['/groups/{team}', 'Group.Create', 403],
    ['/groups/{team}/members', 'GroupMember.Read.All', 200],
    ['/groups/{team}/members', 'User.Read.All', 403],
    ['/groups/{team}/owners', 'Group.ReadWrite.All', 200],
    ['/groups/{team}/owners', 'User.Read.All', 403],
    ['/groups/{team}/transitiveMembers', 'Group.Read.All', 200],
  ])('%s with %s: %i', async (path, permission, status) => {
    const bearer = await appToken(tenant, [permission]);
    expect((await list(path.replace('{team}', team), bearer)).status).toBe(status);
  });
});

it('has a few groups in the demo, a Microsoft 365 group and one of groups among them', async () => {
  const { directory } = (await startTenant()).world;
  const groups = directory.groups();
  expect(groups.map((group) => [group.displayName, group.isMicrosoft365])).toEqual([
    ['Workshop', true],
    ['Management', false],
    ['All staff', false],
  ]);
  const [workshop, , staff] = groups;
  expect(workshop?.ownerIds.map((id) => directory.user(id)?.displayName)).toEqual(['Jonas Meyerhold']);
  expect(staff?.memberIds).toContain(workshop?.id);
  expect(groups.every((group) => group.memberIds.length > 0)).toBe(true);
});
