/**
 * Work on a tenant's backup app that must not stay half done: noted on this device before it changes anything, told at
 * the next start where it did not come to its end. One note a tenant: what is begun last is what has to be finished.
 */
import * as v from 'valibot';
import type { Profile } from '../contract/check.ts';
import type { Unfinished } from '../contract/unfinished.ts';
import type { Clock } from '../kernel/clock.ts';
import { ok, type Result } from '../kernel/result.ts';
import { connectLock, type Locks } from './locks.ts';
import type { Records } from './records.ts';

const Note = v.object({
  verb: v.picklist(['install', 'join', 'disconnect', 'leave']),
  step: v.string(),
  since: v.string(),
  facts: v.record(v.string(), v.union([v.string(), v.number()])),
});
const ChosenProfile: v.GenericSchema<Profile> = v.picklist(['read-only', 'reference', 'complete']);
type Note = v.InferOutput<typeof Note>;

/** Ids, numbers and states that the rest of the work needs; never a name. */
export type Facts = Note['facts'];

export interface UnfinishedDeps {
  readonly records: Records;
  readonly locks: Locks;
  readonly clock: Clock;
}

export interface Progress {
  /** What an earlier try of the same verb, and this one, have written down. */
  facts(): Facts;
  /** To be called before a step changes anything; durable when it returns ok. Facts are added to those of before. */
  reach(step: string, facts?: Facts): Promise<Result<void>>;
}

const prefix = 'connect:';

/**
 * Runs `work` alone among all tabs (`job/already-running` where another one is at it). Where it fails after its first
 * `reach`, or never ends, the note stays.
 */
export function carryOut<T>(
  { records, locks, clock }: UnfinishedDeps,
  { tenantId, verb }: Pick<Unfinished, 'tenantId' | 'verb'>,
  work: (progress: Progress) => Promise<Result<T>>,
): Promise<Result<T>> {
  const key = prefix + tenantId;
  return locks.hold(connectLock(tenantId), async () => {
    const kept = await records.get(key);
    if (!kept.ok) return kept;
    const earlier = readNote(kept.value);
    const isSame = earlier?.verb === verb;
    const since = isSame ? earlier.since : new Date(clock.now()).toISOString();
    let facts: Facts = isSame ? earlier.facts : {};
    const result = await work({
      facts: () => facts,
      reach: (step, more = {}) => {
        facts = { ...facts, ...more };
        return records.put(key, { verb, step, since, facts } satisfies Note);
      },
    });
    if (!result.ok) return result;
    const forgotten = await records.delete(key);
    return forgotten.ok ? result : forgotten;
  });
}

/** Oldest first. */
export async function unfinishedWork({
  records,
  locks,
}: Pick<UnfinishedDeps, 'records' | 'locks'>): Promise<Result<Unfinished[]>> {
  const found = await records.list(prefix);
  if (!found.ok) return found;
  const left: Unfinished[] = [];
  for (const [key, value] of found.value) {
    const tenantId = key.slice(prefix.length);
    const note = readNote(value);
    if (!note || (await locks.held(connectLock(tenantId)))) continue;
    const { verb, step, since, facts } = note;
    const profile = v.safeParse(ChosenProfile, facts['profile']);
    left.push({ tenantId, verb, step, since, profile: profile.success ? profile.output : null });
  }
  return ok(left.toSorted((a, b) => (a.since < b.since ? -1 : 1)));
}

/** What was written down of the work that was left undone in the tenant, if any was. */
export async function factsLeft(records: Records, tenantId: string): Promise<Result<Facts | undefined>> {
  const kept = await records.get(prefix + tenantId);
  return kept.ok ? ok(readNote(kept.value)?.facts) : kept;
}

function readNote(value: unknown): Note | undefined {
  const note = v.safeParse(Note, value);
  return note.success ? note.output : undefined;
}
