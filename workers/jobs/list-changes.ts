/** Reads the service's changes into a lane's snapshot, page by page. */
import type { Cursors, Row } from '../repository/model.ts';
import type { SnapshotWriter } from '../repository/repository.ts';
import type { ChangePage, Workload } from '../workloads/workload.ts';
import { commitLane, commitWhenDue, stopFor, workloadDeps, type BackupRun } from './backup-run.ts';
import { foldersBelow } from './folder-tree.ts';
import { applyTo, owe, owesContent, type Lane, type OpenLane } from './lane.ts';

/** More than this share of a lane's items gone in one run is worth a look: a wrong token, or ransomware. */
const ALARMING_SHARE = 0.3;
const ALARMING_COUNT = 50;

/** Ends at the last page, at a failure (noted on the lane) or when the job is cancelled; pages applied stay valid. */
export async function listChanges(run: BackupRun, open: OpenLane): Promise<void> {
  const { lane, writer } = open;
  lane.state = 'listing';
  run.touch();
  const before = count(writer.known.rows());
  const relisting = trackRelisting(lane.workload, writer);
  for await (const page of lane.workload.changes(lane.account, writer.known, workloadDeps(run, lane))) {
    if (!page.ok) return stopFor(run, lane, page.error);
    applyPage(open, page.value, relisting);
    run.touch();
    if (run.control.state === 'paused') await commitLane(run, open);
    await run.control.passage();
    if (run.control.state !== 'running') return;
    await commitWhenDue(run, open);
  }
  if (run.control.state !== 'running') return;
  lane.listed = true;
  alarm(lane, before);
}

function applyPage(open: OpenLane, page: ChangePage, relisting: Relisting): void {
  const { writer } = open;
  relisting.begin(page.reset ?? []);
  const rows = (page.rows ?? []).map((row) => keepContent(row, writer.known.row(row.item)));
  relisting.saw(rows);
  const goneFolders = withSubfolders(writer, page);
  const removed = new Set([
    ...(page.removed ?? []),
    ...itemsIn(writer, goneFolders),
    ...relisting.end(page.cursors),
  ]);
  for (const row of rows) removed.delete(row.item);
  countChanges(open, rows, removed);
  applyTo(open, {
    rows,
    removed: [...removed],
    cursors: relisting.safeCursors(page.cursors),
    ...(page.folders ? { folders: page.folders } : {}),
    removedFolders: [...goneFolders],
  });
  for (const folder of page.unreadFolders ?? []) alertUnread(open, folder);
}

/** A listing that starts anew names items whose content is here already: nothing is fetched twice. */
function keepContent(row: Row, known: Row | undefined): Row {
  if (row.state !== 'pending' || known === undefined || known.version !== row.version) return row;
  if (owesContent(known)) return row;
  const kept = { ...row, state: known.state, parts: known.parts, meta: { ...known.meta, ...row.meta } };
  return known.reason === undefined ? kept : { ...kept, reason: known.reason };
}

function countChanges({ lane, writer }: OpenLane, rows: readonly Row[], removed: ReadonlySet<string>): void {
  for (const row of rows) {
    const known = writer.known.row(row.item);
    owe(lane, known, -1);
    owe(lane, row, 1);
    if (row.state === 'stored' && known?.version !== row.version) lane.counts.stored += 1;
  }
  for (const item of removed) {
    const known = writer.known.row(item);
    if (known === undefined) continue;
    owe(lane, known, -1);
    lane.counts.removed += 1;
  }
}

/** The removed folders and every folder that is still below one of them once the page has been applied. */
function withSubfolders({ known }: SnapshotWriter, { removedFolders = [], folders = [] }: ChangePage) {
  if (removedFolders.length === 0) return new Set<string>();
  const after = new Map([...known.folders(), ...folders].map((folder) => [folder.id, folder]));
  return foldersBelow(removedFolders, after.values());
}

function* itemsIn(writer: SnapshotWriter, folders: ReadonlySet<string>): Iterable<string> {
  if (folders.size === 0) return;
  for (const row of writer.known.rows()) if (folders.has(row.folder)) yield row.item;
}

interface Relisting {
  begin(scopes: readonly string[]): void;
  saw(rows: readonly Row[]): void;
  /** Items of the scopes whose listing has now ended that did not come again. */
  end(cursors: Cursors): Iterable<string>;
  safeCursors(cursors: Cursors): Cursors;
}

/**
 * Scopes that are listed anew over rows that were known before. What came again is remembered in this tab only, so
 * until such a scope is finished its cursor is not stored: a resume lists the scope from its beginning.
 */
function trackRelisting(workload: Workload, writer: SnapshotWriter): Relisting {
  const before = new Set<string>();
  for (const row of writer.known.rows()) before.add(workload.scopeOf(row));
  const seen = new Map<string, Set<string>>();
  return {
    begin: (scopes) => {
      for (const scope of scopes) if (before.has(scope)) seen.set(scope, new Set());
    },
    saw: (rows) => {
      if (seen.size > 0) for (const row of rows) seen.get(workload.scopeOf(row))?.add(row.item);
    },
    *end(cursors) {
      for (const [scope, items] of seen) {
        if (!cursors[scope]?.finished) continue;
        seen.delete(scope);
        for (const row of writer.known.rows()) {
          if (workload.scopeOf(row) === scope && !items.has(row.item)) yield row.item;
        }
      }
    },
    safeCursors: (cursors) =>
      seen.size === 0
        ? cursors
        : Object.fromEntries(Object.entries(cursors).filter(([scope]) => !seen.has(scope))),
  };
}

function alertUnread({ lane, writer }: OpenLane, folder: string): void {
  lane.alerts.push({
    account: lane.account.id,
    workload: lane.workload.name,
    name: writer.known.folder(folder)?.name ?? '',
    reason: 'folder-not-found',
    detail:
      'the service lists this folder and does not find it when asked for its items: they are not backed up',
  });
}

function alarm(lane: Lane, before: number): void {
  const { removed } = lane.counts;
  if (removed < ALARMING_COUNT || removed <= before * ALARMING_SHARE) return;
  lane.alerts.push({
    account: lane.account.id,
    workload: lane.workload.name,
    reason: 'many-removed',
    detail: `${removed} of ${before} items are gone from the tenant; earlier snapshots still have them`,
  });
}

function count(rows: Iterable<unknown>): number {
  let total = 0;
  for (const _ of rows) total += 1;
  return total;
}
