/** A restore that is going on: what it works with, what it has done so far, and its report. */
import type { ItemNote, RestoreReport } from '../contract/jobs.ts';
import type { GraphClient } from '../graph/client.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Failure } from '../kernel/failure.ts';
import type { Row } from '../repository/model.ts';
import type { Repository } from '../repository/repository.ts';
import type { WorkloadDeps } from '../workloads/workload.ts';
import type { Asking } from './backup-run.ts';
import type { Locks } from './locks.ts';
import type { Records } from './records.ts';
import type { JournalItem } from './restore-journal.ts';
import type { PreparedRestore } from './restore-plan.ts';
import type { RunControl } from './run-control.ts';
import type { Throttling } from './throttling.ts';
import type { TimeLeft } from './time-left.ts';

export interface RestoreDeps {
  readonly repository: Repository;
  readonly graph: GraphClient;
  readonly throttling: Throttling;
  readonly asking?: Asking;
  readonly clock: Clock;
  readonly records: Records;
  readonly locks: Locks;
  /** The administrator who is signed in to the backup app, where somebody is. */
  readonly asAdmin?: GraphClient;
}

export interface Tally {
  itemsDone: number;
  bytesDone: number;
  current: string;
  restored: number;
  alreadyThere: number;
  verified: number;
  readonly failed: ItemNote[];
  /** What earlier attempts have put back, once it was looked for. */
  there?: ReadonlyMap<string, JournalItem>;
  /** Ids of the items that are in one of the counts above. */
  readonly counted: Set<string>;
  readonly differences: { readonly name: string; readonly fields: readonly string[] }[];
  readonly losses: Set<string>;
}

export interface RestoreRun {
  readonly deps: RestoreDeps;
  readonly prepared: PreparedRestore;
  readonly control: RunControl;
  readonly tally: Tally;
  readonly timeLeft: TimeLeft;
  readonly tooManyRefusals: (failure: Failure | undefined) => boolean;
  readonly touch: () => void;
}

export const createTally = (prepared: PreparedRestore): Tally => ({
  itemsDone: 0,
  bytesDone: 0,
  current: '',
  restored: 0,
  alreadyThere: 0,
  verified: 0,
  failed: [],
  counted: new Set(),
  differences: [],
  losses: new Set(prepared.plan.losses),
});

export const workloadDeps = (run: RestoreRun): WorkloadDeps => ({
  graph: run.deps.graph,
  clock: run.deps.clock,
  signal: run.control.signal,
  ...(run.deps.asAdmin && { asAdmin: run.deps.asAdmin }),
});

export function etaOf({ tally, timeLeft, prepared: { plan } }: RestoreRun): number | null {
  return timeLeft.estimate(plan.items - tally.itemsDone, plan.bytes - tally.bytesDone)?.ms ?? null;
}

export const noteOf = ({ prepared }: RestoreRun, row: Row, cause: Failure): ItemNote => ({
  account: prepared.account.id,
  workload: prepared.workload.name,
  item: row.item,
  name: row.name,
  reason: cause.code,
  detail: cause.detail,
});

/**
 * Adds what earlier attempts have put back to the counts of one that was cut short before it came to them. `before`:
 * by source item id.
 */
export function countEarlier(run: RestoreRun, before: ReadonlyMap<string, JournalItem>): void {
  const { tally, prepared } = run;
  for (const row of prepared.rows) {
    const item = before.get(row.item);
    if (!item || tally.counted.has(row.item)) continue;
    tally.alreadyThere += 1;
    noteLosses(run, row, item.losses);
    if (item.compared) noteCompared(run, row, item.differences);
  }
}

export function noteLosses({ tally }: RestoreRun, row: Row, losses: readonly string[]): void {
  for (const loss of losses) tally.losses.add(`${row.name || row.item}: ${loss}`);
}

export function noteCompared({ tally }: RestoreRun, row: Row, fields: readonly string[]): void {
  if (fields.length === 0) tally.verified += 1;
  else tally.differences.push({ name: row.name, fields });
}

export const reportOf = ({ tally, prepared, control }: RestoreRun): RestoreReport => ({
  hash: prepared.plan.hash,
  targetFolder: prepared.plan.targetFolder,
  restored: tally.restored,
  alreadyThere: tally.alreadyThere,
  verified: tally.verified,
  failed: tally.failed,
  left: Math.max(0, prepared.plan.items - tally.restored - tally.alreadyThere - tally.failed.length),
  missing: prepared.plan.missing,
  differences: tally.differences,
  losses: [...tally.losses],
  cancelled: control.state === 'cancelled',
  failure: control.failure ?? null,
});
