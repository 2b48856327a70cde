/** The permission rows of a report: every row of the reference page in its order, then what else the app holds. */
import type { Answer, PermissionRow, Profile } from '../contract/check.ts';
import { isMissing, isRenamed } from './check-held.ts';
import { allPermissions, referenceRows, type Permission, type ReferenceRow } from './permissions.ts';
import { permissionsOf } from './profiles.ts';
import { tokenAnswer, yesOrNo, type Seen } from './row-answers.ts';
import { isRowOf, rowFacts } from './row-facts.ts';
import { rowsBeyondPage } from './rows-beyond-page.ts';

type Judgement = Pick<
  PermissionRow,
  'required' | 'granted' | 'inToken' | 'verdict' | 'evidence' | 'proof' | 'why'
>;

export function permissionRows(seen: Seen): PermissionRow[] {
  const page = referenceRows.map((row, index): PermissionRow => {
    const { app, api, claim, permission, type } = row;
    const { purpose, without, alternative, risk } = rowFacts(index + 1);
    const known = allPermissions.find((one) => isRowOf(row, one));
    const printed = { row: index + 1, id: idOf(known, seen), app, api, claim, permission, type };
    return { ...printed, purpose, without, alternative, risk, ...judge(row, known, index + 1, seen) };
  });
  return [...page, ...rowsBeyondPage(seen)];
}

/** What the tenant says the id is; the table's own where the tenant does not tell. */
function idOf(known: Permission | undefined, { services }: Seen): string | null {
  if (!known) return null;
  const service = services[known.resource];
  if (known.kind === 'Scope' || !service.ok || !service.value) return known.id;
  return [...service.value.roles].find(([, value]) => value === known.value)?.[0] ?? known.id;
}

function judge(row: ReferenceRow, known: Permission | undefined, number: number, seen: Seen): Judgement {
  if (!known) {
    const why = rowFacts(number).without;
    const none = { required: 'no', granted: 'no', inToken: 'no' } as const;
    return { ...none, verdict: 'not-requested', evidence: 'proved', proof: 'The page itself', why };
  }
  return row.app === 'registrator' ? judgeRegistrator(row.claim, seen) : judgeBackup(known, seen);
}

function judgeRegistrator(claim: string, { signedIn, registratorScopes }: Seen): Judgement {
  const inToken = claim === 'offline_access' ? 'unknown' : yesOrNo(signedIn.scopes.includes(claim));
  const granted = registratorScopes.ok ? yesOrNo(registratorScopes.value.includes(claim)) : 'unknown';
  const isForInstalling = claim === 'Directory.AccessAsUser.All';
  const found = { required: yesOrNo(!isForInstalling), granted, inToken };
  if (inToken === 'yes')
    return {
      ...found,
      verdict: 'ok',
      evidence: 'proved',
      proof: 'The token of this sign-in',
      why: 'In the token of this sign-in',
    };
  if (granted === 'yes')
    return {
      ...found,
      verdict: 'ok',
      evidence: 'proved',
      proof: 'Consents to the Registrator in the directory',
      why: 'Consented to',
    };
  if (isForInstalling) {
    return {
      ...found,
      verdict: 'unknown',
      evidence: 'not-visible',
      proof: 'Install backup app asks for it',
      why: 'Asked for by Install backup app only, never by the check',
    };
  }
  return {
    ...found,
    verdict: 'ok',
    evidence: 'inferred',
    proof: 'There is a sign-in',
    why: 'Part of every sign-in; an access token does not show it',
  };
}

const requiredBy = (profile: Profile | null, wanted: Permission): Answer =>
  profile === null ? 'unknown' : yesOrNo(permissionsOf(profile).includes(wanted));

function judgeBackup(wanted: Permission, seen: Seen): Judgement {
  const { app, principal, services, profile } = seen;
  const required = requiredBy(profile, wanted);
  if (!app.ok || !principal.ok) {
    return {
      required,
      granted: 'unknown',
      inToken: tokenAnswer(wanted, seen),
      verdict: 'unknown',
      evidence: 'not-visible',
      proof: 'A sign-in that may read enterprise applications: Global Reader is enough',
      why: 'This sign-in may not read the app’s permissions',
    };
  }
  const held = principal.value;
  if (!held) {
    const none = {
      required: profile === null ? 'yes' : required,
      granted: 'no',
      inToken: 'no',
      evidence: 'proved',
      proof: 'App registrations of the directory',
    } as const;
    return { ...none, verdict: 'missing', why: 'Asked for by the page; the backup app is not installed yet' };
  }
  const granted = yesOrNo(!isMissing(wanted, held));
  const known = { required, granted, inToken: tokenAnswer(wanted, seen), evidence: 'proved' } as const;
  const proof =
    granted === 'yes' ? grantedProof(wanted, known.inToken) : 'What the directory granted the app';
  if (granted === 'yes') return { ...known, verdict: 'ok', proof, why: whyGranted(known.inToken) };
  if (isRenamed(wanted, held, services)) {
    const why = 'Granted under an id that the service has given up: install the backup app again';
    return { ...known, verdict: 'renamed', proof, why };
  }
  return required === 'no'
    ? { ...known, verdict: 'not-requested', proof, why: `The profile ${profile} does without it` }
    : { ...known, verdict: 'missing', proof, why: 'Not granted: install the backup app again to repair it' };
}

function grantedProof({ resource, kind }: Permission, inToken: Answer): string {
  if (inToken !== 'unknown') return 'What the directory granted the app, and a fresh token';
  if (kind === 'Scope') return 'Consents in the directory; a sign-in to the app would show its token';
  return resource === 'graph'
    ? 'What the directory granted the app; “Look closer” shows its token'
    : 'What the directory granted the app; no token of Exchange is asked for, because nothing uses one';
}

const whyGranted = (inToken: Answer): string =>
  inToken === 'no' ? 'Granted, and not in a fresh token: wait some minutes' : 'Granted in the directory';
