import { beforeEach, describe, expect, it } from 'vitest';
import { clientIds } from '../../../tenant/entra/known-clients.ts';
import { roleIds } from '../../../tenant/directory/roles.ts';
import { tenantState } from '../../../tenant/oracle/state.ts';
import { startTenant, type Tenant } from '../../../tenant/tenant.ts';
import { appToken, call, errorCode, userToken, type Json } from '../core/clients.ts';
import { admin, amy, smallTenant } from '../core/start.ts';

const carl = 'carl@contoso.example';

let tenant: Tenant;
let app: string;
beforeEach(async () => {
  tenant = await smallTenant();
  app = await appToken(tenant, ['User.ReadWrite.All']);
});

const send = (method: string, path: string, body?: unknown, token = app) =>
  call(tenant, token, path, { method, ...(body === undefined ? {} : { body }) });
const get = async (path: string, token = app) => (await send('GET', path, undefined, token)).json;
const as = (upn: string, scope: string) =>
  userToken(tenant, { clientId: clientIds.registrator, scope: `openid ${scope}`, upn });
const link = (upn: string) => ({ '@odata.id': `https://graph.microsoft.com/v1.0/users/${upn}` });
const idOf = (upn: string) => tenant.world.directory.user(upn)?.id ?? '';

const facts = {
  businessPhones: ['+49 40 5550 17'],
  mobilePhone: '+49 151 5550117',
  officeLocation: 'Workshop',
  companyName: 'Contoso Joinery',
  department: 'Workshop',
  jobTitle: 'Carpenter',
  city: 'Hamburg',
  employeeId: 'E17',
  otherMails: ['amy@adams.example'],
  usageLocation: 'DE',
};

describe('PATCH /users/{id}', () => {
  it('writes the facts of a profile, and takes them back with null', async () => {
    expect((await send('PATCH', `/users/${amy}`, facts)).status).toBe(204);
    const names = Object.keys(facts).join(',');
    expect(await get(`/users/${amy}?$select=${names}`)).toMatchObject(facts);
    expect(await get(`/users/${amy}`)).toMatchObject({
      officeLocation: 'Workshop',
      businessPhones: facts.businessPhones,
    });
    await send('PATCH', `/users/${amy}`, { officeLocation: null, businessPhones: [] });
    expect(await get(`/users/${amy}`)).toMatchObject({ officeLocation: null, businessPhones: [] });
    expect(tenantState(tenant.world).users[1]?.facts).toMatchObject({
      city: 'Hamburg',
      officeLocation: null,
    });
  });

  it('tells who follows changes', async () => {
    const latest = await get('/users/delta?$deltatoken=latest');
    await send('PATCH', `/users/${amy}`, { officeLocation: 'Yard' });
    const { value } = await get(String(latest['@odata.deltaLink']));
    expect(value).toMatchObject([{ id: idOf(amy), officeLocation: 'Yard' }]);
  });

  it.each([
    [{ jobTitle: 'x'.repeat(129) }, "Invalid value specified for property 'jobTitle' of resource 'User'."],
    [{ officeLocation: '' }, "Invalid value specified for property 'officeLocation' of resource 'User'."],
    [{ displayName: null }, "Invalid value specified for property 'displayName' of resource 'User'."],
    [
      { businessPhones: ['1', '2'] },
      "Invalid value specified for property 'businessPhones' of resource 'User'.",
    ],
    [{ mobilePhone: 17 }, "Invalid value specified for property 'mobilePhone' of resource 'User'."],
    [{ constructor: 'x' }, "Invalid property 'constructor'."],
  ])('refuses %o and writes nothing of it', async (wrong, message) => {
    const { status, json } = await send('PATCH', `/users/${amy}`, { city: 'Bremen', ...wrong });
    expect([status, errorCode(json)]).toEqual([400, 'Request_BadRequest']);
    expect(json).toMatchObject({ error: { message } });
    expect(await get(`/users/${amy}?$select=city`)).toMatchObject({ city: null });
  });

  it('lets an app change of an administrator all but numbers and addresses', async () => {
    expect((await send('PATCH', `/users/${carl}`, { city: 'Bremen' })).status).toBe(204);
    const { status, json } = await send('PATCH', `/users/${carl}`, { mobilePhone: '1' });
    expect([status, errorCode(json)]).toEqual([403, 'Authorization_RequestDenied']);
    const asAdmin = await as(admin, 'User.ReadWrite.All');
    expect((await send('PATCH', `/users/${carl}`, { mobilePhone: '1' }, asAdmin)).status).toBe(204);
    tenant.world.directory.user(amy)?.roles.push(roleIds.userAdministrator);
    const asUserAdmin = await as(amy, 'User.ReadWrite.All');
    expect((await send('PATCH', `/users/${carl}`, { mobilePhone: '2' }, asUserAdmin)).status).toBe(403);
  });
});

describe('managers', () => {
  it('are given, read, expanded and taken back', async () => {
    const path = `/users/${amy}/manager`;
    expect(errorCode(await get(path))).toBe('Request_ResourceNotFound');
    expect((await send('PUT', `${path}/$ref`, link(carl))).status).toBe(204);
    expect(await get(path)).toMatchObject({
      '@odata.context': 'https://graph.microsoft.com/v1.0/$metadata#directoryObjects/$entity',
      '@odata.type': '#microsoft.graph.user',
      userPrincipalName: carl,
    });
    expect(await get(`${path}/$ref`)).toMatchObject({
      '@odata.id': `https://graph.microsoft.com/v1.0/directoryObjects/${idOf(carl)}`,
    });
    const expanded = await get(`/users/${amy}?$select=displayName&$expand=manager($select=mail)`);
    expect(expanded).toMatchObject({ displayName: 'Amy Adams', manager: { id: idOf(carl), mail: carl } });
    expect(expanded['manager']).not.toHaveProperty('displayName');
    const { value } = await get('/users?$expand=manager');
    expect((value as Json[]).map((user) => (user['manager'] as Json | undefined)?.['displayName'])).toEqual([
      undefined,
      'Carl Cloud',
      undefined,
      undefined,
    ]);
    expect((await send('DELETE', `${path}/$ref`)).status).toBe(204);
    expect((await send('DELETE', `${path}/$ref`)).status).toBe(404);
    expect((await get(`/users/${amy}?$expand=manager`))['manager']).toBeUndefined();
  });

  it('have those they manage', async () => {
    await send('PUT', `/users/${amy}/manager/$ref`, link(carl));
    const { value } = await get(`/users/${carl}/directReports`);
    expect(value).toMatchObject([{ '@odata.type': '#microsoft.graph.user', displayName: 'Amy Adams' }]);
    expect(await get(`/users/${amy}/directReports`)).toMatchObject({ value: [] });
  });

  it('are people of the directory, and somebody else', async () => {
    const path = `/users/${amy}/manager/$ref`;
    expect((await send('PUT', path, link('nobody'))).status).toBe(404);
    expect((await send('PUT', path, link(amy))).status).toBe(400);
  });

  it.each([
    ['GET', 'User.Read.All', 200],
    ['GET', 'Mail.Read', 403],
    ['PUT', 'User.Read.All', 403],
    ['PUT', 'User.ReadWrite.All', 204],
    ['DELETE', 'Directory.Read.All', 403],
  ])('%s with %s: %i', async (method, permission, status) => {
    await send('PUT', `/users/${amy}/manager/$ref`, link(carl));
    const token = await appToken(tenant, [permission]);
    const path = `/users/${amy}/manager${method === 'GET' ? '' : '/$ref'}`;
    expect((await send(method, path, method === 'PUT' ? link(admin) : undefined, token)).status).toBe(status);
  });

  it('are appointed by who manages people, not by everybody', async () => {
    const [asAdmin, asAmy] = [await as(admin, 'User.ReadWrite.All'), await as(amy, 'User.ReadWrite.All')];
    const put = async (token: string) =>
      (await send('PUT', `/users/${carl}/manager/$ref`, link(admin), token)).status;
    expect([await put(asAmy), await put(asAdmin)]).toEqual([403, 204]);
  });
});

it('has profiles and managers in the demo', async () => {
  const { users, groups } = tenantState((await startTenant()).world);
  const [ada, jonas] = users;
  expect(jonas?.facts).toMatchObject({ officeLocation: 'Workshop', managerId: ada?.id });
  expect(users.filter((user) => user.facts.managerId === ada?.id)).toHaveLength(3);
  expect(groups.map((group) => group.displayName)).toEqual(['Workshop', 'Management', 'All staff']);
});
