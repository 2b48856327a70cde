/** The permission rows of a report: every row of the reference page in its order, then what else the app holds. */
import type { PermissionRow, Profile } from '../contract/check.ts';
import type { DelegatedToken } from '../contract/engine-api.ts';
import type { Result } from '../kernel/result.ts';
import type { InstalledApp } from './check-facts.ts';
import {
  allPermissions,
  referenceRows,
  resources,
  type Permission,
  type ReferenceRow,
} from './permissions.ts';
import { permissionsOf } from './profiles.ts';

export interface Held {
  readonly app: Result<InstalledApp | undefined>;
  /** Of this device's connection; undefined where the app was installed elsewhere. */
  readonly profile: Profile | undefined;
  readonly signedIn: DelegatedToken;
}

type Judgement = Pick<PermissionRow, 'verdict' | 'evidence' | 'why'>;

export function permissionRows(held: Held): PermissionRow[] {
  const page = referenceRows.map((row) => ({
    app: row.app,
    api: row.api,
    claim: row.claim,
    permission: row.permission,
    type: row.type,
    ...judge(row, held),
  }));
  return [...page, ...rowsBeyondPage(held)];
}

function judge(row: ReferenceRow, held: Held): Judgement {
  if (row.section === 'sharepoint') {
    return nothingAsked(
      'Printed under SharePoint, which publishes no such role; never requested, see Sites.*',
    );
  }
  if (row.claim === '') return nothingAsked('The page names no permission here; nothing is requested');
  if (row.app === 'registrator') return judgeRegistrator(row.claim, held.signedIn);
  return judgeBackup(row, held);
}

const nothingAsked = (why: string): Judgement => ({ verdict: 'not-requested', evidence: 'proved', why });

function judgeRegistrator(claim: string, { scopes }: DelegatedToken): Judgement {
  if (claim !== 'Directory.AccessAsUser.All') {
    return {
      verdict: 'ok',
      evidence: 'inferred',
      why: 'Part of every sign-in; an access token does not show it',
    };
  }
  return scopes.includes(claim)
    ? { verdict: 'ok', evidence: 'proved', why: 'In the token of this sign-in' }
    : {
        verdict: 'unknown',
        evidence: 'not-visible',
        why: 'Asked for by Install backup app only, never by the check',
      };
}

function judgeBackup(row: ReferenceRow, { app, profile }: Held): Judgement {
  if (!app.ok)
    return {
      verdict: 'unknown',
      evidence: 'not-visible',
      why: 'This sign-in may not read the app’s permissions',
    };
  if (!app.value)
    return { verdict: 'missing', evidence: 'proved', why: 'The backup app is not installed yet' };
  if (holds(app.value, row)) return { verdict: 'ok', evidence: 'proved', why: 'Granted in the directory' };
  const isWanted = profile === undefined || permissionsOf(profile).some((one) => isSame(one, row));
  return isWanted
    ? {
        verdict: 'missing',
        evidence: 'proved',
        why: 'Not granted: install the backup app again to repair it',
      }
    : nothingAsked(`The profile ${profile} does without it`);
}

const isSame = (one: Permission, row: ReferenceRow): boolean =>
  one.resource === row.section &&
  one.value === row.claim &&
  (one.kind === 'Role') === (row.type === 'application');

function holds(app: InstalledApp, row: ReferenceRow): boolean {
  if (row.type === 'delegated') return app.scopes.includes(row.claim);
  const known = allPermissions.find((one) => isSame(one, row));
  return app.roles.some(({ resource, id }) => resource === row.section && id === known?.id);
}

function rowsBeyondPage({ app, profile }: Held): PermissionRow[] {
  if (!app.ok || !app.value) return [];
  const beyond = app.value.roles.filter(
    ({ resource, id }) => !referenceRows.some((row) => isRow(row, resource, id)),
  );
  return beyond.map(({ resource, id }) => {
    const known = allPermissions.find((one) => one.resource === resource && one.id === id);
    const isWanted = known !== undefined && profile !== undefined && permissionsOf(profile).includes(known);
    return {
      app: 'backup',
      api: resource === 'other' ? 'Another service' : resources[resource].name,
      claim: known?.value ?? id,
      permission: known ? 'Not on the reference page' : 'Not known to Holdfast',
      type: 'application',
      verdict: isWanted ? 'ok' : 'extra',
      evidence: 'proved',
      why: isWanted
        ? `Needed by the profile ${profile}`
        : 'Granted, and nothing in Holdfast’s profile needs it',
    };
  });
}

const isRow = (row: ReferenceRow, resource: string, id: string): boolean =>
  row.section === resource && allPermissions.some((one) => one.id === id && isSame(one, row));
