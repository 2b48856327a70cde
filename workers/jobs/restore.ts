/**
 * Runs a confirmed plan: makes the dated folder and its tree, puts the items back, reads each one back and compares.
 * Whatever ends it, running the same plan again continues without duplicates. Nothing is sent.
 */
import type { ItemNote, RestoreProgress, RestoreReport } from '../contract/jobs.ts';
import type { GraphClient } from '../graph/client.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Failure } from '../kernel/failure.ts';
import { forEachLimited } from '../kernel/limit.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import type { Row } from '../repository/model.ts';
import type { Repository } from '../repository/repository.ts';
import type { RestoredItem, RestorePlace, RestoreTarget, WorkloadDeps } from '../workloads/workload.ts';
import { iso } from './backup-run.ts';
import { restoreLock, type Locks } from './locks.ts';
import type { Records } from './records.ts';
import { createReporter, type Listener } from './reporter.ts';
import {
  journalItem,
  journalledItems,
  readJournal,
  writeJournal,
  type JournalEntry,
  type JournalItem,
} from './restore-journal.ts';
import type { PreparedRestore } from './restore-plan.ts';
import { createRunControl, type RunControl } from './run-control.ts';
import { createRefusalCount, endsRestore } from './run-stop.ts';
import type { Throttling } from './throttling.ts';
import { createTimeLeft, type TimeLeft } from './time-left.ts';

const ITEMS_IN_FLIGHT = 4;

export interface RestoreDeps {
  readonly repository: Repository;
  readonly graph: GraphClient;
  readonly throttling: Throttling;
  readonly clock: Clock;
  readonly records: Records;
  readonly locks: Locks;
}

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
  const tally: Tally = {
    itemsDone: 0,
    bytesDone: 0,
    current: '',
    restored: 0,
    alreadyThere: 0,
    verified: 0,
    failed: [],
    differences: [],
    losses: new Set(prepared.plan.losses),
  };
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

interface Tally {
  itemsDone: number;
  bytesDone: number;
  current: string;
  restored: number;
  alreadyThere: number;
  verified: number;
  readonly failed: ItemNote[];
  readonly differences: { readonly name: string; readonly fields: readonly string[] }[];
  readonly losses: Set<string>;
}

interface RestoreRun {
  readonly deps: RestoreDeps;
  readonly prepared: PreparedRestore;
  readonly control: RunControl;
  readonly tally: Tally;
  readonly timeLeft: TimeLeft;
  readonly tooManyRefusals: (failure: Failure | undefined) => boolean;
  readonly touch: () => void;
}

function etaOf({ tally, timeLeft, prepared: { plan } }: RestoreRun): number | null {
  return timeLeft.estimate(plan.items - tally.itemsDone, plan.bytes - tally.bytesDone)?.ms ?? null;
}

async function runRestore(run: RestoreRun): Promise<Result<RestoreReport>> {
  const { records } = run.deps;
  const { plan } = run.prepared;
  const entry = await openJournal(run);
  if (!entry.ok) return entry;
  const journalled = await journalledItems(records, plan.hash);
  if (!journalled.ok) return journalled;
  const target = await openTarget(run, entry.value);
  if (!target.ok) return run.control.state === 'cancelled' ? ok(reportOf(run)) : target;
  // Somebody may have thrown away what was restored so far: in a new folder nothing has been done yet.
  const isSameFolder = target.value.folder === entry.value.target;
  const before: ReadonlyMap<string, JournalItem> = isSameFolder ? journalled.value : new Map();
  const places = await makeFolders(run, target.value);
  if (!places.ok) return places;
  await forEachLimited(whileRunning(run), ITEMS_IN_FLIGHT, (row) =>
    restoreItem(run, { target: target.value, places: places.value, before: before.get(row.item) }, row),
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

const workloadDeps = (run: RestoreRun): WorkloadDeps => ({
  graph: run.deps.graph,
  clock: run.deps.clock,
  signal: run.control.signal,
});

/** Folder id of the snapshot → where its items go, or why they cannot. */
type Places = ReadonlyMap<string, Result<string>>;

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

interface ItemPlace {
  readonly target: RestoreTarget;
  readonly places: Places;
  readonly before: JournalItem | undefined;
}

async function restoreItem(run: RestoreRun, at: ItemPlace, row: Row): Promise<void> {
  const { tally } = run;
  tally.current = row.name;
  run.touch();
  const startedAt = run.deps.clock.now();
  const outcome = await putAndCompare(run, at, row);
  if (!outcome.ok) {
    if (outcome.error.code === 'job/cancelled' || run.control.signal.aborted) return;
    if (endsRestore(outcome.error)) return run.control.stop(outcome.error);
    tally.failed.push(noteOf(run, row, outcome.error));
  }
  tally.itemsDone += 1;
  tally.bytesDone += row.size;
  // What an earlier run has put back says nothing of how long the rest will take.
  if (!at.before?.compared) run.timeLeft.done(startedAt, row.size);
  run.touch();
}

async function putAndCompare(run: RestoreRun, at: ItemPlace, row: Row): Promise<Result<void>> {
  const { tally } = run;
  const folder = at.places.get(row.folder) ?? ok(at.target.folder);
  if (!folder.ok) return folder;
  const before = at.before?.folder === folder.value ? at.before : undefined;
  if (before) noteLosses(run, row, before.losses);
  if (before?.compared) {
    tally.alreadyThere += 1;
    noteCompared(run, row, before.differences);
    return ok();
  }
  const entry = await putItem(run, { target: at.target, folder: folder.value }, row, before?.losses ?? []);
  return entry.ok ? compareItem(run, at.target, entry.value, row) : entry;
}

/** `earlier`: what a try before this one has lost. */
async function putItem(
  run: RestoreRun,
  place: RestorePlace,
  row: Row,
  earlier: readonly string[],
): Promise<Result<JournalItem>> {
  const { tally, prepared, deps } = run;
  const put = await prepared.workload.restore.putItem(place, row, deps.repository, workloadDeps(run));
  if (!put.ok) {
    stopWhereRefused(run, put.error);
    return put;
  }
  if (put.value.created) tally.restored += 1;
  else tally.alreadyThere += 1;
  noteLosses(run, row, put.value.losses);
  const entry: JournalItem = {
    id: put.value.id,
    folder: place.folder,
    compared: false,
    differences: [],
    losses: [...new Set([...earlier, ...put.value.losses])],
  };
  const noted = await journalItem(deps.records, prepared.plan.hash, row.item, entry);
  return noted.ok ? ok(entry) : noted;
}

function stopWhereRefused(run: RestoreRun, cause: Failure | undefined): void {
  if (run.tooManyRefusals(cause) && cause) run.control.stop(cause);
}

function noteLosses({ tally }: RestoreRun, row: Row, losses: readonly string[]): void {
  for (const loss of losses) tally.losses.add(`${row.name || row.item}: ${loss}`);
}

function noteCompared({ tally }: RestoreRun, row: Row, fields: readonly string[]): void {
  if (fields.length === 0) tally.verified += 1;
  else tally.differences.push({ name: row.name, fields });
}

async function compareItem(
  run: RestoreRun,
  target: RestoreTarget,
  entry: JournalItem,
  row: Row,
): Promise<Result<void>> {
  const { prepared, deps } = run;
  const restored: RestoredItem = { id: entry.id, created: false, losses: entry.losses };
  const differs = await prepared.workload.restore.compare(target, restored, row, workloadDeps(run));
  if (!differs.ok) {
    if (endsRestore(differs.error) || run.control.signal.aborted) return differs;
    stopWhereRefused(run, differs.error);
    // Not noted as compared: continuing reads it once more.
    noteCompared(run, row, [`not read back: ${differs.error.code}`]);
    return ok();
  }
  stopWhereRefused(run, undefined);
  noteCompared(run, row, differs.value);
  const compared = { ...entry, compared: true, differences: differs.value };
  return journalItem(deps.records, prepared.plan.hash, row.item, compared);
}

const noteOf = ({ prepared }: RestoreRun, row: Row, cause: Failure): ItemNote => ({
  account: prepared.account.id,
  workload: prepared.workload.name,
  item: row.item,
  name: row.name,
  reason: cause.code,
  detail: cause.detail,
});

const reportOf = ({ tally, prepared, control }: RestoreRun): RestoreReport => ({
  hash: prepared.plan.hash,
  targetFolder: prepared.plan.targetFolder,
  restored: tally.restored,
  alreadyThere: tally.alreadyThere,
  verified: tally.verified,
  failed: tally.failed,
  left: Math.max(0, prepared.plan.items - tally.restored - tally.alreadyThere - tally.failed.length),
  differences: tally.differences,
  losses: [...tally.losses],
  cancelled: control.state === 'cancelled',
});
