/** What the steps of one backup share. */
import type { ItemNote, OutOfReach } from '../contract/jobs.ts';
import type { Account, WorkloadName } from '../repository/model.ts';
import type { Repository, SnapshotWriter } from '../repository/repository.ts';
import type { PatientTokens } from '../access/patient-tokens.ts';
import type { GraphClient } from '../graph/client.ts';
import type { Clock, Random } from '../kernel/clock.ts';
import { failureKind, type Failure } from '../kernel/failure.ts';
import type { Workload, WorkloadDeps } from '../workloads/workload.ts';
import type { BackupBoard } from './backup-board.ts';
import type { Lane, OpenLane } from './lane.ts';
import type { Locks } from './locks.ts';
import type { OwnerReach } from './owner.ts';
import type { Records } from './records.ts';
import type { RunControl } from './run-control.ts';
import { endsJob } from './run-stop.ts';
import type { Throttling } from './throttling.ts';

/** Tells while a run waits for a person. */
export type Asking = Pick<PatientTokens, 'waiting' | 'observe'>;

export interface BackupDeps {
  readonly repository: Repository;
  readonly workloads: readonly Workload[];
  readonly graph: GraphClient;
  readonly throttling: Throttling;
  /** Where the run rests on somebody's sign-in: what it waits for. */
  readonly asking?: Asking;
  /** What is read by the sign-in of one account's owner instead. */
  readonly owner?: OwnerReach;
  readonly outOfReach?: readonly OutOfReach[];
  readonly clock: Clock;
  readonly random: Random;
  readonly locks: Locks;
  readonly records: Records;
  /** Random name of this browser profile: its chain of snapshots. */
  readonly device: string;
  /** What was chosen and may not be backed up: stands in the report, beside what the run finds out. */
  readonly leftOut?: readonly ItemNote[];
  readonly expected?: (
    account: Account,
    workload: WorkloadName,
  ) => { readonly items: number; readonly bytes: number } | undefined;
}

export interface BackupRun {
  readonly deps: BackupDeps;
  readonly id: string;
  readonly startedAt: string;
  readonly startedMs: number;
  readonly control: RunControl;
  readonly board: BackupBoard;
  /** Something worth showing has changed. */
  readonly touch: () => void;
}

export const iso = (ms: number): string => new Date(ms).toISOString();

export const workloadDeps = (run: BackupRun, { asOwner }: Pick<Lane, 'asOwner'>): WorkloadDeps => ({
  graph: asOwner ?? run.deps.graph,
  clock: run.deps.clock,
  signal: run.control.signal,
});

/**
 * At most this much work is repeated after a killed tab. Grows from 15 s to 2 min with the length of the run, because
 * each commit leaves an index and some tree pages behind until the next prune.
 */
const commitInterval = (run: BackupRun): number =>
  Math.min(120_000, Math.max(15_000, (run.deps.clock.now() - run.startedMs) / 40));

/** Commits a partial snapshot when one is due. Others of the lane go on meanwhile; only one commits. */
export async function commitWhenDue(run: BackupRun, open: OpenLane): Promise<void> {
  if (open.committing || run.deps.clock.now() - open.lane.committedAt < commitInterval(run)) return;
  await commitLane(run, open);
}

/** Makes everything applied so far durable: `complete` once nothing of the lane is owed. */
export async function commitLane(run: BackupRun, open: OpenLane): Promise<void> {
  await open.committing;
  open.committing = writeSnapshot(run, open).finally(() => delete open.committing);
  await open.committing;
}

async function writeSnapshot(run: BackupRun, open: OpenLane): Promise<void> {
  const { lane, writer } = open;
  const complete = lane.listed && lane.failure === undefined && !owesAny(writer);
  open.dirty = false;
  const committed = await writer.commit(complete ? 'complete' : 'partial', run.startedAt);
  lane.committedAt = run.deps.clock.now();
  if (!committed.ok) return stopFor(run, lane, committed.error);
  lane.snapshot = committed.value.id;
  run.board.committed(committed.value.committedAt);
  run.touch();
}

function owesAny(writer: SnapshotWriter): boolean {
  for (const row of writer.known.rows()) if (row.state === 'pending') return true;
  return false;
}

/**
 * Takes note of a failure that is not one item's: it stops the whole job, or this lane alone. The end of somebody's
 * sign-in is only that of the lanes that rest on it.
 */
export function stopFor(run: BackupRun, lane: Lane, failure: Failure): void {
  if (failure.code === 'job/cancelled') return;
  const isOwners = lane.asOwner !== undefined && failureKind(failure.code) === 'sign-in';
  if (endsJob(failure) && !isOwners) run.control.stop(failure);
  lane.failure ??= failure;
  run.touch();
}
