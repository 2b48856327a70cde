import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { notInThisBackup } from '../../../../workers/access/not-covered.ts';
import { compareReports } from '../../../../workers/access/report-compare.ts';
import { runCheck } from '../../../../workers/access/check.ts';
import { permissionsOf } from '../../../../workers/access/profiles.ts';
import { join } from '../../../../workers/access/join.ts';
import { onboard } from '../../../../workers/access/onboard.ts';
import { checkScopes } from '../../../../workers/access/scopes.ts';
import { failure } from '../../../../workers/kernel/failure.ts';
import { err, type Result } from '../../../../workers/kernel/result.ts';
import { graphAppId } from '../../../tenant/directory/resources.ts';
import { roleIds } from '../../../tenant/directory/roles.ts';
import { admin, amy } from '../../tenant/core/start.ts';
import { check, problems, refuse, row, tree } from './check-world.ts';
import { createWorldWith, steppingClock, tidyUp } from './tenant-world.ts';

afterEach(tidyUp);

it('names in the report everything that the README says is not in a backup', () => {
  const readme = readFileSync(new URL('../../../../README.md', import.meta.url), 'utf8');
  const listed =
    /\*\*Not in this backup:\*\* ([^.]+)\./.exec(readme)?.[1]?.replaceAll('\n', ' ').split(', ') ?? [];
  expect(listed.length).toBeGreaterThan(10);
  const words = notInThisBackup.map(({ what }) => what.toLowerCase()).join(' ');
  const unnamed = listed.filter(
    (what) =>
      !what
        .toLowerCase()
        .split(' ')
        .some((word) => word.length > 4 && words.includes(word.replace(/s$/, ''))),
  );
  expect(unnamed).toEqual([]);
});

describe('the reference page', () => {
  it('stands in every report, row by row, in its order and words', async () => {
    const world = await createWorldWith();
    const { store } = await world.device();
    const { permissions } = await check(world, store);
    const page = readFileSync(new URL('../../../vectors/reference-page.md', import.meta.url), 'utf8');
    const rows = page
      .split('\n')
      .filter((line) => /^\| (Microsoft Graph|Office 365)/.test(line))
      .map((line) =>
        line
          .split('|')
          .slice(1, -1)
          .map((cell) => cell.replaceAll(/\*\*|\\/g, '').trim()),
      );
    expect(rows).toHaveLength(24);
    expect(
      permissions.slice(0, 24).map(({ api, claim, permission, type }) => [api, claim, permission, type]),
    ).toEqual(rows);
    expect(permissions.slice(0, 24).map(({ row }) => row)).toEqual(rows.map((_, index) => index + 1));
    const named = permissions.slice(0, 24).filter(({ verdict }) => verdict !== 'not-requested');
    expect(named.filter(({ id }) => id === null)).toEqual([]);
    for (const { verdict, evidence, proof } of permissions) {
      expect([verdict, evidence]).not.toContain('');
      expect(proof).toMatch(/\S{3}/);
    }
  });
});

describe('a tenant without the backup app', () => {
  it('can be backed up once the app is installed', async () => {
    const world = await createWorldWith();
    const { store } = await world.device();
    const report = await check(world, store);
    expect(problems(report)).toEqual(['backup-app missing backup']);
    expect(report).toMatchObject({
      installed: false,
      tenantId: world.tenant.tenantId,
      tenantName: world.tenant.world.tenant.displayName,
      signedInAs: admin,
      accounts: { users: 3, guests: 1, withMailbox: 3, withDrive: 3, unlicensed: 0, shared: null },
      roles: ['Global Administrator'],
      depth: 'quick',
    });
    expect(tree(report)).toEqual({
      'backup-app': ['principal', 'certificate', 'token', 'read-mail', 'read-files', 'write'],
    });
    expect(row(report, 'Mail.ReadWrite')).toMatchObject({ verdict: 'missing', evidence: 'proved' });
    // Consented to when somebody installed, and in no token of a check.
    expect(row(report, 'Directory.AccessAsUser.All', 'delegated')).toMatchObject({
      required: 'no',
      granted: 'yes',
      inToken: 'no',
    });
    expect(report.notInThisBackup.length).toBeGreaterThan(5);
  });

  it('asks for an administrator where somebody else is signed in', async () => {
    const world = await createWorldWith();
    const { store } = await world.device();
    const report = await check(world, store, amy);
    expect(problems(report)).toEqual(['administrator missing backup']);
    expect(tree(report)['administrator']).toContain('backup-app');
    const [finding] = report.findings;
    // Who could: by name, because somebody has to be asked.
    expect(finding?.advice).toMatch(/no directory role.*Application Administrator.*Ask Ada Admin\./);
    expect(finding?.link?.href).toBe(
      'https://learn.microsoft.com/en-us/microsoft-365/admin/add-users/about-admin-roles',
    );
  });

  it('is told what is not licensed', async () => {
    const world = await createWorldWith();
    for (const one of world.tenant.world.directory.subscriptions)
      Object.assign(one, { capabilityStatus: 'Suspended' });
    const { store } = await world.device();
    const report = await check(world, store);
    expect(problems(report)).toEqual(['backup-app missing backup', 'licence-business missing backup']);
    expect(tree(report)['licence-business']).toEqual(['licence-exchange', 'licence-onedrive']);
    expect(report.accounts).toMatchObject({ users: 3, withMailbox: 0, withDrive: 0 });
  });
});

describe('a tenant with the backup app', () => {
  it.each(['reference', 'complete'] as const)(
    'of the profile %s has nothing to complain of',
    async (profile) => {
      const world = await createWorldWith();
      const { install, store } = await world.device();
      await onboard(profile, install);
      const report = await check(world, store);
      expect(problems(report)).toEqual([]);
      expect(report.installed).toBe(true);
      const asked = report.permissions.filter(({ verdict }) => verdict !== 'not-requested');
      // Five rows of the page are asked for by nobody, the others by the profile named after it.
      const left = permissionsOf('reference').filter((one) => !permissionsOf(profile).includes(one));
      expect(report.permissions.length - asked.length).toBe(5 + left.length);
      expect(asked.filter(({ verdict }) => verdict !== 'ok')).toEqual([]);
    },
  );

  it('of the read-only profile can be backed up, and says what a restore takes', async () => {
    const world = await createWorldWith();
    const { install, store } = await world.device();
    await onboard('read-only', install);
    const report = await check(world, store);
    expect(problems(report)).toEqual(['write missing restore']);
    // The most dangerous profile must not be what somebody is told to install for one restore.
    expect(report.findings[0]?.advice).toMatch(
      /lends it the right to write, and Holdfast takes that back when the restore ends\.$/,
    );
    expect(row(report, 'Mail.ReadWrite')).toMatchObject({
      verdict: 'not-requested',
      why: 'The profile read-only does without it',
    });
    expect(
      report.permissions
        .slice(24)
        .map(({ claim, verdict }) => `${claim} ${verdict}`)
        .toSorted(),
    ).toEqual(['Files.Read.All ok', 'Mail.Read ok', 'MailboxSettings.Read ok', 'User.Read.All ok']);
  });

  it('names what somebody took away, added or switched off', async () => {
    const world = await createWorldWith();
    const { install, store } = await world.device();
    await onboard('reference', install);
    const { apps, grants } = world.tenant.world.directory;
    const graph = apps.servicePrincipalByAppId(graphAppId);
    const role = (value: string) => graph?.appRoles.find((one) => one.value === value)?.id ?? '';
    const held = grants
      .assignments()
      .find(({ resourceId, appRoleId }) => resourceId === graph?.id && appRoleId === role('Mail.ReadWrite'));
    grants.unassign(held?.id ?? '');
    grants.assign({
      principalId: held?.principalId ?? '',
      resourceId: graph?.id ?? '',
      appRoleId: role('Sites.FullControl.All'),
    });
    const principal = apps.servicePrincipal(held?.principalId ?? '');
    if (principal) principal.fields['accountEnabled'] = false;

    const report = await check(world, store);
    expect(problems(report)).toEqual([
      'backup-app-enabled missing backup',
      'role:graph:Mail.ReadWrite missing backup',
      'role:graph:Sites.FullControl.All extra nothing',
    ]);
    // Enabling the app alone would not do: what two causes explain stands below both.
    expect(tree(report)).toMatchObject({
      'backup-app-enabled': ['token', 'read-mail', 'read-files', 'write'],
      'role:graph:Mail.ReadWrite': ['read-mail', 'write'],
    });
    expect(row(report, 'Mail.ReadWrite')).toMatchObject({
      verdict: 'missing',
      why: expect.stringContaining('Not granted') as string,
    });
    expect(report.permissions.slice(24)).toMatchObject([
      { claim: 'Sites.FullControl.All', verdict: 'extra', required: 'no', granted: 'yes' },
    ]);
  });

  it('is joined by another device, which is told that it has no certificate yet', async () => {
    const world = await createWorldWith();
    const first = await world.device();
    await onboard('reference', first.install);
    const second = await world.device();
    expect(problems(await check(world, second.store))).toEqual(['certificate missing backup']);
  });

  it('is of the profile that a device is told which joins, also where its registration lacks a permission', async () => {
    const world = await createWorldWith();
    await onboard('complete', (await world.device()).install);
    const app = world.tenant.world.directory.apps
      .applications()
      .find(({ fields }) => fields['displayName'] === 'Holdfast Backup');
    if (!app) throw new Error('there is no app');
    const [first, ...others] = app.fields['requiredResourceAccess'] as { resourceAccess: unknown[] }[];
    const less = { ...first, resourceAccess: first?.resourceAccess.slice(1) };
    app.fields['requiredResourceAccess'] = [less, ...others];
    const second = await world.device();
    expect(await check(world, second.store)).toMatchObject({ profile: 'complete' });
    expect(await join(second.install)).toMatchObject({ ok: true, value: { profile: 'complete' } });
  });
});

describe('the check', () => {
  it('gives no figures where the accounts could not be counted', async () => {
    const world = await createWorldWith();
    const { store } = await world.device();
    world.tenant.world.faults.set([
      {
        match: { host: 'graph.microsoft.com', route: '/users' },
        answer: { status: 403, code: 'Authorization_RequestDenied' },
      },
    ]);
    const report = await check(world, store);
    expect(report.accounts).toBeNull();
  });

  it('takes its own app for no namesake where it could not read the registration', async () => {
    const world = await createWorldWith();
    const { install, store } = await world.device();
    await onboard('reference', install);
    refuse(world, '/applications/{id}');
    const report = await check(world, store);
    expect(problems(report)).toEqual(['backup-app unknown nothing']);
  });

  it.each([
    ['its service principal', '/servicePrincipals/{id}/appRoleAssignments'],
    ['Microsoft Graph', '/servicePrincipals/*00000003-0000-0000-c000-000000000000'],
  ])('says nothing of the app’s rights where it could not read %s', async (_, route) => {
    const world = await createWorldWith();
    const { install, store } = await world.device();
    await onboard('reference', install);
    const before = await check(world, store);
    refuse(world, route);
    const report = await check(world, store);
    expect(report).toMatchObject({ installed: null, vendors: [] });
    expect(problems(report)).toEqual(['principal unknown nothing']);
    expect(tree(report)).toEqual({ principal: ['token', 'read-mail', 'read-files', 'write'] });
    const { changes } = value(compareReports(before, { ...report, at: '2026-12-25T04:00:00.000Z' }));
    expect(changes).toContainEqual({
      what: 'Backup app',
      before: 'installed, reference',
      after: 'not visible',
    });
    expect(changes.filter(({ after }) => /missing|extra|not installed/.test(after))).toEqual([]);
  });

  it('knows the roles of Exchange by their ids where it could not read that service', async () => {
    const world = await createWorldWith();
    const { install, store } = await world.device();
    await onboard('reference', install);
    refuse(world, '/servicePrincipals/*00000002-0000-0ff1-ce00-000000000000');
    const report = await check(world, store);
    expect(problems(report)).toEqual(['resource-exchange unknown nothing']);
    expect(report.permissions.filter(({ verdict }) => verdict === 'extra')).toEqual([]);
    expect(row(report, 'full_access_as_app')).toMatchObject({ verdict: 'ok', granted: 'yes' });
  });

  it('holds an outage of the relay against nobody', async () => {
    const world = await createWorldWith();
    const { install, store } = await world.device();
    await onboard('reference', install);
    const quick = await check(world, store);
    const app = async () => ({
      token: err(failure('relay/unreachable', '503')),
      graph: install.graph,
      judging: () => Promise.reject(new Error('nobody is judged by it')),
    });
    const report = await check(world, store, admin, app);
    expect(problems(report)).toEqual(['token unknown nothing']);
    expect(report.findings).toMatchObject([{ evidence: 'not-visible', consequences: [] }]);
    expect(report.score.points).toBe(quick.score.points);
  });

  it('reads and never writes, in a handful of exchanges', async () => {
    const world = await createWorldWith({ log: true });
    const { install, store } = await world.device();
    await onboard('reference', install);
    world.tenant.world.directory.user(amy)?.roles.push(roleIds.globalReader);
    await world.signIn(admin, checkScopes);
    const reader = await world.device(amy, store, checkScopes);
    const before = world.tenant.log?.exchanges.length ?? 0;
    await runCheck({
      version: 'test',
      graph: reader.install.graph,
      signedIn: reader.signedIn,
      registratorClientId: world.tenant.clientIds.registrator,
      store,
      clock: steppingClock,
      consentLink: '',
      closer: false,
      app: null,
      exchanges: () => 0,
      bought: async () => undefined,
      report: () => undefined,
    });
    const entries = (world.tenant.log?.exchanges ?? []).slice(before);
    expect(entries.length).toBeLessThanOrEqual(6);
    for (const entry of entries) {
      if (entry.method === 'GET') continue;
      expect(entry.url).toMatch(/\/\$batch$/);
      const { requests } = JSON.parse(String(entry.requestBody)) as { requests: { method: string }[] };
      expect(requests.every(({ method }) => method === 'GET')).toBe(true);
    }
  });
});

function value<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(result.error.code);
  return result.value;
}
