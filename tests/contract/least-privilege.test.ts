/** Each permission that a profile asks for is needed by something, and what is needed is asked for. */
import { unzipSync } from 'fflate';
import { describe, expect, it, vi } from 'vitest';
import { referenceRows } from '../../workers/access/permissions.ts';
import { permissionsOf } from '../../workers/access/profiles.ts';
import { unusedRows } from '../../workers/access/row-facts.ts';
import type { AccountView } from '../../workers/contract/accounts.ts';
import type { Profile } from '../../workers/contract/check.ts';
import { graphAppId } from '../tenant/directory/resources.ts';
import { engineWorld, filesOf, idOf, mailOf, prepared, value } from './engine-world.ts';
import { features, type FeatureName } from './features.ts';

vi.setConfig({ testTimeout: 60_000 });

const rolesOf = (profile: Profile): string[] =>
  permissionsOf(profile).flatMap(({ resource, kind, value: name }) =>
    resource === 'graph' && kind === 'Role' ? [name] : [],
  );
const without = (roles: readonly string[], gone: string) => roles.filter((role) => role !== gone);

/** Which features stop without a role; every role of these profiles has one. */
const needed: Readonly<Record<'read-only' | 'complete', Readonly<Record<string, readonly FeatureName[]>>>> = {
  'read-only': {
    'User.Read.All': ['accounts'],
    'MailboxSettings.Read': ['mailbox-kinds'],
    'Mail.Read': ['mail-backup'],
    'Files.Read.All': ['files-backup'],
  },
  complete: {
    'User.Read.All': ['accounts'],
    'MailboxSettings.Read': ['mailbox-kinds'],
    'Mail.ReadWrite': ['mail-backup', 'mail-restore'],
    'Sites.ReadWrite.All': ['files-backup', 'files-restore', 'large-upload'],
    'Tasks.ReadWrite.All': ['tasks-backup'],
  },
};
const outcomeWithout: Partial<Record<FeatureName, string>> = { 'mailbox-kinds': 'kinds unknown' };

describe.each(['read-only', 'complete'] as const)('the profile %s', (profile) => {
  const roles = rolesOf(profile);

  it('asks for no role that no feature needs', () => {
    expect(Object.keys(needed[profile]).toSorted()).toEqual(roles.toSorted());
  });

  it.each(Object.entries(needed[profile]))('needs %s', async (role, names) => {
    for (const name of names) {
      expect([name, await features[name](roles)]).toEqual([name, 'ok']);
      const stopped = outcomeWithout[name] ?? 'graph/forbidden';
      expect([name, await features[name](without(roles, role))]).toEqual([name, stopped]);
    }
  });
});

it('a large file needs Sites.ReadWrite.All where upload sessions are refused to Files.ReadWrite.All', async () => {
  const roles = [...without(rolesOf('complete'), 'Sites.ReadWrite.All'), 'Files.ReadWrite.All'];
  expect(await features['files-restore'](roles)).toBe('ok');
  expect(await features['large-upload'](roles)).toBe('graph/too-large');
});

describe('the reference page', () => {
  it('has these rows that nothing uses', () => {
    const claims = unusedRows().map((row) => `${row} ${referenceRows[row - 1]?.claim}`);
    expect(claims).toEqual([
      '7 Application.ReadWrite.All',
      '8 Group.Read.All',
      '9 Contacts.ReadWrite',
      '10 Group.Create',
      '12 Calendars.ReadWrite',
      '13 Tasks.ReadWrite',
      '14 Directory.ReadWrite.All',
      '15 Group.ReadWrite.All',
      '16 offline_access',
      '17 full_access_as_app',
      '18 Mail.ReadWrite',
      '19 Calendars.ReadWrite.All',
    ]);
  });

  const roles = rolesOf('reference');
  const spare = unusedRows().flatMap((row) => {
    const { claim, section, type } = referenceRows[row - 1] ?? {};
    return section === 'graph' && type === 'application' && claim ? [claim] : [];
  });
  // It has no right to read mailbox settings, nor Sites.ReadWrite.All for large files.
  const possible = ['accounts', 'mail-backup', 'mail-restore', 'files-backup', 'files-restore'] as const;

  it.each(possible)('%s works without each of them, and without all', async (name) => {
    for (const role of spare)
      expect([role, await features[name](without(roles, role))]).toEqual([role, 'ok']);
    expect(await features[name](roles.filter((role) => !spare.includes(role)))).toBe('ok');
  });
});

it('a whole backup, the next one and an export pass with the roles of Read-only alone', async () => {
  const world = await engineWorld();
  const { tenant, api } = world;
  const jonas = idOf(world, 'jonas');
  const repository = await prepared(world, 'read-only');
  const [connection] = value(await api.connections());
  const { apps, grants } = tenant.world.directory;
  const principal = apps.servicePrincipalByAppId(connection?.clientId ?? '');
  const graph = apps.servicePrincipalByAppId(graphAppId);
  const held = grants
    .assignments()
    .filter(({ principalId }) => principalId === principal?.id)
    .map(({ appRoleId }) => graph?.appRoles.find(({ id }) => id === appRoleId)?.value);
  expect(held.toSorted()).toEqual(rolesOf('read-only').toSorted());

  const accounts: AccountView[] = [];
  value(await api.accounts(tenant.tenantId, (page) => void accounts.push(...page)));
  expect(accounts.filter(({ kind }) => kind === 'unknown')).toEqual([]);
  const first = value(await api.backup(repository, [jonas], () => {}));
  const items = () => mailOf(world, jonas).length + filesOf(world, jonas).length;
  expect(first).toMatchObject({ outcome: 'complete', failed: [], unreachable: [], alerts: [] });
  expect(first.stored + first.skipped.length).toBe(items());

  tenant.world.mail.deliver(jonas, 'Inbox', Buffer.from('From: x@y.test\r\nSubject: new\r\n\r\nhello\r\n'));
  const second = value(await api.backup(repository, [jonas], () => {}));
  expect(second).toMatchObject({ outcome: 'complete', stored: 1, failed: [], unreachable: [] });

  const zip = value(await api.exportZip(repository, { snapshots: second.snapshots }, () => {}));
  expect(zip.problems).toEqual([]);
  const files = Object.keys(unzipSync(new Uint8Array(await zip.blob.arrayBuffer())));
  expect(files.length).toBe(items() - second.skipped.length);
});
