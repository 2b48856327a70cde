import { afterEach, describe, expect, it } from 'vitest';
import { createAppTokens } from '../../../../workers/access/app-token.ts';
import { join } from '../../../../workers/access/join.ts';
import { onboard } from '../../../../workers/access/onboard.ts';
import { permissionsOf } from '../../../../workers/access/profiles.ts';
import { profileOf } from '../../../../workers/access/profile-of.ts';
import type { Profile } from '../../../../workers/contract/check.ts';
import { amy } from '../../tenant/core/start.ts';
import { codeOf } from '../graph/fixtures.ts';
import { spareKey, standing } from './installed.ts';
import { createWorldWith, relayUrl, tidyUp } from './tenant-world.ts';

afterEach(tidyUp);

type World = Awaited<ReturnType<typeof createWorldWith>>;

/** With a key at hand: making one takes a second. */
async function deviceOf(world: World, number: number, upn?: string) {
  const device = await world.device(upn);
  await device.store.saveNextKey(await spareKey(world.tenant.tenantId, number));
  return device;
}

const profiles = ['read-only', 'reference', 'complete'] as const;

describe('a device that joins', () => {
  it.each(profiles)('to the profile %s adds its certificate and nothing else', async (profile) => {
    const world = await createWorldWith();
    const first = await deviceOf(world, 1);
    const installed = await onboard(profile, first.install);
    if (!installed.ok) throw new Error(installed.error.detail);
    const before = structuredClone(standing(world.tenant));

    const second = await deviceOf(world, 2);
    const joined = await join(second.install);
    expect(joined).toMatchObject({ value: { clientId: installed.value.clientId, profile } });
    const after = standing(world.tenant);
    expect(after.certificates.slice(0, 1)).toEqual(before.certificates);
    expect(after.certificates).toHaveLength(2);
    expect({ ...after, apps: [{ ...after.apps[0], keys: [] }], certificates: [] }).toEqual({
      ...before,
      apps: [{ ...before.apps[0], keys: [] }],
      certificates: [],
    });
    expect(second.progress.filter(({ state }) => state === 'done').map(({ step }) => step)).toEqual([
      'role',
      'application',
      'certificate',
      'token',
    ]);
    for (const { store } of [first, second]) {
      const tokens = createAppTokens(installed.value, { ...world.deps, relay: relayUrl, store });
      expect(codeOf(await tokens.token())).toBe('ok');
    }
  });

  it('leaves a right to write that is open just now as it is, and is told the profile all the same', async () => {
    const world = await createWorldWith();
    const first = await deviceOf(world, 1);
    expect(codeOf(await onboard('read-only', first.install))).toBe('ok');
    const { apps, grants } = world.tenant.world.directory;
    const graph = apps.servicePrincipals().find(({ displayName }) => displayName === 'Microsoft Graph');
    const [principal] = standing(world.tenant).principals;
    const write = graph?.appRoles.find(({ value }) => value === 'Mail.ReadWrite');
    if (!graph || !principal || !write) throw new Error('no Mail.ReadWrite');
    grants.assign({ principalId: principal.id, resourceId: graph.id, appRoleId: write.id });
    const { roles } = standing(world.tenant);
    expect(roles).toContain('Microsoft Graph: Mail.ReadWrite');
    const second = await deviceOf(world, 2);
    expect(await join(second.install)).toMatchObject({ value: { profile: 'read-only' } });
    expect(standing(world.tenant).roles).toEqual(roles);
  });

  it('may be that of an Application Administrator, and not of just anybody', async () => {
    const world = await createWorldWith();
    expect(codeOf(await onboard('read-only', (await deviceOf(world, 1)).install))).toBe('ok');
    const carl = await deviceOf(world, 2, 'carl@contoso.example');
    expect(codeOf(await join(carl.install))).toBe('ok');
    expect(codeOf(await join((await world.device(amy)).install))).toBe('sign-in/not-administrator');
    expect(standing(world.tenant).certificates).toHaveLength(2);
  });

  it('needs something to join to', async () => {
    const world = await createWorldWith();
    expect(codeOf(await join((await world.device()).install))).toBe('graph/not-found');
    expect(standing(world.tenant).apps).toEqual([]);
  });
});

describe('the profile of an app', () => {
  const declared = (profile: Profile) =>
    permissionsOf(profile).map(({ resource, id, kind }) => ({ resource, access: { id, type: kind } }));
  const appIds = {
    graph: '00000003-0000-0000-c000-000000000000',
    exchange: '00000002-0000-0ff1-ce00-000000000000',
    sharepoint: '00000003-0000-0ff1-ce00-000000000000',
  } as const;
  const asRegistered = (rows: ReturnType<typeof declared>) => ({
    requiredResourceAccess: rows.map(({ resource, access }) => ({
      resourceAppId: appIds[resource],
      resourceAccess: [access],
    })),
  });

  it.each(profiles)('%s is told from what it asks for, also where one permission differs', (profile) => {
    expect(profileOf(asRegistered(declared(profile)))).toBe(profile);
    expect(profileOf(asRegistered(declared(profile).slice(1)))).toBe(profile);
  });

  it('is the least where it asks for nothing', () => {
    expect(profileOf({ requiredResourceAccess: null })).toBe('read-only');
  });
});
