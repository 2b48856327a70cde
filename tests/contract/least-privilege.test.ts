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
import { features, type FeatureName, type Rights } from './features.ts';

vi.setConfig({ testTimeout: 60_000 });

const rightsOf = (profile: Profile): Rights => {
  const values = (wanted: 'Role' | 'Scope') =>
    permissionsOf(profile).flatMap(({ resource, kind, value: name }) =>
      resource === 'graph' && kind === wanted ? [name] : [],
    );
  return { roles: values('Role'), scopes: values('Scope') };
};
const without = ({ roles, scopes }: Rights, ...gone: readonly string[]): Rights => ({
  roles: roles.filter((role) => !gone.includes(role)),
  scopes: scopes.filter((scope) => !gone.includes(scope)),
});

/** Which features stop without a right; every right of these profiles has one. */
const needed: Readonly<Record<'read-only' | 'complete', Readonly<Record<string, readonly FeatureName[]>>>> = {
  'read-only': {
    'User.Read.All': ['accounts'],
    'MailboxSettings.Read': ['mailbox-kinds'],
    'Mail.Read': ['mail-backup'],
    'Files.Read.All': ['files-backup'],
  },
  complete: {
    'User.Read.All': ['accounts', 'directory-facts'],
    'MailboxSettings.Read': ['mailbox-kinds'],
    'Mail.ReadWrite': ['mail-backup', 'mail-restore'],
    'Sites.ReadWrite.All': ['files-backup', 'files-restore', 'large-upload'],
    'Tasks.ReadWrite.All': ['tasks-backup', 'tasks-restore'],
    'Group.Read.All': ['directory-facts'],
    'Group.Create': ['group-restore'],
    'Directory.ReadWrite.All': ['people-restore'],
    'Group.ReadWrite.All': ['deleted-group'],
    offline_access: ['long-runs'],
  },
};
const outcomeWithout: Partial<Record<FeatureName, string>> = {
  'mailbox-kinds': 'kinds unknown',
  'long-runs': 'sign-in/interaction-required',
};

describe.each(['read-only', 'complete'] as const)('the profile %s', (profile) => {
  const rights = rightsOf(profile);

  it('asks for nothing that no feature needs', () => {
    expect(Object.keys(needed[profile]).toSorted()).toEqual([...rights.roles, ...rights.scopes].toSorted());
  });

  it.each(Object.entries(needed[profile]))('needs %s', async (right, names) => {
    for (const name of names) {
      expect([name, await features[name](rights)]).toEqual([name, 'ok']);
      const stopped = outcomeWithout[name] ?? 'graph/forbidden';
      expect([name, await features[name](without(rights, right))]).toEqual([name, stopped]);
    }
  });
});

it('a large file needs Sites.ReadWrite.All where upload sessions are refused to Files.ReadWrite.All', async () => {
  const { roles, scopes } = without(rightsOf('complete'), 'Sites.ReadWrite.All');
  const instead = { roles: [...roles, 'Files.ReadWrite.All'], scopes };
  expect(await features['files-restore'](instead)).toBe('ok');
  expect(await features['large-upload'](instead)).toBe('graph/too-large');
});

it('members come back by Group.ReadWrite.All alone, and not without it where it is alone', async () => {
  const rights = without(rightsOf('complete'), 'Directory.ReadWrite.All');
  expect(await features['group-members'](rights)).toBe('ok');
  expect(await features['group-members'](without(rights, 'Group.ReadWrite.All'))).toBe('graph/forbidden');
});

describe('the reference page', () => {
  it('has these rows that nothing uses', () => {
    const claims = unusedRows().map((row) => `${row} ${referenceRows[row - 1]?.claim}`);
    expect(claims).toEqual([
      '7 Application.ReadWrite.All',
      '9 Contacts.ReadWrite',
      '12 Calendars.ReadWrite',
      '17 full_access_as_app',
      '18 Mail.ReadWrite',
      '19 Calendars.ReadWrite.All',
    ]);
  });

  const rights = rightsOf('reference');
  const spare = unusedRows().flatMap((row) => {
    const { claim, section } = referenceRows[row - 1] ?? {};
    return section === 'graph' && claim ? [claim] : [];
  });
  // It has no right to read mailbox settings or everybody's tasks, nor Sites.ReadWrite.All for large files.
  const impossible: readonly string[] = ['mailbox-kinds', 'large-upload', 'tasks-backup', 'tasks-restore'];
  const possible = Object.entries(features).filter(([name]) => !impossible.includes(name));

  it('uses its delegated right to tasks for those of whoever is signed in', async () => {
    expect(await features['own-tasks'](rights)).toBe('ok');
    expect(await features['own-tasks'](without(rights, 'Tasks.ReadWrite'))).toBe('graph/forbidden');
    expect(await features['tasks-backup'](rights)).toBe('graph/forbidden');
  });

  it.each(possible)('%s works without each of them, and without all', async (_name, feature) => {
    for (const right of spare) expect([right, await feature(without(rights, right))]).toEqual([right, 'ok']);
    expect(await feature(without(rights, ...spare))).toBe('ok');
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
  expect(held.toSorted()).toEqual(rightsOf('read-only').roles.toSorted());

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
