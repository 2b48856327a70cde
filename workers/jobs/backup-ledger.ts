/** The four drawers of a run: failed, skipped, alerts and counts, written from the rows themselves. */
import type { BackupReport, ItemNote, OutOfReach } from '../contract/jobs.ts';
import type { SnapshotId } from '../kernel/brand.ts';
import type { LedgerEntry, Run } from '../repository/model.ts';
import { laneProgress } from './backup-board.ts';
import { iso, type BackupRun } from './backup-run.ts';
import { noteOf, skipNoteOf, type Lane, type OpenLane } from './lane.ts';
import { isAbsent } from './run-stop.ts';

/** Reads off what the lane's snapshot lacks and why; called before its writer is closed. */
export function writeLedger({ lane, writer }: OpenLane): void {
  const failed: ItemNote[] = [];
  const skipped: ItemNote[] = [];
  let kept = 0;
  for (const row of writer.known.rows()) {
    if (row.state === 'stored' || row.state === 'partial') kept += 1;
    if (row.state === 'failed') failed.push(noteOf(lane, row, row.reason ?? 'unknown'));
    if (row.state === 'skipped') skipped.push(skipNoteOf(lane, row, row.reason ?? 'unknown'));
  }
  lane.ledger = { failed, skipped };
  lane.counts.unchanged = Math.max(0, kept - lane.counts.stored);
}

export function closeReport(run: BackupRun, lanes: readonly Lane[]): BackupReport {
  const sum = (of: (lane: Lane) => number) => lanes.reduce((total, lane) => total + of(lane), 0);
  return {
    run: run.id,
    outcome: outcomeOf(run, lanes),
    startedAt: run.startedAt,
    endedAt: iso(run.deps.clock.now()),
    stored: sum((lane) => lane.counts.stored),
    unchanged: sum((lane) => lane.counts.unchanged),
    removed: sum((lane) => lane.counts.removed),
    vanished: sum((lane) => lane.counts.vanished),
    bytesFetched: sum((lane) => lane.counts.bytesFetched),
    bytesWritten: sum((lane) => lane.counts.bytesWritten),
    failed: lanes.flatMap((lane) => lane.ledger.failed),
    skipped: lanes.flatMap((lane) => lane.ledger.skipped),
    alerts: [...(run.deps.leftOut ?? []), ...lanes.flatMap((lane) => lane.alerts)],
    outOfReach: run.deps.outOfReach ?? [],
    unreachable: lanes.filter((lane) => lane.failure !== undefined).map(laneProgress),
    snapshots: lanes.flatMap((lane) => lane.snapshot ?? []),
  };
}

function outcomeOf(run: BackupRun, lanes: readonly Lane[]): BackupReport['outcome'] {
  if (run.control.state === 'cancelled') return 'cancelled';
  const whole = (lane: Lane) =>
    lane.ledger.failed.length === 0 &&
    (lane.failure === undefined
      ? lane.state === 'done'
      : isAbsent(lane.failure) && lane.snapshot === undefined);
  return lanes.every(whole) && (run.deps.leftOut ?? []).length === 0 ? 'complete' : 'incomplete';
}

/** The run object: what of this run stays in the repository. */
export function runOf(report: BackupReport, lanes: readonly Lane[]): Run {
  const entry = (note: ItemNote): LedgerEntry => ({
    ...note,
    workload: note.workload as LedgerEntry['workload'],
  });
  const unreachable = lanes.flatMap((lane): LedgerEntry[] =>
    lane.failure === undefined
      ? []
      : [
          {
            account: lane.account.id,
            workload: lane.workload.name,
            reason: lane.failure.code,
            detail: lane.failure.detail,
          },
        ],
  );
  return {
    id: report.run,
    startedAt: report.startedAt,
    endedAt: report.endedAt,
    outcome: report.outcome,
    snapshots: lanes.flatMap((lane): SnapshotId[] => (lane.snapshot === undefined ? [] : [lane.snapshot])),
    failed: [...report.failed.map(entry), ...unreachable],
    skipped: report.skipped.map(entry),
    alerts: [...report.alerts, ...report.outOfReach.flatMap(outOfReachNotes)].map(entry),
  };
}

const outOfReachNotes = ({ workload, why, accounts }: OutOfReach): ItemNote[] =>
  accounts.map((account) => ({ account, workload, reason: `out-of-reach-${why}` }));
