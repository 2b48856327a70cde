/** What the app holds and the reference page does not print: roles of a profile, or more than needed. */
import type { PermissionRow, Profile } from '../contract/check.ts';
import type { HeldRole } from './check-facts.ts';
import { allPermissions, referenceRows, resources } from './permissions.ts';
import { permissionsOf } from './profiles.ts';
import { riskOf } from './risk.ts';
import { tokenAnswer, type Seen } from './row-answers.ts';

export function rowsBeyondPage(seen: Seen): PermissionRow[] {
  const { principal } = seen;
  const roles = principal.ok ? (principal.value?.roles ?? []) : [];
  return roles.filter((role) => !isOnPage(role)).map((role) => rowBeyondPage(role, seen));
}

function rowBeyondPage({ resource, id, value }: HeldRole, { profile, token }: Seen): PermissionRow {
  const known = allPermissions.find(
    (one) => one.resource === resource && one.kind === 'Role' && one.value === value,
  );
  return {
    row: null,
    id,
    app: 'backup',
    api: resource === 'other' ? 'Another service' : resources[resource].name,
    claim: value ?? id,
    permission: value === undefined ? 'Not known to its service' : 'Not on the reference page',
    type: 'application',
    granted: 'yes',
    inToken: known ? tokenAnswer(known, { token }) : 'unknown',
    evidence: 'proved',
    proof: 'What the directory granted the app',
    risk: riskOf({ resource, value, type: 'application' }),
    ...(profile === null
      ? undecided
      : known && permissionsOf(profile).includes(known)
        ? wanted(profile)
        : extra),
  };
}

const wanted = (profile: Profile) =>
  ({
    required: 'yes',
    verdict: 'ok',
    purpose: 'Asked for by a profile of Holdfast',
    without: 'The profile that names it is incomplete',
    alternative: 'None with less power for all accounts',
    why: `Needed by the profile ${profile}`,
  }) as const;

const extra = {
  required: 'no',
  verdict: 'extra',
  purpose: 'Not known',
  without: 'Nothing in Holdfast',
  alternative: 'Take it away',
  why: 'Granted, and nothing in Holdfast’s profile needs it',
} as const;

/** What the app is meant to be cannot be told. */
const undecided = { ...extra, required: 'unknown', verdict: 'ok', why: 'Granted in the directory' } as const;

const isOnPage = ({ resource, value }: HeldRole): boolean =>
  referenceRows.some(
    (row) =>
      row.app === 'backup' && row.section === resource && row.type === 'application' && row.claim === value,
  );
