/**
 * Runs a confirmed plan: makes the dated folder and its tree, puts the items back, reads each one back and compares.
 * Whatever ends it, running the same plan again continues without duplicates. Nothing is sent.
 */
import type { RestoreProgress, RestoreReport } from '../contract/jobs.ts';
import { failureKind, type Failure } from '../kernel/failure.ts';
import { forEachLimited } from '../kernel/limit.ts';
import { ok, type Result } from '../kernel/result.ts';
import type { Row } from '../repository/model.ts';
import type { RestoreTarget } from '../workloads/workload.ts';
import { iso } from './backup-run.ts';
import { restoreLock } from './locks.ts';
import { createReporter, type Listener } from './reporter.ts';
import { restoredBefore } from './restore-before.ts';
import { restoreItem, type Places } from './restore-item.ts';
import {
  dropJournal,
  folderNotes,
  journalledEntries,
  journalledItems,
  keptChanges,
  readJournal,
  writeJournal,
  type JournalEntry,
} from './restore-journal.ts';
import type { PreparedRestore } from './restore-plan.ts';
import {
  countEarlier,
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
   * The report, also of a restore that was cancelled or that a failure ended; a failure alone where it has no folder yet.
   * The journal stays, so that it can continue; what is continued reports all of it once more.
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
    asking: deps.asking?.waiting() ?? null,
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
  const unobserve = deps.asking?.observe(reporter.touch);
  const done = deps.locks
    .hold(restoreLock(prepared.plan.hash), () => runRestore(run))
    .finally(() => {
      unobserve?.();
      reporter.finish();
    });
  return { control, done };
}

async function runRestore(run: RestoreRun): Promise<Result<RestoreReport>> {
  const { control, deps } = run;
  const begun = await openJournal(run.deps, run.prepared);
  if (!begun.ok) return begun;
  let entry = begun.value;
  const target = await openTarget(run, entry);
  if (!target.ok) {
    if (isRefusal(target.error) && entry.target === null) await dropJournal(deps.records, entry.hash);
    if (control.state !== 'cancelled' && entry.target === null) return target;
    control.stop(target.error);
  } else {
    entry = { ...entry, target: target.value.folder };
    const ended = await putAll(run, target.value);
    if (!ended.ok) control.stop(ended.error);
  }
  if (control.state !== 'running') return reportCutShort(run);
  const closed = await writeJournal(deps.records, { ...entry, finished: true });
  if (!closed.ok) control.stop(closed.error);
  return ok(reportOf(run));
}

async function putAll(run: RestoreRun, target: RestoreTarget): Promise<Result<void>> {
  const places = await makeFolders(run, target);
  if (!places.ok) return places;
  const before = await restoredBefore(run, target, places.value);
  if (!before.ok) return before;
  if (run.control.state === 'running') run.tally.there = before.value;
  const noted = await journalledEntries(run.deps.records, run.prepared.plan.hash);
  if (!noted.ok) return noted;
  await forEachLimited(whileRunning(run), ITEMS_IN_FLIGHT, (row) => {
    const [at, about] = [before.value.get(row.item), noted.value.get(row.item)];
    return restoreItem(run, { target, places: places.value, before: at, noted: about }, row);
  });
  return ok();
}

/** Where nobody has looked yet what is still there, the journal's word is taken. */
async function reportCutShort(run: RestoreRun): Promise<Result<RestoreReport>> {
  const journalled = await journalledItems(run.deps.records, run.prepared.plan.hash);
  if (!journalled.ok) return journalled;
  countEarlier(run, run.tally.there ?? journalled.value);
  return ok(reportOf(run));
}

/** The service has said no: unlike with a lost answer, it is certain that no folder was made. */
const isRefusal = ({ code }: Failure): boolean =>
  ['sign-in', 'relay'].includes(failureKind(code)) ||
  ['graph/forbidden', 'graph/no-mailbox', 'graph/no-drive', 'graph/quota-exceeded'].includes(code);

/** The journal of this plan, begun where there is none. */
export async function openJournal(
  { records, clock }: Pick<RestoreDeps, 'records' | 'clock'>,
  { plan, request, account, shown }: PreparedRestore,
): Promise<Result<JournalEntry>> {
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
    ...(plan.changes && { shown: keptChanges(shown) }),
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
  const deps = { ...workloadDeps(run), notes: folderNotes(run.deps.records, run.prepared.plan.hash) };
  const places = new Map<string, Result<string>>();
  for (const folder of folders) {
    if (run.control.state !== 'running') break;
    run.tally.current = folder.name;
    run.touch();
    const parent = places.get(folder.parent ?? '') ?? ok(target.folder);
    const made = parent.ok ? await workload.restore.makeFolder(target, parent.value, folder, deps) : parent;
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
