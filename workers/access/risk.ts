/** How much harm a permission could do: from the rows of the reference page, else from data/permission-risks.json. */
import { array, object, parse, string } from 'valibot';
import type { Risk } from '../contract/check.ts';
import factsJson from './data/permission-risks.json' with { type: 'json' };
import { referenceRows, type ResourceName } from './permissions.ts';
import { riskSchema, rowFacts } from './row-facts.ts';

export interface Asked {
  readonly resource: ResourceName | 'other';
  /** Undefined: a role that its service does not name. */
  readonly value: string | undefined;
  readonly type: 'application' | 'delegated';
}

const byWhatItDoes = object({ changes: riskSchema, content: riskSchema, facts: riskSchema });
const facts = parse(
  object({
    beyondPage: array(object({ permission: string(), risk: riskSchema })),
    tierZero: object({ permissions: array(string()), risk: riskSchema }),
    naming: object({
      /** Resources whose data are people's own, and permissions that reach all of it. */
      content: array(string()),
      whole: array(string()),
      reads: array(string()),
      changes: array(string()),
    }),
    byName: object({ application: byWhatItDoes, delegated: byWhatItDoes }),
    unknown: riskSchema,
  }),
  factsJson,
);
const { naming } = facts;

/** Judged one by one; undefined where nobody has. */
export const knownRisk = (asked: Asked): Risk | undefined => riskOfRow(asked) ?? riskBeyondPage(asked);

/** By its name where nobody has judged it; the worst is said of what nothing is known of. */
export function riskOf(asked: Asked): Risk {
  const { value, type } = asked;
  const known = knownRisk(asked);
  if (known || value === undefined) return known ?? facts.unknown;
  if (facts.tierZero.permissions.includes(value)) return facts.tierZero.risk;
  const operation = operationOf(value);
  const { changes, content, facts: others } = facts.byName[type];
  if (naming.changes.includes(operation)) return changes;
  if (!naming.reads.includes(operation)) return facts.unknown;
  return isContent(value) ? content : others;
}

/** Mail, files and the like, of people. */
export const isContent = (value: string): boolean =>
  naming.content.includes(value.split('.')[0] ?? '') || naming.whole.includes(value);

/** `{resource}.{operation}.{constraint}`; what has no dot is a name of its own. */
const operationOf = (value: string): string => value.split('.')[1] ?? value;

/** The rows that the page prints under SharePoint say that nobody asks for them, not what they would do. */
function riskOfRow({ resource, value, type }: Asked): Risk | undefined {
  if (resource === 'sharepoint') return undefined;
  const row = referenceRows.findIndex(
    (one) => one.app === 'backup' && one.section === resource && one.claim === value && one.type === type,
  );
  return row < 0 ? undefined : rowFacts(row + 1).risk;
}

const riskBeyondPage = ({ resource, value, type }: Asked): Risk | undefined =>
  resource === 'graph' && type === 'application'
    ? facts.beyondPage.find(({ permission }) => permission === value)?.risk
    : undefined;
