/**
 * Runs a confirmed plan: makes the dated folder and its tree, puts the items back, reads each one back and compares.
 * Whatever ends it, running the same plan again continues without duplicates. Nothing is sent.
 */
import type { RestoreProgress, RestoreReport } from '../contract/jobs.ts';
import type { Failure } from '../kernel/failure.ts';
import { forEachLimited } from '../kernel/limit.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import type { Row } from '../repository/model.ts';
import type { RestoreTarget } from '../workloads/workload.ts';
import { iso } from './backup-run.ts';
import { restoreLock } from './locks.ts';
import { createReporter, type Listener } from './reporter.ts';
import { restoredBefore } from './restore-before.ts';
import { restoreItem, type Places } from './restore-item.ts';
import { readJournal, writeJournal, type JournalEntry } from './restore-journal.ts';
import type { PreparedRestore } from './restore-plan.ts';
import {
  createTally,
  etaOf,
  reportOf,
  workloadDeps,
  type RestoreDeps,
  type RestoreRun,
} from './restore-run.ts';
import { createRunControl, type RunControl } from './run-control.ts';
import { createRefusalCount, endsRestore } from './run-stop.ts';
import { createTimeLeft } from './time-left.ts';

const ITEMS_IN_FLIGHT = 4;

export interface RestoreJob {
  readonly control: RunControl;
  /**
   * The report, also of a cancelled restore; a failure that ended it leaves the journal, so that it can continue, and
   * says in `itemsFailed` how many items had failed by then. What is continued reports all of it once more.
   */
  readonly done: Promise<Result<RestoreReport>>;
}

export function startRestore(
  deps: RestoreDeps,
  prepared: PreparedRestore,
  listener: Listener<RestoreProgress>,
): RestoreJob {
  const control = createRunControl();
  const tally = createTally(prepared);
  const timeLeft = createTimeLeft(deps.clock);
  const reporter = createReporter(deps.clock, listener, () => ({
    itemsDone: tally.itemsDone,
    items: prepared.plan.items,
    bytesDone: tally.bytesDone,
    etaMs: etaOf(run),
    current: tally.current,
    waiting: deps.throttling.waiting(),
  }));
  const run: RestoreRun = {
    deps,
    prepared,
    control,
    tally,
    timeLeft,
    tooManyRefusals: createRefusalCount(),
    touch: reporter.touch,
  };
  const done = deps.locks
    .hold(restoreLock(prepared.plan.hash), () => runRestore(run))
    .finally(reporter.finish);
  return { control, done };
}

async function runRestore(run: RestoreRun): Promise<Result<RestoreReport>> {
  const { records } = run.deps;
  const entry = await openJournal(run);
  if (!entry.ok) return entry;
  const target = await openTarget(run, entry.value);
  if (!target.ok) return run.control.state === 'cancelled' ? ok(reportOf(run)) : target;
  const places = await makeFolders(run, target.value);
  if (!places.ok) return places;
  const before = await restoredBefore(run, target.value, places.value);
  if (!before.ok) return before;
  await forEachLimited(whileRunning(run), ITEMS_IN_FLIGHT, (row) =>
    restoreItem(run, { target: target.value, places: places.value, before: before.value.get(row.item) }, row),
  );
  if (run.control.failure) return err(withFailed(run.control.failure, run.tally.failed.length));
  const report = reportOf(run);
  const closed = await writeJournal(records, {
    ...entry.value,
    target: target.value.folder,
    finished: !report.cancelled && report.failed.length === 0,
  });
  return closed.ok ? ok(report) : closed;
}

const withFailed = (cause: Failure, itemsFailed: number): Failure =>
  itemsFailed === 0 ? cause : { ...cause, facts: { ...cause.facts, itemsFailed } };

async function openJournal(run: RestoreRun): Promise<Result<JournalEntry>> {
  const { records, clock } = run.deps;
  const { plan, request, account } = run.prepared;
  const known = await readJournal(records, plan.hash);
  if (known.ok) return known;
  const { scope } = request;
  const entry: JournalEntry = {
    hash: plan.hash,
    request: {
      repository: request.repository,
      snapshot: request.snapshot,
      scope: scope.kind === 'items' ? { kind: 'items', items: [...scope.items] } : scope,
    },
    account: account.id,
    targetFolder: plan.targetFolder,
    startedAt: iso(clock.now()),
    target: null,
    finished: false,
  };
  const written = await writeJournal(records, entry);
  return written.ok ? ok(entry) : written;
}

async function openTarget(run: RestoreRun, entry: JournalEntry): Promise<Result<RestoreTarget>> {
  const { account, plan, workload } = run.prepared;
  const target = await workload.restore.openTarget(account, plan.targetFolder, workloadDeps(run));
  if (!target.ok) return target;
  const noted = await writeJournal(run.deps.records, { ...entry, target: target.value.folder });
  return noted.ok ? target : noted;
}

/** A folder that cannot be made takes its items with it, not the others. */
async function makeFolders(run: RestoreRun, target: RestoreTarget): Promise<Result<Places>> {
  const { folders, workload } = run.prepared;
  const places = new Map<string, Result<string>>();
  for (const folder of folders) {
    if (run.control.state !== 'running') break;
    run.tally.current = folder.name;
    run.touch();
    const parent = places.get(folder.parent ?? '') ?? ok(target.folder);
    const made = parent.ok
      ? await workload.restore.makeFolder(target, parent.value, folder, workloadDeps(run))
      : parent;
    if (!made.ok && endsRestore(made.error)) return made;
    places.set(folder.id, made);
  }
  return ok(places);
}

function* whileRunning(run: RestoreRun): Iterable<Row> {
  for (const row of run.prepared.rows) {
    if (run.control.state !== 'running') return;
    yield row;
  }
}
