/** Remembers on this device which accounts a run was for, until the run has ended by itself. */
import * as v from 'valibot';
import { ok, type Result } from '../kernel/result.ts';
import { runLock, type Locks } from './locks.ts';
import type { Records } from './records.ts';

const RunRecord = v.object({ run: v.string(), startedAt: v.string(), accounts: v.array(v.string()) });
type RunRecord = v.InferOutput<typeof RunRecord>;

const prefix = (repository: string) => `run:${repository}:`;

export interface InterruptedRun {
  readonly accounts: readonly string[];
  readonly startedAt: string;
}

/** Notes a run that begins; it takes over from every dead run of the same repository. */
export async function rememberRun(
  records: Records,
  locks: Locks,
  repository: string,
  record: RunRecord,
): Promise<Result<void>> {
  const dead = await deadRuns(records, locks, repository);
  if (!dead.ok) return dead;
  for (const { run } of dead.value) await records.delete(prefix(repository) + run);
  return records.put(prefix(repository) + record.run, record);
}

export const forgetRun = (records: Records, repository: string, run: string): Promise<Result<void>> =>
  records.delete(prefix(repository) + run);

/** The accounts of all runs of this repository that have ended without an end: a closed tab, a full disk. */
export async function interruptedRun(
  records: Records,
  locks: Locks,
  repository: string,
): Promise<Result<InterruptedRun | null>> {
  const dead = await deadRuns(records, locks, repository);
  if (!dead.ok) return dead;
  if (dead.value.length === 0) return ok(null);
  const accounts = [...new Set(dead.value.flatMap((record) => record.accounts))];
  const startedAt = dead.value.map((record) => record.startedAt).sort()[0] ?? '';
  return ok({ accounts, startedAt });
}

async function deadRuns(records: Records, locks: Locks, repository: string): Promise<Result<RunRecord[]>> {
  const found = await records.list(prefix(repository));
  if (!found.ok) return found;
  const dead: RunRecord[] = [];
  for (const [, value] of found.value) {
    const record = v.safeParse(RunRecord, value);
    if (!record.success) continue;
    if (!(await locks.held(runLock(repository, record.output.run)))) dead.push(record.output);
  }
  return ok(dead);
}
