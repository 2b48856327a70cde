/** How a task comes again, as clients send it and with all that Graph answers. */
import type { Entity } from '../graph/odata.ts';

const days = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];
const patterns = [
  'daily',
  'weekly',
  'absoluteMonthly',
  'relativeMonthly',
  'absoluteYearly',
  'relativeYearly',
];
const isDate = (value: unknown) => typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value);
const isCount = (value: unknown) => Number.isInteger(value) && Number(value) >= 0;
const oneOf = (list: readonly string[]) => (value: unknown) => list.includes(String(value));

interface Rule {
  readonly isValid: (value: unknown) => boolean;
  /** Where nothing was sent; without one it must be sent. */
  readonly otherwise?: unknown;
}

const patternRules: Readonly<Record<string, Rule>> = {
  type: { isValid: oneOf(patterns) },
  interval: { isValid: (value) => isCount(value) && value !== 0 },
  month: { isValid: isCount, otherwise: 0 },
  dayOfMonth: { isValid: isCount, otherwise: 0 },
  daysOfWeek: { isValid: (value) => Array.isArray(value) && value.every(oneOf(days)), otherwise: [] },
  firstDayOfWeek: { isValid: oneOf(days), otherwise: 'sunday' },
  index: { isValid: oneOf(['first', 'second', 'third', 'fourth', 'last']), otherwise: 'first' },
};

const rangeRules: Readonly<Record<string, Rule>> = {
  type: { isValid: oneOf(['endDate', 'noEnd', 'numbered']) },
  startDate: { isValid: isDate },
  endDate: { isValid: isDate, otherwise: '0001-01-01' },
  recurrenceTimeZone: { isValid: (value) => typeof value === 'string', otherwise: 'UTC' },
  numberOfOccurrences: { isValid: isCount, otherwise: 0 },
};

function part(value: unknown, rules: Readonly<Record<string, Rule>>): Entity | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const given = value as Entity;
  if (Object.keys(given).some((name) => !Object.hasOwn(rules, name))) return undefined;
  const found: Entity = {};
  for (const [name, { isValid, otherwise }] of Object.entries(rules)) {
    found[name] = given[name] ?? otherwise;
    if (!isValid(found[name])) return undefined;
  }
  return found;
}

/** Undefined where the value is none. */
export function parseRecurrence(value: unknown): Entity | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { pattern, range } = value as Entity;
  const [how, long] = [part(pattern, patternRules), part(range, rangeRules)];
  return how && long ? { pattern: how, range: long } : undefined;
}
