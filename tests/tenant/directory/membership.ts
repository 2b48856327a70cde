/** Who is in which group, directly or through groups in groups. Everything here is by object id. */
import type { DirectoryStore } from './store.ts';

export type Reach = 'direct' | 'transitive';

function reached(start: string, next: (id: string) => readonly string[], reach: Reach): string[] {
  const found = new Set(next(start));
  if (reach === 'direct') return [...found];
  // A set being iterated also gives what is added on the way.
  for (const id of found) for (const one of next(id)) found.add(one);
  return [...found];
}

/** Users and groups in a group, the nearest first. */
export const membersOf = (directory: DirectoryStore, groupId: string, reach: Reach): string[] =>
  reached(groupId, (id) => directory.group(id)?.memberIds ?? [], reach);

/** Groups that a user or group is in, the nearest first. */
export const groupsAround = (directory: DirectoryStore, memberId: string, reach: Reach): string[] =>
  reached(
    memberId,
    (id) =>
      directory
        .groups()
        .filter((group) => group.memberIds.includes(id))
        .map((group) => group.id),
    reach,
  );
