/** Which facts of accounts and groups are kept, which of them a restore writes, and their one canonical form. */
import * as v from 'valibot';
import type { CallOptions } from '../../graph/client.ts';
import type { JsonValue } from '../../repository/model.ts';
import type { WorkloadDeps } from '../workload.ts';

/** Microsoft Learn, "Update user": what a delegated Directory.ReadWrite.All may change. */
export const writtenUserFacts = [
  'displayName',
  'givenName',
  'surname',
  'jobTitle',
  'department',
  'companyName',
  'officeLocation',
  'streetAddress',
  'city',
  'state',
  'postalCode',
  'country',
  'businessPhones',
  'mobilePhone',
  'faxNumber',
  'otherMails',
  'preferredLanguage',
  'employeeId',
  'employeeType',
  'usageLocation',
] as const;

/** A restore never blocks or unblocks anybody and changes no address: kept to be read. */
const keptUserFacts = [
  'userPrincipalName',
  'mail',
  'mailNickname',
  'proxyAddresses',
  'userType',
  'accountEnabled',
  'createdDateTime',
  'onPremisesSyncEnabled',
];

export const writtenGroupFacts = [
  'displayName',
  'description',
  'visibility',
  'classification',
  'preferredLanguage',
] as const;

const keptGroupFacts = [
  'mail',
  'mailEnabled',
  'mailNickname',
  'securityEnabled',
  'groupTypes',
  'proxyAddresses',
  'membershipRule',
  'theme',
  'createdDateTime',
  'onPremisesSyncEnabled',
];

const userFacts: readonly string[] = [...writtenUserFacts, ...keptUserFacts];
const groupFacts: readonly string[] = [...writtenGroupFacts, ...keptGroupFacts];

export const userSelect = ['id', ...userFacts].join(',');
export const groupSelect = ['id', ...groupFacts].join(',');

export const entitySchema = v.looseObject({ id: v.string(), '@removed': v.optional(v.unknown()) });
export type Entity = v.InferOutput<typeof entitySchema>;

export type Facts = Readonly<Record<string, JsonValue>>;
const fact = v.union([v.string(), v.boolean(), v.number(), v.array(v.string())]);

/** What has no value is left out: listings do not name it, single objects have null. */
function pick(entity: Entity, names: readonly string[]): Facts {
  const found: Record<string, JsonValue> = { id: entity.id };
  for (const name of names) {
    const parsed = v.safeParse(fact, entity[name]);
    if (parsed.success && !(Array.isArray(parsed.output) && parsed.output.length === 0))
      found[name] = parsed.output;
  }
  return found;
}

export const factsOfUser = (entity: Entity): Facts => pick(entity, userFacts);
export const factsOfGroup = (entity: Entity): Facts => pick(entity, groupFacts);

/** Sorted names, one a line: equal facts are equal bytes, and people can read them. */
export function canonical(facts: Facts): string {
  const sorted = Object.entries(facts).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `${JSON.stringify(Object.fromEntries(sorted), undefined, 1)}\n`;
}

export const textOf = (facts: Facts, name: string): string => {
  const value = facts[name];
  return typeof value === 'string' ? value : '';
};

export const idsOf = (facts: Facts, name: string): readonly string[] => {
  const value = facts[name];
  return Array.isArray(value) ? value.filter((id): id is string => typeof id === 'string') : [];
};

export const directoryCall = (deps: Pick<WorkloadDeps, 'signal'>): CallOptions => ({
  pool: 'directory',
  signal: deps.signal,
});

export const userPath = (id: string): string => `/users/${encodeURIComponent(id)}`;
export const groupPath = (id: string): string => `/groups/${encodeURIComponent(id)}`;
