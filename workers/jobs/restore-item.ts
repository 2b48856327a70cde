/** One item of a restore: put into its folder, noted in the journal, read back and compared. */
import type { Failure } from '../kernel/failure.ts';
import { ok, type Result } from '../kernel/result.ts';
import type { Row } from '../repository/model.ts';
import { asShown } from '../workloads/as-shown.ts';
import type { ItemChange, RestoredItem, RestorePlace, RestoreTarget } from '../workloads/workload.ts';
import { hasWritten, journalItem, keptChange, keptWritten, type JournalItem } from './restore-journal.ts';
import { nothingWritten, writeLog, type Begun } from './restore-log.ts';
import { noteCompared, noteLosses, noteOf, workloadDeps, type RestoreRun } from './restore-run.ts';
import { endsRestore } from './run-stop.ts';

/** Folder id of the snapshot → where its items go, or why they cannot. */
export type Places = ReadonlyMap<string, Result<string>>;

export interface ItemPlace {
  readonly target: RestoreTarget;
  readonly places: Places;
  /** What an earlier run has made of it there. */
  readonly before: JournalItem | undefined;
  /** What an earlier run has noted of it, there or not. */
  readonly noted: JournalItem | undefined;
}

/** Tallies the outcome; a failure that ends the restore is given to its control, any other to the report. */
export async function restoreItem(run: RestoreRun, at: ItemPlace, row: Row): Promise<void> {
  const { tally } = run;
  tally.current = row.name;
  run.touch();
  const startedAt = run.deps.clock.now();
  const outcome = await putAndCompare(run, at, row);
  if (!outcome.ok) {
    if (outcome.error.code === 'job/cancelled' || run.control.signal.aborted) return;
    if (endsRestore(outcome.error)) return run.control.stop(outcome.error);
    tally.failed.push(noteOf(run, row, outcome.error));
    tally.counted.add(row.item);
  }
  tally.itemsDone += 1;
  tally.bytesDone += row.size;
  // What an earlier run has put back says nothing of how long the rest will take.
  if (!at.before?.compared) run.timeLeft.done(startedAt, row.size);
  run.touch();
}

async function putAndCompare(run: RestoreRun, at: ItemPlace, row: Row): Promise<Result<void>> {
  const { tally } = run;
  const { target, places, before } = at;
  const folder = places.get(row.folder) ?? ok(target.folder);
  if (!folder.ok) return folder;
  if (before) noteLosses(run, row, before.losses);
  if (before?.compared) {
    tally.alreadyThere += 1;
    tally.counted.add(row.item);
    noteCompared(run, row, before.differences);
    return ok();
  }
  const begun = await begin(run, at, folder.value, row);
  if (!begun.ok) return begun;
  const shown = { change: run.prepared.shown.get(row.item), begun: hasWritten(at.noted) };
  const entry = await putItem(run, { target, folder: folder.value, shown }, row, begun.value);
  return entry.ok ? compareItem(run, target, entry.value, row) : entry;
}

/** What an earlier try has begun of it, and what there is to know before this one goes on. */
async function begin(
  run: RestoreRun,
  { before, noted }: ItemPlace,
  folder: string,
  row: Row,
): Promise<Result<Begun>> {
  // Where nothing was written, what is there now is what was there before.
  const about = await noteChange(run, folder, row, hasWritten(noted) ? noted?.change : undefined);
  if (!about.ok) return about;
  const written = noted?.written ?? nothingWritten;
  return ok({ losses: before?.losses ?? [], change: about.value, written });
}

/** Where the service's own object is changed: what is there now, kept before anything is written. */
async function noteChange(
  run: RestoreRun,
  folder: string,
  row: Row,
  known: ItemChange | undefined,
): Promise<Result<JournalItem['change']>> {
  const { prepared, deps } = run;
  const port = prepared.workload.restore.inPlace;
  if (!port) return ok(undefined);
  const change = known ? ok(known) : await port.change(row, deps.repository, workloadDeps(run));
  if (!change.ok) {
    stopWhereRefused(run, change.error);
    return change;
  }
  const isShown = known
    ? ok()
    : asShown(change.value, { change: prepared.shown.get(row.item), begun: false });
  if (!isShown.ok) return isShown;
  const kept = keptChange(change.value);
  const about = { id: '', folder, compared: false, differences: [], losses: [], change: kept };
  const noted = known ? ok() : await journalItem(deps.records, prepared.plan.hash, row.item, about);
  return noted.ok ? ok(kept) : noted;
}

async function putItem(
  run: RestoreRun,
  where: Omit<RestorePlace, 'log'>,
  row: Row,
  begun: Begun,
): Promise<Result<JournalItem>> {
  const { tally, prepared, deps } = run;
  const log = writeLog(run, where.folder, row, begun);
  const place = { ...where, log };
  const put = await prepared.workload.restore.putItem(place, row, deps.repository, workloadDeps(run));
  if (!put.ok) {
    stopWhereRefused(run, put.error);
    return put;
  }
  if (put.value.created) tally.restored += 1;
  else tally.alreadyThere += 1;
  tally.counted.add(row.item);
  noteLosses(run, row, put.value.losses);
  const entry: JournalItem = {
    id: put.value.id,
    folder: place.folder,
    compared: false,
    differences: [],
    losses: [...new Set([...begun.losses, ...put.value.losses])],
    ...(begun.change && { change: begun.change, written: keptWritten(log.written) }),
  };
  const noted = await journalItem(deps.records, prepared.plan.hash, row.item, entry);
  return noted.ok ? ok(entry) : noted;
}

function stopWhereRefused(run: RestoreRun, cause: Failure | undefined): void {
  if (run.tooManyRefusals(cause) && cause) run.control.stop(cause);
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
