/** What the app can do today: read mail, read files, put them back. */
import type { Finding } from '../contract/check.ts';
import type { PrincipalFacts } from './check-facts.ts';
import { holds } from './check-held.ts';
import { fine, unseen, wrong, type Draft } from './finding.ts';
import type { Observations } from './observations.ts';

interface Ability {
  readonly id: 'read-mail' | 'read-files' | 'write';
  readonly title: string;
  /** One of each group suffices. */
  readonly takes: readonly (readonly string[])[];
  readonly service: 'exchange' | 'sharepoint' | null;
  readonly stops: Finding['stops'];
}
const abilities: readonly Ability[] = [
  {
    id: 'read-mail',
    title: 'May read mail',
    takes: [['Mail.Read', 'Mail.ReadWrite']],
    service: 'exchange',
    stops: 'backup',
  },
  {
    id: 'read-files',
    title: 'May read files',
    takes: [['Files.Read.All', 'Files.ReadWrite.All', 'Sites.Read.All', 'Sites.ReadWrite.All']],
    service: 'sharepoint',
    stops: 'backup',
  },
  {
    id: 'write',
    title: 'May put mail and files back',
    takes: [['Mail.ReadWrite'], ['Files.ReadWrite.All', 'Sites.ReadWrite.All']],
    service: null,
    stops: 'restore',
  },
];

/** `tokenWorks`: undefined where nobody can tell from here. */
export function abilityFindings(seen: Observations, tokenWorks: boolean | undefined): Draft[] {
  const { principal } = seen;
  return abilities.map((one) => {
    if (!principal.ok || tokenWorks === undefined)
      return unseen(one.id, one.title, 'A sign-in that may read what the app was granted');
    const granted = isGranted(one, principal.value);
    const evidence = seen.token?.ok ? 'proved' : 'inferred';
    const lacks = whatLacks(granted, hasService(one, seen), tokenWorks);
    if (lacks === undefined)
      return fine(one.id, one.title, 'Granted, and the app gets a token', { evidence });
    const byChoice = one.id === 'write' && !granted && isReadOnly(seen);
    const advice = byChoice ? askedForLater : 'Choose “Install backup app” again: it grants what is missing.';
    const fix = byChoice ? null : 'install';
    return wrong(one.id, one.title, { evidence, proof: lacks, advice, fix, stops: one.stops, byChoice });
  });
}

const isGranted = ({ takes }: Ability, held: PrincipalFacts | undefined): boolean =>
  held !== undefined && takes.every((oneOf) => oneOf.some((value) => holds(held, 'graph', value)));

/** Also where nobody can tell. */
function hasService({ service }: Ability, { services }: Observations): boolean {
  const found = service === null ? undefined : services[service];
  return !found?.ok || found.value !== undefined;
}

function whatLacks(granted: boolean, hasPlace: boolean, tokenWorks: boolean): string | undefined {
  if (!granted) return 'Not granted';
  if (!hasPlace) return 'The tenant lacks the service';
  return tokenWorks ? undefined : 'The app gets no such token';
}

/** Granted no more than reading, on purpose; before anything was granted nobody has chosen. */
const isReadOnly = ({ profile, principal }: Observations): boolean =>
  (profile === 'read-only' || profile === null) && principal.ok && (principal.value?.roles.length ?? 0) > 0;
const askedForLater =
  'The app may only read, and downloads work. For a restore an administrator lends it the right to write, and Holdfast takes that back when the restore ends.';
