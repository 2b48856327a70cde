/** Groups, who is in them, and what changed about either, for who follows changes. */
import { isoSeconds, type Clock } from '../world/clock.ts';
import type { Ids } from '../world/ids.ts';

export interface Group {
  readonly id: string;
  displayName: string;
  description: string | null;
  mail: string | null;
  mailNickname: string;
  readonly isMicrosoft365: boolean;
  securityEnabled: boolean;
  visibility: string | null;
  classification: string | null;
  theme: string | null;
  preferredLanguage: string | null;
  /** Users, groups and service principals. */
  readonly memberIds: string[];
  /** Users and service principals. */
  readonly ownerIds: string[];
  readonly createdDateTime: string;
  /** Milliseconds since the epoch, for replication delays; 0 for what was there from the start. */
  readonly createdAt: number;
  /** The app that created it without a person. */
  readonly createdByAppId: string | null;
  deletedAt: number | undefined;
}

export type NewGroup = Pick<Group, 'displayName'> & Partial<Group>;
export type Relation = 'members' | 'owners';

/** A group's last change; without a group where it is gone for good. */
export interface GroupChange {
  readonly id: string;
  readonly group: Group | undefined;
  readonly change: number;
}

export interface LinkChange {
  readonly id: string;
  readonly removed: boolean;
}

export interface GroupRegistry {
  /** Not the deleted ones. */
  groups(): Group[];
  group(id: string): Group | undefined;
  addGroup(group: NewGroup): Group;
  /** Notes that a group was changed. */
  touchGroup(id: string): void;
  /** Makes somebody a member or owner, or no longer; false where it is so already. */
  link(group: Group, relation: Relation, id: string, present: boolean): boolean;
  /** Microsoft 365 groups wait for 30 days in the deleted items; others are gone at once. */
  removeGroup(group: Group): void;
  deletedGroups(): Group[];
  restoreGroup(group: Group): void;
  purgeGroup(id: string): void;
  lastGroupChange(): number;
  /** In the order of their last change. */
  groupsChangedAfter(change: number): GroupChange[];
  /** Who came and went after a change. */
  linksChangedAfter(group: Group, relation: Relation, change: number): LinkChange[];
}

const idsOf = (group: Group, relation: Relation) =>
  relation === 'members' ? group.memberIds : group.ownerIds;

const nicknameOf = ({ mail, displayName }: NewGroup) => mail?.split('@')[0] ?? displayName.replace(/\W/g, '');

export function createGroupRegistry({ clock, ids }: { clock: Clock; ids: Ids }): GroupRegistry {
  const all = new Map<string, Group>();
  /** Last change by group id; a changed group goes to the end. */
  const changes = new Map<string, number>();
  /** By group, relation and member, the last change of that link. */
  const links = new Map<string, { groupId: string; relation: Relation; id: string; change: number }>();
  let lastChange = 0;
  const touch = (id: string) => {
    changes.delete(id);
    changes.set(id, ++lastChange);
  };
  const kept = (isDeleted: boolean) =>
    [...all.values()].filter((group) => (group.deletedAt !== undefined) === isDeleted);
  const purge = (id: string) => {
    if (all.delete(id)) touch(id);
  };
  return {
    groups: () => kept(false),
    group: (id) => {
      const found = all.get(id.toLowerCase());
      return found?.deletedAt === undefined ? found : undefined;
    },
    addGroup: (fields) => {
      const group: Group = {
        id: ids.guid(),
        description: null,
        mail: null,
        mailNickname: nicknameOf(fields),
        isMicrosoft365: false,
        securityEnabled: !fields.isMicrosoft365,
        visibility: fields.isMicrosoft365 ? 'Private' : null,
        classification: null,
        theme: null,
        preferredLanguage: null,
        memberIds: [],
        ownerIds: [],
        createdDateTime: isoSeconds(clock.now()),
        createdAt: 0,
        createdByAppId: null,
        deletedAt: undefined,
        ...fields,
      };
      all.set(group.id, group);
      touch(group.id);
      return group;
    },
    touchGroup: touch,
    link: (group, relation, id, present) => {
      const list = idsOf(group, relation);
      const index = list.indexOf(id);
      if (index >= 0 === present) return false;
      if (present) list.push(id);
      else list.splice(index, 1);
      touch(group.id);
      links.set(`${group.id}|${relation}|${id}`, { groupId: group.id, relation, id, change: lastChange });
      return true;
    },
    removeGroup: (group) => {
      if (!group.isMicrosoft365) return purge(group.id);
      group.deletedAt = clock.now();
      touch(group.id);
    },
    deletedGroups: () => kept(true),
    restoreGroup: (group) => {
      group.deletedAt = undefined;
      touch(group.id);
    },
    purgeGroup: purge,
    lastGroupChange: () => lastChange,
    groupsChangedAfter: (after) =>
      [...changes].flatMap(([id, change]) => (change > after ? [{ id, group: all.get(id), change }] : [])),
    linksChangedAfter: (group, relation, after) => {
      const now = idsOf(group, relation);
      if (after === 0) return now.map((id) => ({ id, removed: false }));
      return [...links.values()]
        .filter((one) => one.groupId === group.id && one.relation === relation && one.change > after)
        .map(({ id }) => ({ id, removed: !now.includes(id) }));
    },
  };
}
