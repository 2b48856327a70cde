/** What apps were granted: app roles (application permissions) and scopes (delegated permissions). */
import type { Clock } from '../world/clock.ts';
import type { Ids } from '../world/ids.ts';
import type { AppRegistry } from './app-registry.ts';

export interface AppRoleAssignment {
  readonly id: string;
  readonly createdAt: number;
  /** The service principal (or user) that was granted something. */
  readonly principalId: string;
  readonly resourceId: string;
  readonly appRoleId: string;
}

export interface ScopeGrant {
  readonly id: string;
  readonly createdAt: number;
  readonly clientId: string;
  readonly consentType: 'AllPrincipals' | 'Principal';
  readonly principalId: string | null;
  readonly resourceId: string;
  /** Space-separated, in the order given. */
  scope: string;
}

/** `removedSince`: what was taken back after this time is given as well. */
export interface GrantRegistry {
  assignments(removedSince?: number): AppRoleAssignment[];
  /** Undefined where the same permission is assigned already. */
  assign(
    assignment: Pick<AppRoleAssignment, 'principalId' | 'resourceId' | 'appRoleId'>,
  ): AppRoleAssignment | undefined;
  unassign(id: string): boolean;
  scopeGrants(removedSince?: number): ScopeGrant[];
  /** Undefined where client, resource, consent type and principal have a grant already. */
  grant(grant: Omit<ScopeGrant, 'id' | 'createdAt'>): ScopeGrant | undefined;
  revoke(id: string): boolean;
  /** Values of the app roles an app holds on a resource, of assignments made before one time or removed since another. */
  rolesOf(
    principalId: string,
    resourceId: string,
    times: { madeBefore: number; removedSince: number },
  ): string[];
  /** Scopes consented to for a user (by an admin for all, or by the user). */
  scopesOf(clientId: string, resourceId: string, userId: string): Set<string>;
  /** Adds scopes to the matching grant, or makes one. */
  consent(grant: Omit<ScopeGrant, 'id' | 'createdAt' | 'scope'> & { scopes: readonly string[] }): void;
  /** Forgets everything granted to or by a service principal. */
  forget(principalId: string): void;
}

interface Kept<T> {
  readonly all: Map<string, T>;
  list(removedSince?: number): T[];
  /** False where there is none of this id any more. */
  remove(id: string): boolean;
}

/** A list that remembers when something was taken from it. */
function createKept<T>(clock: Clock): Kept<T> {
  const all = new Map<string, T>();
  const removed: { readonly item: T; readonly at: number }[] = [];
  return {
    all,
    list: (removedSince = Infinity) => [
      ...all.values(),
      ...removed.filter(({ at }) => at > removedSince).map(({ item }) => item),
    ],
    remove: (id) => {
      const item = all.get(id);
      if (item) removed.push({ item, at: clock.now() });
      return all.delete(id);
    },
  };
}

const words = (scope: string) => scope.split(' ').filter((word) => word !== '');

export function createGrantRegistry(deps: { clock: Clock; ids: Ids; apps: AppRegistry }): GrantRegistry {
  const { clock, ids, apps } = deps;
  const keptAssignments = createKept<AppRoleAssignment>(clock);
  const keptGrants = createKept<ScopeGrant>(clock);
  const assignments = keptAssignments.all;
  const scopeGrants = keptGrants.all;

  const matching = (wanted: Omit<ScopeGrant, 'id' | 'createdAt' | 'scope'>) =>
    [...scopeGrants.values()].find(
      (one) =>
        one.clientId === wanted.clientId &&
        one.resourceId === wanted.resourceId &&
        one.consentType === wanted.consentType &&
        one.principalId === wanted.principalId,
    );

  const grant: GrantRegistry['grant'] = (given) => {
    if (matching(given)) return undefined;
    const made: ScopeGrant = { ...given, id: ids.opaque(32), createdAt: clock.now() };
    scopeGrants.set(made.id, made);
    return made;
  };

  return {
    assignments: keptAssignments.list,
    assign: (given) => {
      const isSame = (one: AppRoleAssignment) =>
        one.principalId === given.principalId &&
        one.resourceId === given.resourceId &&
        one.appRoleId === given.appRoleId;
      if ([...assignments.values()].some(isSame)) return undefined;
      const made = { ...given, id: ids.opaque(32), createdAt: clock.now() };
      assignments.set(made.id, made);
      return made;
    },
    unassign: keptAssignments.remove,
    scopeGrants: keptGrants.list,
    grant,
    revoke: keptGrants.remove,
    rolesOf: (principalId, resourceId, { madeBefore, removedSince }) => {
      const roles = apps.servicePrincipal(resourceId)?.appRoles ?? [];
      return keptAssignments
        .list(removedSince)
        .filter((one) => one.principalId === principalId && one.resourceId === resourceId)
        .filter((one) => one.createdAt <= madeBefore)
        .flatMap((one) => roles.find((role) => role.id === one.appRoleId)?.value ?? []);
    },
    scopesOf: (clientId, resourceId, userId) =>
      new Set(
        [...scopeGrants.values()]
          .filter((one) => one.clientId === clientId && one.resourceId === resourceId)
          .filter((one) => one.consentType === 'AllPrincipals' || one.principalId === userId)
          .flatMap((one) => words(one.scope)),
      ),
    consent: ({ scopes, ...given }) => {
      const existing = matching(given);
      if (existing) existing.scope = [...new Set([...words(existing.scope), ...scopes])].join(' ');
      else grant({ ...given, scope: scopes.join(' ') });
    },
    forget: (principalId) => {
      for (const one of assignments.values()) {
        if (one.principalId === principalId || one.resourceId === principalId) assignments.delete(one.id);
      }
      for (const one of scopeGrants.values()) {
        if (one.clientId === principalId || one.resourceId === principalId) scopeGrants.delete(one.id);
      }
    },
  };
}
