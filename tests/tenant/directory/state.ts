/** The directory for the oracle: what a restore of people and groups is compared against. */
import type { World } from '../world/world.ts';
import type { Profile } from './profile.ts';
import type { DirectoryUser } from './store.ts';

export type UserFacts = Profile &
  Pick<
    DirectoryUser,
    | 'displayName'
    | 'givenName'
    | 'surname'
    | 'jobTitle'
    | 'department'
    | 'accountEnabled'
    | 'usageLocation'
    | 'managerId'
  >;

export function userFacts(user: DirectoryUser): UserFacts {
  const { displayName, givenName, surname, jobTitle, department, accountEnabled, usageLocation } = user;
  const facts = { displayName, givenName, surname, jobTitle, department, accountEnabled, usageLocation };
  return { ...structuredClone(user.profile), ...facts, managerId: user.managerId };
}

export interface GroupState {
  readonly id: string;
  readonly displayName: string;
  readonly description: string | null;
  readonly mail: string | null;
  readonly mailNickname: string;
  readonly isMicrosoft365: boolean;
  readonly securityEnabled: boolean;
  readonly visibility: string | null;
  readonly memberIds: readonly string[];
  readonly ownerIds: readonly string[];
  readonly isDeleted: boolean;
}

/** Deleted groups last. */
export function groupStates({ directory }: World): GroupState[] {
  return [...directory.groups(), ...directory.deletedGroups()].map((group) => ({
    id: group.id,
    displayName: group.displayName,
    description: group.description,
    mail: group.mail,
    mailNickname: group.mailNickname,
    isMicrosoft365: group.isMicrosoft365,
    securityEnabled: group.securityEnabled,
    visibility: group.visibility,
    memberIds: group.memberIds.toSorted(),
    ownerIds: group.ownerIds.toSorted(),
    isDeleted: group.deletedAt !== undefined,
  }));
}
