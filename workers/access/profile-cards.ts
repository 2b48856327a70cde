/** The choices of *Install backup app*, each with what its permissions put at risk: all from data/. */
import { array, number, object, parse, picklist, string } from 'valibot';
import type { ProfileCard } from '../contract/app-rights.ts';
import type { Risk } from '../contract/check.ts';
import factsJson from './data/row-facts.json' with { type: 'json' };
import type { Permission } from './permissions.ts';
import { permissionsOf } from './profiles.ts';
import { knownRisk } from './risk.ts';

const data = parse(
  object({
    points: object({ 'tier-0': number(), high: number(), medium: number(), low: number(), none: number() }),
    profiles: array(
      object({ profile: picklist(['read-only', 'reference', 'complete']), name: string(), text: string() }),
    ),
  }),
  factsJson,
);

/** Throws where the data lacks the permission: a name alone is too little to choose by. */
function riskOf({ resource, value, kind }: Permission): Risk {
  const found = knownRisk({ resource, value, type: kind === 'Role' ? 'application' : 'delegated' });
  if (!found) throw new Error(`data/permission-risks.json lacks ${value}`);
  return found;
}

const most = 100;

export const profileCards = (): readonly ProfileCard[] =>
  data.profiles.map((words) => {
    const permissions = permissionsOf(words.profile);
    const risks = permissions.map(riskOf);
    const worst = Math.max(...risks.map(({ level }) => data.points[level]));
    const worstRisks = risks.filter(({ level }) => data.points[level] === worst);
    return {
      ...words,
      level: worstRisks[0]?.level ?? 'none',
      reasons: [...new Set(worstRisks.map(({ reason }) => reason))],
      score: Math.min(
        most,
        risks.reduce((sum, { level }) => sum + data.points[level], 0),
      ),
      permissions: permissions.map(({ value }) => value),
    };
  });
