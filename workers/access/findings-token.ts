/** Does the app get a token, and what does it carry? */
import type { Failure } from '../kernel/failure.ts';
import { deviceCertificate } from './check-certificate.ts';
import type { PrincipalFacts } from './check-facts.ts';
import { fine, unseen, wrong, type Draft } from './finding.ts';
import { told, type Observations } from './observations.ts';

export const tokenFindings = (seen: Observations, works: boolean | undefined): Draft[] => [
  ...tokenRefusal(seen),
  ...replication(seen),
  token(seen, works),
];

const [id, title] = ['token', 'The app gets a token with its permissions'] as const;
const repair = 'Choose “Install backup app” again: it repairs what is missing.';
const conditionalAccess =
  'https://entra.microsoft.com/#view/Microsoft_AAD_ConditionalAccess/ConditionalAccessBlade';

/** What Entra refuses a token for, where it has a finding of its own. */
function tokenRefusal({ token }: Observations): Draft[] {
  if (token === null || token.ok || token.error.code !== 'relay/policy-blocked') return [];
  return [
    wrong('conditional-access', 'Conditional Access blocks the app', {
      proof: told(token.error),
      advice:
        'A policy for workload identities refuses it a token: except “Holdfast Backup”, or allow the relay’s address.',
      stops: 'backup',
      link: { text: 'Conditional Access in Entra', href: conditionalAccess },
    }),
  ];
}

const rolesGranted = ({ roles }: PrincipalFacts): string[] =>
  roles.flatMap(({ resource, value }) => (resource === 'graph' && value ? [value] : []));

/** Granted on Graph and not in a token of a moment ago. */
function absentFromToken({ token, principal }: Observations): string[] {
  if (!token?.ok || !principal.ok || !principal.value) return [];
  const carried = token.value;
  return rolesGranted(principal.value).filter((role) => !carried.includes(role));
}

/** Roles take minutes to reach tokens; after this long something else is wrong. */
const patienceMs = 60 * 60_000;

const isYoung = ({ principal, now }: Observations): boolean =>
  principal.ok && (principal.value?.roles ?? []).some(({ since }) => now - since < patienceMs);

function replication(seen: Observations): Draft[] {
  const absent = absentFromToken(seen);
  if (absent.length === 0 || !isYoung(seen)) return [];
  return [
    wrong('replication', 'Permissions are on their way', {
      verdict: 'unknown',
      proof: `Granted and not in a token yet: ${absent.join(', ')}`,
      advice: 'Wait a few minutes and look again: Microsoft copies new permissions from server to server.',
      who: 'nobody',
      fix: 'look-closer',
      stops: 'backup',
    }),
  ];
}

/** Entra’s own word; every other failure happened on the way there and says nothing of the tenant. */
const entraSays: ReadonlySet<string> = new Set([
  'relay/app-unknown',
  'relay/app-disabled',
  'relay/certificate-unknown',
  'relay/clock-wrong',
  'relay/policy-blocked',
  'relay/entra-refused',
]);

/** Could this device get a token that carries the permissions? Undefined: nobody can tell from here. */
export function worksToday(seen: Observations): boolean | undefined {
  const { token, principal } = seen;
  if (token === null || (!token.ok && !entraSays.has(token.error.code))) return wouldWork(seen);
  if (!token.ok || token.value.length === 0) return false;
  return principal.ok ? absentFromToken(seen).length === 0 : undefined;
}

function wouldWork(seen: Observations): boolean | undefined {
  const { app, principal, now } = seen;
  if (!app.ok || !principal.ok) return undefined;
  if (!app.value || !principal.value || !principal.value.enabled) return false;
  const certificate = deviceCertificate(seen);
  return certificate !== undefined && certificate.ends > now && principal.value.roles.length > 0;
}

function token(seen: Observations, works: boolean | undefined): Draft {
  const fresh = seen.token;
  if (fresh && !fresh.ok && !entraSays.has(fresh.error.code)) {
    const proof = `A token, which was not to be had: ${told(fresh.error)}`;
    return unseen(id, title, proof, { advice: onTheWay(fresh.error) });
  }
  if (works === undefined) return unseen(id, title, sightFor(seen));
  if (works) {
    return fresh
      ? fine(id, title, 'A fresh token carries everything that is granted')
      : fine(id, title, '“Look closer” fetches one', { evidence: 'inferred' });
  }
  const both = { fix: 'install', stops: 'backup' } as const;
  if (!fresh) {
    const proof = 'What it takes is not all there';
    return wrong(id, title, { ...both, proof, evidence: 'inferred', advice: repair });
  }
  return fresh.ok
    ? wrong(id, title, { ...both, proof: tokenLacks(seen), advice: repair })
    : wrong(id, title, { ...both, proof: told(fresh.error), advice: adviceFor(fresh.error) });
}

function sightFor({ token }: Observations): string {
  const sight = 'A sign-in that may read app registrations';
  if (!token?.ok) return sight;
  const carried = `A fresh token carries ${token.value.join(', ')}`;
  return `${sight}. ${carried}; what was granted is not visible, so nothing tells if that is all`;
}

const tokenLacks = (seen: Observations): string => {
  const absent = absentFromToken(seen);
  return absent.length > 0
    ? `Not in a fresh token: ${absent.join(', ')}`
    : 'A fresh token carries no permission';
};

const onTheWay = ({ code }: Failure): string =>
  code === 'relay/unreachable' || code.startsWith('network/')
    ? 'The relay did not answer: look again later.'
    : code === 'sign-in/interaction-required'
      ? 'Choose “Join with this device”.'
      : 'Entra was not reached, which says nothing of this tenant: look again later.';

const adviceFor = ({ code }: Failure): string =>
  code === 'relay/clock-wrong' ? 'Set this device’s clock.' : repair;
