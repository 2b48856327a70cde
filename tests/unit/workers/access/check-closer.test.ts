import { afterEach, describe, expect, it } from 'vitest';
import { readCloser } from '../../../../workers/access/check-closer.ts';
import { closerScopes } from '../../../../workers/access/scopes.ts';
import { skuId } from '../../../tenant/directory/licences.ts';
import { roleIds } from '../../../tenant/directory/roles.ts';
import { amy } from '../../tenant/core/start.ts';
import { createWorldWith, tidyUp } from './tenant-world.ts';

afterEach(tidyUp);

async function look(
  change: (world: World) => void = () => undefined,
  scopes: readonly string[] = closerScopes,
) {
  const world = await createWorldWith();
  change(world);
  await world.signIn('admin@contoso.example', scopes);
  const { install, signedIn } = await world.device(amy, undefined, scopes);
  return readCloser(install.graph, signedIn);
}
type World = Awaited<ReturnType<typeof createWorldWith>>;

describe('a closer look', () => {
  it('finds the roles that one could activate', async () => {
    const { eligible } = await look(({ tenant }) => {
      const { directory } = tenant.world;
      directory.subscriptions.push({ skuId: skuId('AAD_PREMIUM_P2'), units: 1, capabilityStatus: 'Enabled' });
      directory.user(amy)?.eligibleRoles.push(roleIds.globalAdministrator);
    });
    expect(eligible).toEqual({ ok: true, value: [roleIds.globalAdministrator] });
  });

  it('takes a tenant without the licence for that for one in which nobody is eligible', async () => {
    const { eligible } = await look(({ tenant }) => {
      tenant.world.directory.user(amy)?.eligibleRoles.push(roleIds.globalAdministrator);
    });
    expect(eligible).toEqual({ ok: true, value: [] });
  });

  it.each([
    ['allowed', { kind: 'any' }],
    ['short', { kind: 'short', days: 30 }],
    ['refused', { kind: 'refused' }],
  ] as const)('reads the policy on certificates: %s', async (policy, expected) => {
    const { certificates } = await look(
      ({ tenant }) => void (tenant.world.switches.appCertificates = policy),
    );
    expect(certificates).toEqual({ ok: true, value: expected });
  });

  it('says so where it may not', async () => {
    const { eligible, certificates } = await look(undefined, ['User.Read', 'Directory.Read.All']);
    for (const seen of [eligible, certificates])
      expect(seen).toMatchObject({ ok: false, error: { code: 'graph/forbidden' } });
  });
});
