/**
 * Puts what follows from something below it: the list of a report holds root causes, each with what is wrong only
 * because of it. What two causes explain stands below both: mending one of them is not enough.
 */
import type { Finding, FindingId } from '../contract/check.ts';
import type { Draft } from './finding.ts';

const needsToken = ['read-mail', 'read-files', 'write'];

/** What a fault explains directly. `role:exchange:*` is every permission of that service. */
const explains: Readonly<Record<string, readonly string[]>> = {
  partner: ['administrator'],
  'role-eligible': ['administrator'],
  administrator: ['backup-app'],
  'app-deleted': ['backup-app'],
  'backup-app': ['principal', 'certificate'],
  principal: ['token'],
  'credential-policy': ['certificate'],
  certificate: ['token'],
  'certificate-expired': ['token'],
  'backup-app-enabled': ['token'],
  'conditional-access': ['token'],
  replication: ['token'],
  token: needsToken,
  'licence-business': ['licence-exchange', 'licence-onedrive'],
  'licence-exchange': ['resource-exchange'],
  'resource-exchange': ['role:exchange:*', 'read-mail'],
  'licence-onedrive': ['resource-sharepoint'],
  'resource-sharepoint': ['role:sharepoint:*', 'read-files'],
  'role:graph:Mail.Read': ['read-mail'],
  'role:graph:Mail.ReadWrite': ['read-mail', 'write'],
  'role:graph:Files.Read.All': ['read-files'],
  'role:graph:Files.ReadWrite.All': ['read-files', 'write'],
  'role:graph:Sites.ReadWrite.All': ['read-files', 'write'],
};

const matches = (id: FindingId, pattern: string): boolean =>
  pattern.endsWith('*') ? id.startsWith(pattern.slice(0, -1)) : id === pattern;

/** Without consent nothing can be seen: that is why, and not that something is missing. */
function isExplainedBy(effect: Draft, cause: Draft): boolean {
  if (cause.id === effect.id || effect.byChoice) return false;
  if (cause.id === 'consent') return effect.verdict === 'unknown' && effect.evidence === 'not-visible';
  return (
    cause.verdict !== 'extra' && (explains[cause.id] ?? []).some((pattern) => matches(effect.id, pattern))
  );
}

/** Faults alone, in the order given, which is that of importance. */
export function nest(drafts: readonly Draft[]): Finding[] {
  const faults = drafts.filter(({ verdict }) => verdict !== 'ok');
  const isRoot = (one: Draft) => !faults.some((other) => isExplainedBy(one, other));
  return faults.filter(isRoot).map((root) => withConsequences(root, faults));
}

function withConsequences(root: Draft, faults: readonly Draft[]): Finding {
  const reached = new Set<Draft>();
  const follow = (cause: Draft) => {
    for (const effect of faults) {
      if (effect === root || reached.has(effect) || !isExplainedBy(effect, cause)) continue;
      reached.add(effect);
      follow(effect);
    }
  };
  follow(root);
  const consequences = faults.filter((fault) => reached.has(fault)).map(alone);
  return { ...alone(root), stops: worst([root, ...consequences]), consequences };
}

function worst(findings: readonly Draft[]): Finding['stops'] {
  const stops = findings.map((one) => one.stops);
  return stops.includes('backup') ? 'backup' : stops.includes('restore') ? 'restore' : 'nothing';
}

export const fineOnes = (drafts: readonly Draft[]): Finding[] =>
  drafts.filter(({ verdict }) => verdict === 'ok').map(alone);

function alone(draft: Draft): Finding {
  const { byChoice: _, ...finding } = draft;
  return { ...finding, consequences: [] };
}
