/** The permission rows of a report: every row of the reference page in its order, then what else the app holds. */
import type { PermissionRow, Profile, Risk } from '../contract/check.ts';
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
import { rowFacts } from './row-facts.ts';

export interface Held {
  readonly app: Result<InstalledApp | undefined>;
  /** Of this device's connection; undefined where the app was installed elsewhere. */
  readonly profile: Profile | undefined;
  readonly signedIn: DelegatedToken;
}

type Judgement = Pick<PermissionRow, 'verdict' | 'evidence' | 'why'>;

export function permissionRows(held: Held): PermissionRow[] {
  const page = referenceRows.map((row, index): PermissionRow => {
    const { app, api, claim, permission, type } = row;
    const { purpose, without, alternative, risk } = rowFacts(index + 1);
    const id = allPermissions.find((one) => isSame(one, row))?.id ?? null;
    const printed = { row: index + 1, id, app, api, claim, permission, type };
    return { ...printed, purpose, without, alternative, risk, ...judge(row, index + 1, held) };
  });
  return [...page, ...rowsBeyondPage(held)];
}

function judge(row: ReferenceRow, number: number, held: Held): Judgement {
  if (row.section === 'sharepoint' || row.claim === '') return nothingAsked(rowFacts(number).without);
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
      row: null,
      id,
      app: 'backup',
      api: resource === 'other' ? 'Another service' : resources[resource].name,
      claim: known?.value ?? id,
      permission: known ? 'Not on the reference page' : 'Not known to Holdfast',
      type: 'application',
      ...beyondPage(known),
      verdict: isWanted ? 'ok' : 'extra',
      evidence: 'proved',
      why: isWanted
        ? `Needed by the profile ${profile}`
        : 'Granted, and nothing in Holdfast’s profile needs it',
    };
  });
}

/** The reading roles of the profiles; whatever else is there, Holdfast cannot say what for. */
function beyondPage(known: Permission | undefined) {
  const isReading = known !== undefined && !/Write|Create|Manage|FullControl|full_access/.test(known.value);
  const risk: Risk = isReading
    ? { level: 'medium', reason: 'Reads the data of everybody, and changes nothing' }
    : {
        level: 'high',
        reason: known ? 'May change the data of everybody' : 'Holdfast does not know what it allows',
      };
  return {
    purpose: known ? 'Asked for by a profile of Holdfast' : 'Not known',
    without: known ? 'The profile that names it is incomplete' : 'Nothing in Holdfast',
    alternative: isReading ? 'None with less power for all accounts' : 'Take it away where no restore runs',
    risk,
  };
}

const isRow = (row: ReferenceRow, resource: string, id: string): boolean =>
  row.section === resource && allPermissions.some((one) => one.id === id && isSame(one, row));
