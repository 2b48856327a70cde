/** Sets switches, replication delays, limits and latency from one JSON object; names nobody knows are refused. */
import { publishedLimits } from '../graph/throttle.ts';
import { defaultSwitches, noReplicationDelay } from '../world/switches.ts';
import type { World } from '../world/world.ts';

type Values = Record<string, unknown>;

const choices: Readonly<Record<keyof typeof defaultSwitches, readonly string[]>> = {
  accessAsUser: ['honoured', 'refused'],
  appUploadSession: ['allowed', 'refused'],
  retryAfter: ['exposed', 'hidden'],
  downloadCaching: ['no-store', 'cacheable'],
  appSecrets: ['allowed', 'short', 'refused'],
  appCertificates: ['allowed', 'short', 'refused'],
  conditionalAccess: ['none', 'blocks-app', 'blocks-user'],
  userConsent: ['allowed', 'refused'],
  resourceCreation: ['allowed', 'refused'],
  upsertApplications: ['supported', 'refused'],
  createdGroups: ['managed', 'refused'],
};

const isCount = (value: unknown) => typeof value === 'number' && value >= 0;
const oneOf = (list: readonly string[] | undefined) => (value: unknown) =>
  list?.includes(String(value)) ?? false;

const rules: Readonly<Record<string, (name: string) => ((value: unknown) => boolean) | undefined>> = {
  switches: (name) => oneOf(choices[name as keyof typeof choices]),
  replication: (name) => (name in noReplicationDelay ? isCount : undefined),
  pace: (name) => (name === 'latencyMs' ? isCount : undefined),
  limits: (name) => {
    if (name === 'retryAfter') return oneOf(['seconds', 'date', 'missing']);
    return name in publishedLimits ? (value) => value === null || isCount(value) : undefined;
  },
};

function assign(target: object, area: string, values: unknown): void {
  if (typeof values !== 'object' || values === null) throw new TypeError(`"${area}" must be an object.`);
  for (const [name, value] of Object.entries(values as Values)) {
    const isValid = rules[area]?.(name);
    if (!isValid?.(value)) throw new TypeError(`"${area}.${name}" cannot be ${JSON.stringify(value)}.`);
    (target as Values)[name] = value;
  }
}

/** `{ switches?, replication?, pace?, limits? }`; `limits: 'none' | 'published'` sets all of them at once. */
export function setKnobs(world: World, given: Values): void {
  const { limits } = world.throttle;
  const targets: Record<string, object> = {
    switches: world.switches,
    replication: world.replication,
    pace: world.pace,
    limits,
  };
  for (const [area, values] of Object.entries(given)) {
    const target = targets[area];
    if (!target) throw new TypeError(`There is nothing called "${area}" to set.`);
    if (area === 'limits' && values === 'published') Object.assign(limits, publishedLimits);
    else if (area === 'limits' && values === 'none') liftLimits(world);
    else assign(target, area, values);
  }
}

/** No limits at all, for measuring clients rather than limits. */
export function liftLimits(world: Pick<World, 'throttle'>): void {
  const { limits } = world.throttle;
  limits.outlookConcurrent = null;
  limits.outlookPer10Minutes = null;
  limits.outlookUploadBytesPer5Minutes = null;
  limits.filesUnitsPerMinute = null;
  limits.directoryUnitsPer10Seconds = null;
  world.throttle.reset();
}
