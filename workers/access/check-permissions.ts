/** The permission rows of a report: every row of the reference page in its order, then what else the app holds. */
import type { PermissionRow } from '../contract/check.ts';
import { judgeBackup, type Judgement } from './backup-row.ts';
import { allPermissions, referenceRows, type Permission, type ReferenceRow } from './permissions.ts';
import { yesOrNo, type Seen } from './row-answers.ts';
import { isRowOf, rowFacts } from './row-facts.ts';
import { rowsBeyondPage } from './rows-beyond-page.ts';

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
