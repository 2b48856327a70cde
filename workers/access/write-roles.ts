/** The app roles that putting back takes beyond a profile: only those of the workload, only where the profile lacks them. */
import type { Profile } from '../contract/check.ts';
import type { Connection } from '../contract/connections.ts';
import { permission, type Permission } from './permissions.ts';
import { permissionsOf } from './profiles.ts';

const byWorkload: Readonly<Record<string, Permission>> = {
  mail: permission('graph', 'Mail.ReadWrite', 'Role'),
  drive: permission('graph', 'Files.ReadWrite.All', 'Role'),
  tasks: permission('graph', 'Tasks.ReadWrite.All', 'Role'),
};

/** Every role that is ever lent. */
export const writeRoles: readonly string[] = Object.values(byWorkload).map(({ value }) => value);

/** Roles to lend for a restore; none where the profile was chosen to write at any time, or a person writes as oneself. */
export function rolesToLend(
  { profile, kind }: Pick<Connection, 'profile' | 'kind'>,
  workload: string,
): readonly string[] {
  const role = byWorkload[workload]?.value;
  return profile === 'read-only' && kind !== 'own' && role !== undefined ? [role] : [];
}

/** The profile's own roles are never taken back. */
export function notOfProfile(profile: Profile, roles: readonly string[]): readonly string[] {
  const own = permissionsOf(profile).flatMap(({ kind, value }) => (kind === 'Role' ? value : []));
  return roles.filter((role) => !own.includes(role));
}

/** What a reading installation holds of Microsoft Graph: no app without it is taken for a backup app. */
export const readRoles: readonly string[] = graphRolesOf('read-only');

function graphRolesOf(profile: Profile): readonly string[] {
  return permissionsOf(profile)
    .filter(({ resource, kind }) => resource === 'graph' && kind === 'Role')
    .map(({ value }) => value);
}

/** Holds Graph roles that are neither those of a reading installation nor ever lent to one. */
export const isWider = (held: readonly string[]): boolean =>
  held.some((role) => !readRoles.includes(role) && !writeRoles.includes(role));

/** The one that allows most of those that are held in full. */
export const profileCovered = (held: readonly string[]): Profile =>
  (['complete', 'reference'] as const).find((profile) =>
    graphRolesOf(profile).every((role) => held.includes(role)),
  ) ?? 'read-only';
