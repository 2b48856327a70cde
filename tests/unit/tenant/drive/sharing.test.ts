import { beforeEach, expect, test } from 'vitest';
import { createDriveWorld } from './drive-world.ts';

let tenant: ReturnType<typeof createDriveWorld>;
let item: string;
const call = (...args: Parameters<typeof tenant.call>) => tenant.call(...args);

beforeEach(() => {
  tenant = createDriveWorld();
  const id = tenant.world.drives.put(tenant.adaDrive, '/plans/a.txt', new Uint8Array(3));
  item = `/drives/${tenant.adaDrive}/items/${id}`;
});

const invite = (body: object, path = item) =>
  call('POST', `${path}/invite`, { body: { roles: ['write'], requireSignIn: true, ...body } });

test('the owner stands in every list, inherited below the root', async () => {
  const root = await call('GET', `/drives/${tenant.adaDrive}/root/permissions`);
  expect(root.body.value).toMatchObject([{ roles: ['owner'], grantedToV2: { user: { id: tenant.ada.id } } }]);
  expect(root.body.value[0]).not.toHaveProperty('inheritedFrom');
  const below = await call('GET', `${item}/permissions`);
  expect(below.body.value).toMatchObject([{ roles: ['owner'], inheritedFrom: { driveId: tenant.adaDrive } }]);
});

test('a quiet invitation grants and writes to nobody', async () => {
  const { status, body } = await invite({ recipients: [{ objectId: tenant.bao.id }], sendInvitation: false });
  expect(status).toBe(200);
  expect(body.value).toMatchObject([{ roles: ['write'], grantedToV2: { user: { id: tenant.bao.id } } }]);
  expect(tenant.world.outbox.sent).toEqual([]);
  expect((await call('GET', item)).body).toMatchObject({ shared: { scope: 'users' } });
});

test('a loud invitation is in the outbox', async () => {
  await invite({ recipients: [{ email: 'guest@elsewhere.example' }], sendInvitation: true });
  expect(tenant.world.outbox.sent).toMatchObject([
    { kind: 'sharing-invitation', from: 'ada@contoso.example', to: ['guest@elsewhere.example'] },
  ]);
});

test('what is shared above is inherited below, changed and revoked at its source', async () => {
  const folder = `/drives/${tenant.adaDrive}/root:/plans:`;
  const given = await invite({ recipients: [{ email: 'bao@contoso.example' }] }, folder);
  const id = given.body.value[0]?.id;
  const inherited = async () =>
    (await call('GET', `${item}/permissions`)).body.value.find((grant) => grant.id === id);
  expect(await inherited()).toMatchObject({ inheritedFrom: { path: expect.stringContaining('/plans') } });
  const changed = await call('PATCH', `${folder}/permissions/${id}`, { body: { roles: ['read'] } });
  expect(changed.body).toMatchObject({ id, roles: ['read'] });
  expect((await call('DELETE', `${folder}/permissions/${id}`)).status).toBe(204);
  expect(await inherited()).toBeUndefined();
});

test.each([
  [
    'nobody we know',
    { recipients: [{ objectId: '00000000-0000-4000-8000-000000000000' }] },
    'noResolvedUsers',
  ],
  ['nobody at all', { recipients: [] }, 'noResolvedUsers'],
  ['an unknown role', { recipients: [{ email: 'bao@contoso.example' }], roles: ['owner'] }, undefined],
])('an invitation of %s is refused', async (_, body, inner) => {
  const answer = await invite(body);
  expect([answer.status, answer.body.error.code, answer.body.error.innerError.code]).toEqual([
    400,
    'invalidRequest',
    inner,
  ]);
});

test('a link is made once, and reported again afterwards', async () => {
  const link = () => call('POST', `${item}/createLink`, { body: { type: 'view', scope: 'organization' } });
  const first = await link();
  expect(first.status).toBe(201);
  expect(first.body).toMatchObject({ roles: ['read'], link: { type: 'view', scope: 'organization' } });
  const again = await link();
  expect([again.status, again.body.id]).toEqual([200, first.body.id]);
  expect(tenant.world.outbox.sent).toEqual([]);
});

test('where sharing is off, nothing is shared', async () => {
  tenant.world.drives.disableSharing(tenant.adaDrive);
  const { status, body } = await invite({ recipients: [{ email: 'bao@contoso.example' }] });
  expect([status, body.error.innerError.code]).toEqual([403, 'sharingDisabled']);
});

test('K46: what is inherited, what is direct and what is a link are told apart', async () => {
  const { drives, outbox } = tenant.world;
  drives.put(tenant.adaDrive, '/plans/a.txt', new Uint8Array(5));
  const folder = `/drives/${tenant.adaDrive}/root:/plans:`;
  await invite({ recipients: [{ objectId: tenant.bao.id }], roles: ['read'], sendInvitation: false }, folder);
  await invite({ recipients: [{ email: 'guest@elsewhere.example' }], sendInvitation: false });
  await call('POST', `${item}/createLink`, { body: { type: 'edit', scope: 'anonymous' } });
  const kinds = (await call('GET', `${item}/permissions`)).body.value.map((grant) => [
    ...(grant['roles'] as string[]),
    'inheritedFrom' in grant,
    'link' in grant,
  ]);
  expect(kinds).toEqual([
    ['owner', true, false],
    ['read', true, false],
    ['write', false, false],
    ['write', false, true],
  ]);
  expect(outbox.sent).toEqual([]);
  const versions = (await call('GET', `${item}/versions`)).body.value;
  expect(versions.map((version) => [version.id, version['size']])).toEqual([
    ['2.0', 5],
    ['1.0', 3],
  ]);
  const old = await call('GET', `${item}/versions/1.0/content`);
  expect((await call('GET', old.headers.get('location') ?? '')).bytes).toHaveLength(3);
});

test('K46: where sharing is off, neither people nor links get anything, and nobody is written to', async () => {
  tenant.world.drives.disableSharing(tenant.adaDrive);
  const refused = [
    await invite({ recipients: [{ objectId: tenant.bao.id }], sendInvitation: true }),
    await call('POST', `${item}/createLink`, { body: { type: 'view', scope: 'organization' } }),
  ];
  for (const { status, body } of refused)
    expect([status, body.error.code, body.error.innerError.code]).toEqual([
      403,
      'accessDenied',
      'sharingDisabled',
    ]);
  expect((await call('GET', `${item}/permissions`)).body.value).toHaveLength(1);
  expect(tenant.world.outbox.sent).toEqual([]);
});
