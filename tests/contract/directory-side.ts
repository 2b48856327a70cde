/** The directory of the simulated tenant, as the workload suite handles it. */
import { createHash } from 'node:crypto';
import { createDirectoryWorkload } from '../../workers/workloads/directory/index.ts';
import { groupJson } from '../tenant/directory/group-json.ts';
import type { Group } from '../tenant/directory/group-registry.ts';
import { userFacts } from '../tenant/directory/state.ts';
import type { DirectoryUser } from '../tenant/directory/store.ts';
import { userJson } from '../tenant/directory/user-json.ts';
import type { Tenant } from '../tenant/tenant.ts';
import { call, userToken } from '../unit/tenant/core/clients.ts';
import { admin, smallTenant } from '../unit/tenant/core/start.ts';
import { clientWith, depsOf, graphClient } from './workload-world.ts';
import type { Side, Truth } from './workload.suite.ts';

export interface DirectorySide extends Side {
  readonly tenant: Tenant;
  user(upn: string): DirectoryUser;
  addGroup(fields: Partial<Group> & { readonly displayName: string }): Group;
}

export const directoryRoles = ['User.Read.All', 'Group.Read.All', 'Group.Create'];
export const directoryScopes = ['Group.ReadWrite.All', 'Directory.ReadWrite.All'];

export const adminToken = (tenant: Tenant, scopes: readonly string[], upn = admin): Promise<string> =>
  userToken(tenant, {
    clientId: tenant.clientIds.registrator,
    scope: ['openid', ...scopes.map((name) => `https://graph.microsoft.com/${name}`)].join(' '),
    upn,
  });

const userNames =
  'businessPhones city companyName country department displayName employeeId employeeType faxNumber givenName jobTitle mobilePhone officeLocation otherMails postalCode preferredLanguage state streetAddress surname usageLocation accountEnabled createdDateTime id mail mailNickname onPremisesSyncEnabled proxyAddresses userPrincipalName userType'.split(
    ' ',
  );
const groupNames =
  'classification createdDateTime description displayName groupTypes id mail mailEnabled mailNickname membershipRule onPremisesSyncEnabled preferredLanguage proxyAddresses securityEnabled theme visibility'.split(
    ' ',
  );

const isEmpty = (value: unknown) =>
  value === null || value === undefined || (Array.isArray(value) && value.length === 0);

/** What a backup has of it: what has a value, by name, one a line. */
function textOf(json: Record<string, unknown>, names: readonly string[], links: Record<string, unknown>) {
  const facts = Object.entries(json).filter(([name, value]) => names.includes(name) && !isEmpty(value));
  const all = [...facts, ...Object.entries(links)].sort(([a], [b]) => (a < b ? -1 : 1));
  return `${JSON.stringify(Object.fromEntries(all), undefined, 1)}\n`;
}

export async function createDirectorySide(
  roles: readonly string[] = directoryRoles,
  scopes: readonly string[] = directoryScopes,
): Promise<DirectorySide> {
  const tenant = await smallTenant({ limits: 'none' });
  const { world } = tenant;
  const { directory } = world;
  let contents = 0;
  const counted: Tenant = {
    ...tenant,
    fetch: (request) => {
      if (request.method === 'GET' && /v1\.0\/(users|groups)\/[0-9a-f-]{36}\?/.test(request.url)) contents++;
      return tenant.fetch(request);
    },
  };
  const token = await adminToken(tenant, scopes);
  const graph = async (method: string, path: string, body?: unknown) => {
    const { json, status } = await call(tenant, token, path, { method, body });
    if (status >= 400) throw new Error(`${method} ${path}: ${status} ${JSON.stringify(json)}`);
  };
  let made = 0;
  const user = (upn: string): DirectoryUser => {
    const found = directory.user(upn);
    if (!found) throw new RangeError(`nobody is called ${upn}`);
    return found;
  };
  const at = <T>(list: readonly T[], choice: number): T | undefined =>
    list[choice % Math.max(1, list.length)];
  const addUser = (more: Partial<DirectoryUser> = {}) => {
    const n = made++;
    return directory.addUser({
      userPrincipalName: `person${n}@contoso.example`,
      displayName: `Person ${n}`,
      jobTitle: `Job ${n}`,
      createdDateTime: `2025-01-${String((n % 28) + 1).padStart(2, '0')}T08:00:00Z`,
      ...more,
    });
  };
  const addGroup: DirectorySide['addGroup'] = (fields) =>
    directory.addGroup({ createdDateTime: '2024-05-06T07:08:09Z', ...fields });
  const addTeam = () => {
    const n = made++;
    const group = addGroup({
      displayName: `Group ${n}`,
      description: `About ${n}`,
      isMicrosoft365: n % 2 === 0,
      ...(n % 2 === 0 && { mail: `group${n}@contoso.example` }),
      securityEnabled: n % 2 === 1,
    });
    for (const choice of [n, n * 3 + 1]) {
      const one = at(directory.users(), choice);
      if (one) directory.link(group, 'members', one.id, true);
    }
    directory.link(group, 'owners', user(admin).id, true);
    return group;
  };
  /** By name: a group made anew has another id. */
  const fieldsOfGroup = (group: Group) => {
    const { id: _, mailNickname, memberIds, ownerIds, createdByAppId: _app, ...rest } = group;
    const { createdAt: _at, createdDateTime: _date, deletedAt: _deleted, ...facts } = rest;
    const nickname = group.isMicrosoft365 ? mailNickname : '';
    return { ...facts, nickname, members: memberIds.toSorted(), owners: ownerIds.toSorted() };
  };

  return {
    tenant,
    user,
    addGroup,
    account: { id: tenant.tenantId, userPrincipalName: 'contoso.example', displayName: 'Contoso' },
    deps: { ...depsOf(await graphClient(counted, roles)), asAdmin: clientWith(tenant, token) },
    severalPages: 620,
    workload: createDirectoryWorkload,
    fill(count) {
      for (let i = 0; i < count; i++)
        if (i % 2 === 0) addTeam();
        else addUser();
    },
    fillRichly: async () => {
      const boss = addUser({ givenName: 'Béa', surname: 'Größe', department: 'Küche', usageLocation: 'DE' });
      Object.assign(boss.profile, {
        businessPhones: ['+49 40 1234'],
        otherMails: ['bea@example.org', 'b@example.net'],
        mobilePhone: '+49 151 1',
        officeLocation: 'Yard "1"',
        companyName: 'Contoso & Söhne',
        city: 'Hamburg',
        employeeId: '007',
      });
      for (let i = 0; i < 3; i++) addUser({ managerId: boss.id });
      const team = addTeam();
      const nested = addGroup({ displayName: 'Everybody', description: null, visibility: null });
      directory.link(nested, 'members', boss.id, true);
      directory.link(team, 'members', boss.id, true);
      addGroup({ displayName: 'Nobody', isMicrosoft365: true, mail: 'nobody@contoso.example' });
    },
    edits: [
      { name: 'add a person', run: async () => void addUser() },
      { name: 'add a group', run: async () => void addTeam() },
      {
        name: 'rename a person',
        run: async (n) => {
          const one = at(directory.users(), n);
          if (one) await graph('PATCH', `/users/${one.id}`, { displayName: `Renamed ${made++}` });
        },
      },
      {
        name: 'appoint a manager',
        run: async (n) => {
          const [one, boss] = [at(directory.users(), n), at(directory.users(), n * 3 + 1)];
          if (one && boss && one !== boss) one.managerId = boss.id;
        },
      },
      {
        name: 'dismiss a manager',
        run: async (n) => void Object.assign(at(directory.users(), n) ?? {}, { managerId: null }),
      },
      {
        name: 'change a group',
        run: async (n) => {
          const group = at(directory.groups(), n);
          if (group) await graph('PATCH', `/groups/${group.id}`, { description: `Changed ${made++}` });
        },
      },
      {
        name: 'let a member come or go',
        run: async (n) => {
          const [group, one] = [at(directory.groups(), n), at(directory.users(), n * 7)];
          if (group && one) directory.link(group, 'members', one.id, !group.memberIds.includes(one.id));
        },
      },
      {
        name: 'let an owner come or go',
        run: async (n) => {
          const [group, one] = [at(directory.groups(), n), at(directory.users(), n * 5)];
          if (group && one) directory.link(group, 'owners', one.id, !group.ownerIds.includes(one.id));
        },
      },
      {
        name: 'delete a group',
        run: async (n) => {
          const group = at(directory.groups(), n);
          if (group) directory.removeGroup(group);
        },
      },
      {
        name: 'restore a group',
        run: async (n) => {
          const group = at(directory.deletedGroups(), n);
          if (group) directory.restoreGroup(group);
        },
      },
      {
        name: 'delete a person',
        run: async (n) => {
          const one = at(directory.users(), n);
          if (one && one.userPrincipalName !== admin) directory.removeUser(one.id);
        },
      },
    ],
    editMetadata: async () => {},
    truth: () => {
      const sha = (text: string) => createHash('sha256').update(text).digest('hex');
      const users = directory.users().map((one) => {
        const manager = directory.user(one.managerId ?? '')?.id;
        const text = textOf(userJson(world, one), userNames, manager === undefined ? {} : { manager });
        return [one.id, { path: 'users', name: one.displayName, sha256: sha(text) }] as [string, Truth];
      });
      const groups = directory.groups().map((group) => {
        const isThere = (id: string) => directory.user(id) ?? directory.group(id);
        const members = group.memberIds.filter(isThere).toSorted();
        const owners = group.ownerIds.filter(isThere).toSorted();
        const text = textOf(groupJson(group), groupNames, { members, owners });
        return [group.id, { path: 'groups', name: group.displayName, sha256: sha(text) }] as [string, Truth];
      });
      return new Map([...users, ...groups]);
    },
    deleteItem: async (id) => {
      const group = directory.group(id);
      if (group) directory.removeGroup(group);
      else directory.removeUser(id);
    },
    expireCursors: () => {
      const gone = { status: 410, code: 'syncStateNotFound' };
      world.faults.set(
        ['users', 'groups'].map((name) => ({ match: { route: `/${name}/delta`, times: 1 }, answer: gone })),
      );
    },
    loseEverything: () => {
      for (const group of directory.groups()) directory.removeGroup(group);
      for (const { id } of directory.users()) directory.removeUser(id);
    },
    /** Facts and managers overwritten; of the groups some emptied, some deleted, some gone for good. */
    damage: () => {
      for (const one of directory.users()) {
        Object.assign(one, { jobTitle: 'nothing', department: null, managerId: null, displayName: 'X' });
        Object.assign(one.profile, { city: 'Nowhere', businessPhones: [], mobilePhone: null });
      }
      for (const [i, group] of directory.groups().entries()) {
        if (i % 3 === 0) directory.removeGroup(group);
        if (i % 3 === 1) {
          directory.removeGroup(group);
          directory.purgeGroup(group.id);
        }
        group.displayName = 'X';
        for (const id of group.memberIds.slice()) directory.link(group, 'members', id, false);
      }
    },
    fields: () => {
      const users = directory.users().map((one) => [`users/${one.id}`, userFacts(one)] as const);
      const groups = directory
        .groups()
        .map(
          (group) =>
            [`groups/${group.displayName} ${group.mail ?? group.description}`, fieldsOfGroup(group)] as const,
        );
      return new Map<string, unknown>([...users, ...groups]);
    },
    contentRequests: () => contents,
    sent: () => world.outbox.sent.length,
  };
}
