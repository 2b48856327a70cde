/** An administrator signs in to the backup app itself: what of its delegated rows is granted, and how long it lasts. */
import { describe, expect, it, vi } from 'vitest';
import type { AppRights } from '../../workers/contract/app-rights.ts';
import type { Profile } from '../../workers/contract/check.ts';
import { engineWorld, value, type EngineWorld } from './engine-world.ts';
import { personPort } from './person-port.ts';

vi.setConfig({ testTimeout: 30_000 });

async function installed(profile: Profile): Promise<{ world: EngineWorld; tenantId: string }> {
  const world = await engineWorld();
  const { tenantId } = value(await world.api.onboard(profile, () => {}));
  return { world, tenantId };
}

const consents = ({ rights }: AppRights) =>
  Object.fromEntries(rights.map(({ scope, consented }) => [scope, consented]));

const grantOf = ({ tenant }: EngineWorld, clientId: string) => {
  const { apps, grants } = tenant.world.directory;
  const principal = apps.servicePrincipalByAppId(clientId);
  return grants.scopeGrants().find((grant) => grant.clientId === principal?.id);
};

describe('signing in to the backup app', () => {
  it('shows the rights of the profile before, and what is granted afterwards', async () => {
    const { world, tenantId } = await installed('reference');
    const before = value(await world.api.appRights(tenantId));
    expect(before.signedInAs).toBeNull();
    expect(consents(before)).toEqual({
      'Tasks.ReadWrite': 'unknown',
      'Directory.ReadWrite.All': 'unknown',
      'Group.ReadWrite.All': 'unknown',
      offline_access: 'unknown',
    });
    const after = value(await world.api.signInToApp(tenantId));
    expect(after.signedInAs).toMatch(/@/);
    expect(new Set(Object.values(consents(after)))).toEqual(new Set(['yes']));
    expect(value(await world.api.appRights(tenantId))).toEqual(after);
  });

  it('says what is not granted', async () => {
    const { world, tenantId } = await installed('reference');
    const [connection] = value(await world.api.connections());
    const grant = grantOf(world, connection?.clientId ?? '');
    if (grant) grant.scope = grant.scope.replace(' offline_access', '');
    const after = value(await world.api.signInToApp(tenantId));
    expect(consents(after)).toMatchObject({ offline_access: 'no', 'Group.ReadWrite.All': 'yes' });
  });

  it('is not asked of anybody where the profile has no such right', async () => {
    const { world, tenantId } = await installed('read-only');
    expect(value(await world.api.appRights(tenantId)).rights).toEqual([]);
    expect(await world.api.signInToApp(tenantId)).toMatchObject({ error: { code: 'input/invalid' } });
  });

  it('is forgotten with the sign-ins of the page', async () => {
    const { world, tenantId } = await installed('reference');
    const [ada = ''] = world.tenant.accounts
      .filter(({ roles }) => roles.includes('Global Administrator'))
      .map(({ userPrincipalName }) => userPrincipalName);
    const port = personPort(world.tenant, ada);
    value(await world.api.configure(world.config, port));
    expect(value(await world.api.signInToApp(tenantId)).signedInAs).toBe(ada);
    value(await world.api.forgetSignIns());
    expect(value(await world.api.appRights(tenantId)).signedInAs).toBeNull();
  });

  it('opens one window, and changes nothing where the person closes it', async () => {
    const { world, tenantId } = await installed('reference');
    const admin = world.tenant.accounts.find(({ roles }) => roles.includes('Global Administrator'));
    const port = personPort(world.tenant, admin?.userPrincipalName ?? '');
    value(await world.api.configure(world.config, port));
    port.willing = false;
    expect(await world.api.signInToApp(tenantId)).toMatchObject({
      error: { code: 'sign-in/cancelled-by-user' },
    });
    expect(value(await world.api.appRights(tenantId)).signedInAs).toBeNull();
    port.willing = true;
    expect(value(await world.api.signInToApp(tenantId)).signedInAs).toBe(admin?.userPrincipalName);
    expect(port.prompts).toBe(2);
  });
});
