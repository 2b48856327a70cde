/** A report proves what was seen and no more: what was out of reach gives no verdict, no points and no silence. */
import { afterEach, expect, it } from 'vitest';
import type { AppSight } from '../../../../workers/access/check.ts';
import { onboard } from '../../../../workers/access/onboard.ts';
import type { CheckReport, Finding, FindingId, Profile } from '../../../../workers/contract/check.ts';
import { failure, type FailureCode } from '../../../../workers/kernel/failure.ts';
import { err, ok, type Result } from '../../../../workers/kernel/result.ts';
import { graphAppId } from '../../../tenant/directory/resources.ts';
import { roleIds } from '../../../tenant/directory/roles.ts';
import { admin, amy } from '../../tenant/core/start.ts';
import { check, refuse, row, type Device, type World } from './check-world.ts';
import { createWorldWith, tidyUp } from './tenant-world.ts';

afterEach(tidyUp);

async function installed(profile: Profile) {
  const world = await createWorldWith();
  const device = await world.device();
  await onboard(profile, device.install);
  return { world, ...device };
}

const appWith =
  ({ install }: Pick<Device, 'install'>, token: Result<readonly string[]>) =>
  async (): Promise<AppSight> => ({
    token,
    graph: install.graph,
    judging: async () => ok({ tenant: null, rule: 'reference', anyway: new Set<string>() }),
  });

function found({ findings, fine }: CheckReport, id: FindingId): Finding | undefined {
  const all = [...findings, ...fine].flatMap((one) => [one, ...one.consequences]);
  return all.find((one) => one.id === id);
}

/** Somebody grants the backup app roles of Graph in Entra. */
function grantByHand({ tenant }: World, values: readonly string[]): void {
  const { apps, grants } = tenant.world.directory;
  const graph = apps.servicePrincipalByAppId(graphAppId);
  const ours = apps.servicePrincipals().find(({ displayName }) => displayName === 'Holdfast Backup');
  if (!graph || !ours) throw new RangeError('the backup app is not installed');
  for (const { id, value } of graph.appRoles)
    if (values.includes(value)) grants.assign({ principalId: ours.id, resourceId: graph.id, appRoleId: id });
}

it('a token is not said to carry everything where nobody could see what was granted', async () => {
  const { world, store, install } = await installed('read-only');
  refuse(world, '/servicePrincipals/{id}/appRoleAssignments');
  const report = await check(world, store, admin, appWith({ install }, ok(['Mail.Read'])));
  expect(found(report, 'token')).toMatchObject({
    verdict: 'unknown',
    evidence: 'not-visible',
    proof: expect.stringMatching(/carries Mail\.Read; what was granted is not visible/) as string,
  });
  expect(report.score.parts[0]).toMatchObject({ title: 'Backup', points: 0 });
});

it.each(['relay/refused', 'storage/io', 'defect/unexpected'] satisfies FailureCode[])(
  '%s on the way to Entra is told, and no fault of the tenant',
  async (code) => {
    const { world, store, install } = await installed('read-only');
    const app = appWith({ install }, err(failure(code, 'what happened')));
    expect(found(await check(world, store, admin, app), 'token')).toMatchObject({
      verdict: 'unknown',
      evidence: 'not-visible',
      fix: null,
      proof: expect.stringContaining(`${code}: what happened`) as string,
      advice: expect.stringMatching(/Entra was not reached/) as string,
    });
  },
);

it('a refusal of Entra itself is proved', async () => {
  const { world, store, install } = await installed('read-only');
  const app = appWith({ install }, err(failure('relay/entra-refused', 'AADSTS1')));
  const token = found(await check(world, store, admin, app), 'token');
  expect(token).toMatchObject({ verdict: 'missing', evidence: 'proved' });
});

it('accounts that could not be counted earn nothing and are named', async () => {
  const world = await createWorldWith();
  const { store } = await world.device();
  const licences = ({ score }: CheckReport) => score.parts.find(({ title }) => title === 'Licences');
  expect(licences(await check(world, store))?.points).toBe(10);
  refuse(world, '/users');
  const report = await check(world, store);
  expect(report.accounts).toBeNull();
  expect(licences(report)).toMatchObject({
    points: 8,
    why: 'Mail and OneDrive are bought, paid and active; who has a licence was not seen',
  });
  expect(report.notLookedAt).toContainEqual({
    what: 'Accounts and their licences',
    why: 'This sign-in may not read it.',
    shownBy: expect.stringContaining('Active users') as string,
  });
});

it.each([
  ['/policies/defaultAppManagementPolicy', 'The policy on apps’ certificates'],
  ['/roleManagement/directory/roleEligibilityScheduleInstances', 'Roles that you could activate'],
])('a closer look that %s refuses is named', async (route, what) => {
  const world = await createWorldWith();
  const { store } = await world.device();
  const named = async () => {
    const { notLookedAt } = await check(world, store, admin, 'closer');
    return notLookedAt.filter((one) => one.what === what).map(({ why }) => why);
  };
  expect(await named()).toEqual([]);
  refuse(world, route);
  expect(await named()).toEqual(['This sign-in may not read it.']);
});

it('a right of the page that the profile does without is more than needed, and costs', async () => {
  const { world, store } = await installed('read-only');
  const privilege = ({ score }: CheckReport) => score.parts.find(({ title }) => title === 'Least privilege');
  expect(privilege(await check(world, store))?.points).toBe(20);
  const extra = ['Mail.ReadWrite', 'Files.ReadWrite.All', 'User.ReadWrite.All', 'Calendars.ReadWrite'];
  grantByHand(world, extra);
  const report = await check(world, store);
  for (const claim of extra) {
    expect(row(report, claim)).toMatchObject({
      verdict: 'extra',
      required: 'no',
      granted: 'yes',
      why: 'Granted, and the profile read-only does without it',
    });
    expect(privilege(report)?.why).toContain(claim);
  }
  expect(privilege(report)?.points).toBe(16);
});

it('that people without a licence have no data is not proved where mailboxes did not answer', async () => {
  const { world, store, install } = await installed('read-only');
  const names = { userPrincipalName: 'nolicence@contoso.example', displayName: 'No Licence' };
  world.tenant.world.directory.addUser(names);
  const app = appWith({ install }, ok(['Mail.Read', 'Files.Read.All', 'User.Read.All']));
  refuse(world, '/users/{id}/mailFolders/**', '/users/{id}/mailboxSettings/**', '/users/{id}/drive');
  expect(found(await check(world, store, admin, app), 'accounts-unlicensed')).toMatchObject({
    evidence: 'inferred',
    proof: expect.stringMatching(/did not answer/) as string,
  });
});

it('what somebody else has consented to is not granted to who looks', async () => {
  const { world, store } = await installed('reference');
  const right = 'Directory.ReadWrite.All';
  expect(row(await check(world, store), right, 'delegated')).toMatchObject({
    granted: 'yes',
    verdict: 'ok',
    why: 'Granted to you alone',
  });
  world.tenant.world.directory.user(amy)?.roles.push(roleIds.globalReader);
  const report = await check(world, store, amy);
  expect(row(report, right, 'delegated')).toMatchObject({
    granted: 'no',
    verdict: 'missing',
    why: expect.stringContaining('another person alone') as string,
  });
  // Whoever installed has them: nothing is wrong with the installation.
  expect(report.findings).toEqual([]);
  const grant = world.tenant.world.directory.grants.scopeGrants().find(({ scope }) => scope.includes(right));
  if (grant) Object.assign(grant, { consentType: 'AllPrincipals', principalId: null });
  expect(row(await check(world, store, amy), right, 'delegated')).toMatchObject({
    granted: 'yes',
    why: 'Granted for everybody',
  });
});
