import { beforeEach, describe, expect, it } from 'vitest';
import { clientIds } from '../../../tenant/entra/known-clients.ts';
import type { Tenant } from '../../../tenant/tenant.ts';
import { appToken, call, errorCode, userToken, type Json } from '../core/clients.ts';
import { admin, amy, smallTenant } from '../core/start.ts';

const carl = 'carl@contoso.example';
const team = { displayName: 'Joiners', mailEnabled: true, mailNickname: 'joiners', securityEnabled: false };
const unified = { ...team, groupTypes: ['Unified'] };
const security = { ...team, mailEnabled: false, securityEnabled: true };

let tenant: Tenant;
let app: string;
beforeEach(async () => {
  tenant = await smallTenant();
  app = await appToken(tenant, ['Group.ReadWrite.All', 'User.Read.All']);
});

const scope = 'openid Group.ReadWrite.All';
const as = (upn: string, more = scope) =>
  userToken(tenant, { clientId: clientIds.registrator, scope: more, upn });
const send = (method: string, path: string, body?: unknown, token = app) =>
  call(tenant, token, path, { method, ...(body === undefined ? {} : { body }) });
const create = async (body: Json, token = app) => (await send('POST', '/groups', body, token)).json;
const idOf = (upn: string) => tenant.world.directory.user(upn)?.id ?? '';
const link = (id: string) => ({ '@odata.id': `https://graph.microsoft.com/v1.0/directoryObjects/${id}` });
const namesIn = async (path: string) =>
  ((await send('GET', path)).json['value'] as Json[]).map((one) => one['displayName']);
const refusal = async (answer: ReturnType<typeof send>) => {
  const { status, json } = await answer;
  return [status, errorCode(json), (json['error'] as Json | undefined)?.['message']];
};

describe('POST /groups', () => {
  it('makes a Microsoft 365 group with an address, and a security group without', async () => {
    const made = await send('POST', '/groups', { ...unified, description: 'At the benches' });
    expect(made.status).toBe(201);
    expect(made.json).toMatchObject({
      '@odata.context': 'https://graph.microsoft.com/v1.0/$metadata#groups/$entity',
      description: 'At the benches',
      groupTypes: ['Unified'],
      mail: 'joiners@contoso.example',
      mailEnabled: true,
      securityEnabled: false,
      visibility: 'Public',
    });
    expect(await create(security)).toMatchObject({
      groupTypes: [],
      mail: null,
      mailNickname: 'joiners',
      securityEnabled: true,
      visibility: null,
    });
    expect(await namesIn('/groups')).toEqual(['Joiners', 'Joiners']);
  });

  it.each([
    [{ mailNickname: undefined }, "A value is required for property 'mailNickname' of resource 'Group'."],
    [
      { mailNickname: 'two words' },
      "Invalid value specified for property 'mailNickname' of resource 'Group'.",
    ],
    [{ mailNickname: 'a@b' }, "Invalid value specified for property 'mailNickname' of resource 'Group'."],
    [
      { mailNickname: 'x'.repeat(65) },
      "Invalid value specified for property 'mailNickname' of resource 'Group'.",
    ],
    [
      { displayName: 'x'.repeat(257) },
      "Invalid value specified for property 'displayName' of resource 'Group'.",
    ],
    [{ visibility: 'Hidden' }, "Invalid value specified for property 'visibility' of resource 'Group'."],
    [{ nonsense: 1 }, "Invalid property 'nonsense'."],
    [{ groupTypes: [] }, expect.stringContaining('does not currently support writes of mail-enabled groups')],
  ])('refuses %o', async (change, message) => {
    const answer = send('POST', '/groups', { ...unified, ...change });
    expect(await refusal(answer)).toEqual([400, 'Request_BadRequest', message]);
  });

  it('refuses an address that somebody has, also a deleted group', async () => {
    const taken = 'Another object with the same value for property mailNickname already exists.';
    const asAmy = send('POST', '/groups', { ...unified, mailNickname: 'Amy' });
    expect(await refusal(asAmy)).toEqual([400, 'Request_BadRequest', taken]);
    const { id } = await create(unified);
    await send('DELETE', `/groups/${String(id)}`);
    expect(await refusal(send('POST', '/groups', unified))).toEqual([400, 'Request_BadRequest', taken]);
  });

  it('takes up to 20 members and owners at birth, all or none', async () => {
    const bind = (upn: string) => link(idOf(upn))['@odata.id'];
    const { id } = await create({
      ...unified,
      'members@odata.bind': [bind(amy), bind(carl)],
      'owners@odata.bind': [bind(admin)],
    });
    expect(await namesIn(`/groups/${String(id)}/members`)).toEqual(['Amy Adams', 'Carl Cloud']);
    expect(await namesIn(`/groups/${String(id)}/owners`)).toEqual(['Ada Admin']);
    const nobody = link('11111111-1111-4111-8111-111111111111')['@odata.id'];
    const lost = { ...security, 'members@odata.bind': [bind(amy), nobody] };
    expect((await refusal(send('POST', '/groups', lost)))[0]).toBe(404);
    expect(await namesIn('/groups')).toEqual(['Joiners']);
    const many = { ...security, 'members@odata.bind': Array.from({ length: 21 }, () => bind(amy)) };
    expect((await refusal(send('POST', '/groups', many)))[0]).toBe(400);
  });

  it('makes the person who asks its owner, but an administrator only of a Microsoft 365 group', async () => {
    const [asAdmin, asAmy] = [await as(admin), await as(amy)];
    const owners = async (body: Json, token: string) =>
      namesIn(`/groups/${String((await create(body, token))['id'])}/owners`);
    expect(await owners(security, asAmy)).toEqual(['Amy Adams']);
    expect(await owners(unified, asAdmin)).toEqual(['Ada Admin']);
    expect(await owners(security, asAdmin)).toEqual([]);
    expect(await owners({ ...unified, mailNickname: 'other' }, app)).toEqual([]);
  });
});

describe('an app with Group.Create alone', () => {
  let creator: string;
  beforeEach(async () => {
    creator = await appToken(tenant, ['Group.Create']);
  });

  it('manages what it created, and nothing else', async () => {
    const own = `/groups/${String((await create(unified, creator))['id'])}`;
    const other = `/groups/${String((await create(security))['id'])}`;
    expect((await send('GET', own, undefined, creator)).status).toBe(200);
    expect((await send('PATCH', own, { description: 'x' }, creator)).status).toBe(204);
    expect((await send('POST', `${own}/members/$ref`, link(idOf(amy)), creator)).status).toBe(204);
    for (const [method, path] of [
      ['GET', '/groups'],
      ['GET', other],
      ['PATCH', other],
      ['DELETE', other],
      ['GET', `${own}/drive`],
    ] as const)
      expect((await send(method, path, method === 'PATCH' ? {} : undefined, creator)).status).toBe(403);
    expect((await send('DELETE', own, undefined, creator)).status).toBe(204);
  });

  it('manages not even that where the switch says so', async () => {
    tenant.world.switches.createdGroups = 'refused';
    const own = `/groups/${String((await create(unified, creator))['id'])}`;
    expect((await send('PATCH', own, {}, creator)).status).toBe(403);
  });

  it('names people at birth only if it may read them', async () => {
    const withAmy = { ...unified, 'members@odata.bind': [link(idOf(amy))['@odata.id']] };
    const answer = await refusal(send('POST', '/groups', withAmy, creator));
    expect(answer.slice(0, 2)).toEqual([403, 'Authorization_RequestDenied']);
    const reader = await appToken(tenant, ['Group.Create', 'User.Read.All']);
    expect((await send('POST', '/groups', withAmy, reader)).status).toBe(201);
  });
});

describe('a group is changed', () => {
  it('by what was sent, except what nobody changes', async () => {
    const path = `/groups/${String((await create(unified))['id'])}`;
    const facts = { displayName: 'Benches', description: null, visibility: 'Private', classification: 'Low' };
    expect((await send('PATCH', path, facts)).status).toBe(204);
    expect((await send('GET', path)).json).toMatchObject({ ...facts, mail: 'joiners@contoso.example' });
    for (const wrong of [{ id: 'x' }, { createdDateTime: 'x' }, { visibility: 'HiddenMembership' }])
      expect((await send('PATCH', path, wrong)).status).toBeGreaterThanOrEqual(400);
  });

  it('by its owner and by who manages groups, not by anybody', async () => {
    const path = `/groups/${String((await create(security))['id'])}`;
    const [asAdmin, asAmy] = [await as(admin), await as(amy)];
    const patch = async (token: string) => (await send('PATCH', path, { description: 'x' }, token)).status;
    expect([await patch(asAmy), await patch(asAdmin)]).toEqual([403, 204]);
    await send('POST', `${path}/owners/$ref`, link(idOf(amy)));
    expect(await patch(asAmy)).toBe(204);
  });
});

describe('members and owners by reference', () => {
  let path: string;
  beforeEach(async () => {
    path = `/groups/${String((await create(unified))['id'])}`;
  });

  it('come once and go once', async () => {
    const add = () => send('POST', `${path}/members/$ref`, link(idOf(amy)));
    expect((await add()).status).toBe(204);
    expect(await refusal(add())).toEqual([
      400,
      'Request_BadRequest',
      "One or more added object references already exist for the following modified properties: 'members'.",
    ]);
    const remove = () => send('DELETE', `${path}/members/${idOf(amy)}/$ref`);
    expect((await remove()).status).toBe(204);
    expect((await refusal(remove())).slice(0, 2)).toEqual([404, 'Request_ResourceNotFound']);
    expect(await namesIn(`${path}/members`)).toEqual([]);
  });

  it('are given by other addresses of the same object, and of the right kind', async () => {
    const byName = { '@odata.id': `https://graph.microsoft.com/v1.0/users/${amy}` };
    expect((await send('POST', `${path}/owners/$ref`, byName)).status).toBe(204);
    const group = link(String((await create(security))['id']));
    expect((await send('POST', `${path}/members/$ref`, group)).status).toBe(400);
    expect((await send('POST', `${path}/members/$ref`, { '@odata.id': 'nonsense' })).status).toBe(400);
  });

  it('leave the last owner of a Microsoft 365 group', async () => {
    await send('POST', `${path}/owners/$ref`, link(idOf(amy)));
    const answer = send('DELETE', `${path}/owners/${idOf(amy)}/$ref`);
    expect(await refusal(answer)).toEqual([
      400,
      'Request_BadRequest',
      'The group must have at least one owner, hence this owner cannot be removed.',
    ]);
  });

  it('are put in with GroupMember.ReadWrite.All and a role, and everybody may leave', async () => {
    const members = 'openid GroupMember.ReadWrite.All';
    const [asAdmin, asAmy] = [await as(admin, members), await as(amy, members)];
    const add = async (token: string) =>
      (await send('POST', `${path}/members/$ref`, link(idOf(amy)), token)).status;
    expect([await add(asAmy), await add(asAdmin)]).toEqual([403, 204]);
    expect((await send('POST', `${path}/owners/$ref`, link(idOf(amy)), asAdmin)).status).toBe(403);
    expect((await send('DELETE', `${path}/members/${idOf(amy)}/$ref`, undefined, asAmy)).status).toBe(204);
  });
});

describe('a deleted group', () => {
  it('of Microsoft 365 waits for 30 days and comes back whole', async () => {
    const id = String((await create(unified))['id']);
    await send('POST', `/groups/${id}/members/$ref`, link(idOf(amy)));
    expect((await send('DELETE', `/groups/${id}`)).status).toBe(204);
    expect((await send('GET', `/groups/${id}`)).status).toBe(404);
    const deleted = await send('GET', '/directory/deletedItems/microsoft.graph.group');
    expect(deleted.json['value']).toMatchObject([{ id, deletedDateTime: expect.any(String) }]);
    const restore = `/directory/deletedItems/${id}/restore`;
    expect((await send('POST', restore)).status).toBe(403);
    const restored = await send('POST', restore, undefined, await as(admin));
    expect(restored.json).toMatchObject({
      '@odata.type': '#microsoft.graph.group',
      id,
      deletedDateTime: null,
    });
    expect(await namesIn(`/groups/${id}/members`)).toEqual(['Amy Adams']);
    await send('DELETE', `/groups/${id}`);
    tenant.world.clock.advance(31 * 24 * 3600 * 1000);
    const later = await appToken(tenant, ['Group.ReadWrite.All']);
    expect((await send('GET', `/directory/deletedItems/${id}`, undefined, later)).status).toBe(404);
  });

  it('that was a security group is gone at once', async () => {
    const id = String((await create(security))['id']);
    await send('DELETE', `/groups/${id}`);
    expect((await send('GET', `/directory/deletedItems/${id}`)).status).toBe(404);
  });

  it('is seen by who may read groups, as an app by who may read apps', async () => {
    const id = String((await create(unified))['id']);
    await send('DELETE', `/groups/${id}`);
    const read = async (permission: string, path: string) =>
      (await send('GET', `/directory/deletedItems/${path}`, undefined, await appToken(tenant, [permission])))
        .status;
    expect(await read('Group.Read.All', id)).toBe(200);
    expect(await read('Group.Read.All', 'microsoft.graph.application')).toBe(403);
    expect(await read('Application.Read.All', id)).toBe(403);
    expect(await read('Application.Read.All', 'microsoft.graph.application')).toBe(200);
  });
});

describe('/groups/delta', () => {
  const follow = async (path: string) => {
    const { json, status } = await send('GET', path);
    const value = (json['value'] ?? []) as Json[];
    return {
      status,
      json,
      value,
      next: String(json['@odata.nextLink']),
      delta: String(json['@odata.deltaLink']),
    };
  };

  it('gives everything, then only what changed, who came and who went', async () => {
    const id = String((await create(unified))['id']);
    const other = String((await create(security))['id']);
    await send('POST', `/groups/${id}/members/$ref`, link(idOf(amy)));
    const first = await follow('/groups/delta?$top=1');
    const second = await follow(first.next);
    const member = { '@odata.type': '#microsoft.graph.user', id: idOf(amy) };
    expect([...first.value, ...second.value].map((one) => [one['id'], one['members@delta']])).toEqual([
      [other, undefined],
      [id, [member]],
    ]);
    expect((await follow(second.delta)).value).toEqual([]);
    await send('DELETE', `/groups/${id}/members/${idOf(amy)}/$ref`);
    await send('POST', `/groups/${id}/members/$ref`, link(idOf(carl)));
    await send('DELETE', `/groups/${other}`);
    const changed = await follow(second.delta);
    const more = await follow(changed.next);
    expect([...changed.value, ...more.value]).toMatchObject([
      {
        id,
        'members@delta': [
          { ...member, '@removed': { reason: 'deleted' } },
          { ...member, id: idOf(carl) },
        ],
      },
      { id: other, '@removed': { reason: 'deleted' } },
    ]);
    await send('DELETE', `/groups/${id}`);
    expect((await follow(more.delta)).value).toEqual([{ id, '@removed': { reason: 'changed' } }]);
  });

  it('keeps its selection, begins at the latest, and ends after a week', async () => {
    await create(unified);
    const latest = await follow('/groups/delta?$deltatoken=latest&$select=displayName');
    expect(latest.value).toEqual([]);
    await create(security);
    const [made] = (await follow(latest.delta)).value;
    expect(made).toEqual({ id: expect.any(String), displayName: 'Joiners' });
    expect((await follow('/groups/delta?$orderby=displayName')).status).toBe(400);
    tenant.world.clock.advance(8 * 24 * 3600 * 1000);
    app = await appToken(tenant, ['Group.Read.All']);
    expect((await follow(latest.delta)).status).toBe(410);
  });
});
