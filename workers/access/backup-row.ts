/** One row of the reference page, judged by what the backup app holds. */
import type { Answer, PermissionRow, Profile } from '../contract/check.ts';
import type { PrincipalFacts } from './check-facts.ts';
import { isMissing, isOthersAlone, isRenamed } from './check-held.ts';
import type { Permission } from './permissions.ts';
import { permissionsOf } from './profiles.ts';
import { tokenAnswer, yesOrNo, type Seen } from './row-answers.ts';

export type Judgement = Pick<
  PermissionRow,
  'required' | 'granted' | 'inToken' | 'verdict' | 'evidence' | 'proof' | 'why'
>;

const requiredBy = (profile: Profile | null, wanted: Permission): Answer =>
  profile === null ? 'unknown' : yesOrNo(permissionsOf(profile).includes(wanted));

export function judgeBackup(wanted: Permission, seen: Seen): Judgement {
  const { app, principal, profile } = seen;
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
  const known = { required, inToken: tokenAnswer(wanted, seen), evidence: 'proved' } as const;
  return isMissing(wanted, held)
    ? { ...known, granted: 'no', proof: 'What the directory granted the app', ...absent(wanted, held, seen) }
    : {
        ...known,
        granted: 'yes',
        proof: grantedProof(wanted, known.inToken),
        ...present(wanted, held, known, profile),
      };
}

type Verdict = Pick<Judgement, 'verdict' | 'why'>;

function present(
  wanted: Permission,
  held: PrincipalFacts,
  { required, inToken }: Pick<Judgement, 'required' | 'inToken'>,
  profile: Profile | null,
): Verdict {
  const to = grantedTo(wanted, held);
  return required === 'no'
    ? { verdict: 'extra', why: `${to ?? 'Granted'}, and the profile ${profile} does without it` }
    : { verdict: 'ok', why: to ?? whyGranted(inToken) };
}

function absent(wanted: Permission, held: PrincipalFacts, { services, profile }: Seen): Verdict {
  if (isRenamed(wanted, held, services)) {
    const why = 'Granted under an id that the service has given up: install the backup app again';
    return { verdict: 'renamed', why };
  }
  const isOthers = isOthersAlone(wanted, held);
  if (requiredBy(profile, wanted) === 'no') {
    const others = isOthers ? '; granted to another person alone' : '';
    return { verdict: 'not-requested', why: `The profile ${profile} does without it${others}` };
  }
  const why = isOthers
    ? 'Granted to another person alone: whoever needs it signs in to the app and consents'
    : 'Not granted: install the backup app again to repair it';
  return { verdict: 'missing', why };
}

/** Of what a person consents to: for whom. */
function grantedTo({ kind, value }: Permission, { scopes }: PrincipalFacts): string | undefined {
  if (kind !== 'Scope') return undefined;
  return scopes.get(value) === 'you' ? 'Granted to you alone' : 'Granted for everybody';
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
