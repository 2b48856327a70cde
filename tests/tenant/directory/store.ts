/** The directory: people, groups, roles; apps and what they were granted are beside it. */
import { isoSeconds, type Clock } from '../world/clock.ts';
import type { Ids } from '../world/ids.ts';
import { createAppRegistry, type AppRegistry } from './app-registry.ts';
import { createGrantRegistry, type GrantRegistry } from './grant-registry.ts';
import { createGroupRegistry, type GroupRegistry } from './group-registry.ts';
import { emptyProfile, type Profile } from './profile.ts';

export interface DirectoryUser {
  readonly id: string;
  readonly userPrincipalName: string;
  displayName: string;
  givenName: string | null;
  surname: string | null;
  mail: string | null;
  jobTitle: string | null;
  department: string | null;
  accountEnabled: boolean;
  readonly userType: 'Member' | 'Guest';
  /** SKU ids; see data/skus.json. */
  assignedSkus: string[];
  readonly purpose: 'user' | 'linked' | 'shared' | 'room' | 'equipment' | 'others';
  /** Template ids of the directory roles held now, not merely eligible. */
  roles: string[];
  /** Template ids of roles that could be activated (PIM). */
  eligibleRoles: string[];
  readonly createdDateTime: string;
  usageLocation: string | null;
  /** Kept in step with a directory on the customer's own premises; null where that never was. */
  readonly onPremisesSyncEnabled: boolean | null;
  /** Of somebody who acts here by a partner's delegated administration (GDAP): where that person is at home. */
  readonly homeTenantId: string | null;
  readonly profile: Profile;
  managerId: string | null;
}

export type NewUser = Pick<DirectoryUser, 'userPrincipalName' | 'displayName'> & Partial<DirectoryUser>;

/** What the tenant has bought: how many of a SKU, in which state. */
export interface Subscription {
  readonly skuId: string;
  readonly units: number;
  readonly capabilityStatus: 'Enabled' | 'Warning' | 'Suspended' | 'Deleted' | 'LockedOut';
  readonly isTrial?: boolean;
}

export interface DirectoryStore extends GroupRegistry {
  readonly apps: AppRegistry;
  readonly grants: GrantRegistry;
  readonly subscriptions: Subscription[];
  users(): DirectoryUser[];
  /** By id or by user principal name, the latter in any case. */
  user(idOrUpn: string): DirectoryUser | undefined;
  addUser(user: NewUser): DirectoryUser;
  /** As if an administrator had deleted somebody elsewhere, groups and reports included: who follows changes is told. */
  removeUser(id: string): void;
  /** People of a partner, who sign in here and are no objects of this directory: Graph knows nothing of them. */
  partners(): DirectoryUser[];
  addPartner(person: NewUser & { readonly homeTenantId: string }): DirectoryUser;
  /** Who may sign in under an id or name: a user, or somebody of a partner. */
  person(idOrUpn: string): DirectoryUser | undefined;
  /** Notes that a user was changed, for who follows changes. */
  touchUser(id: string): void;
  lastUserChange(): number;
  /** Users changed after a change, in the order of their last one; those who are gone without a user. */
  usersChangedAfter(change: number): { id: string; user: DirectoryUser | undefined; change: number }[];
}

export function createDirectoryStore(deps: { clock: Clock; ids: Ids; tenantId: string }): DirectoryStore {
  const { clock, ids } = deps;
  const byId = new Map<string, DirectoryUser>();
  const byUpn = new Map<string, DirectoryUser>();
  /** Last change by user id; a changed user goes to the end. */
  const changes = new Map<string, number>();
  let lastChange = 0;
  const touchUser = (id: string) => {
    changes.delete(id);
    changes.set(id, ++lastChange);
  };
  const apps = createAppRegistry(deps);
  const registry = createGroupRegistry({ clock, ids });
  const partners: DirectoryUser[] = [];
  const userFrom = (fields: NewUser): DirectoryUser => ({
    id: ids.guid(),
    givenName: null,
    surname: null,
    mail: fields.userPrincipalName,
    jobTitle: null,
    department: null,
    accountEnabled: true,
    userType: 'Member',
    assignedSkus: [],
    purpose: 'user',
    roles: [],
    eligibleRoles: [],
    createdDateTime: isoSeconds(clock.now()),
    usageLocation: null,
    onPremisesSyncEnabled: null,
    homeTenantId: null,
    profile: emptyProfile(),
    managerId: null,
    ...fields,
  });
  const userAt = (idOrUpn: string) => byId.get(idOrUpn.toLowerCase()) ?? byUpn.get(idOrUpn.toLowerCase());
  return {
    ...registry,
    apps,
    grants: createGrantRegistry({ clock, ids, apps }),
    subscriptions: [],
    users: () => [...byId.values()],
    user: userAt,
    person: (idOrUpn) => {
      const key = idOrUpn.toLowerCase();
      const isNamed = (one: DirectoryUser) => one.id === key || one.userPrincipalName.toLowerCase() === key;
      return userAt(key) ?? partners.find(isNamed);
    },
    partners: () => partners,
    addPartner: (fields) => {
      const partner = userFrom(fields);
      partners.push(partner);
      return partner;
    },
    addUser: (fields) => {
      const user = userFrom(fields);
      byId.set(user.id, user);
      byUpn.set(user.userPrincipalName.toLowerCase(), user);
      touchUser(user.id);
      return user;
    },
    removeUser: (id) => {
      const user = byId.get(id);
      if (!user) return;
      for (const group of registry.groups()) {
        registry.link(group, 'members', id, false);
        registry.link(group, 'owners', id, false);
      }
      for (const other of byId.values()) if (other.managerId === id) other.managerId = null;
      byId.delete(id);
      byUpn.delete(user.userPrincipalName.toLowerCase());
      touchUser(id);
    },
    touchUser,
    lastUserChange: () => lastChange,
    usersChangedAfter: (after) =>
      [...changes].flatMap(([id, change]) => (change > after ? [{ id, user: byId.get(id), change }] : [])),
  };
}
