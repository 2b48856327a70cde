/**
 * Backs up chosen accounts: reads what changed, fetches the last 90 days of every account, then the rest backwards.
 * Progress is durable as partial snapshots; a run that was cut short is continued by the next one, whatever ended it.
 */
import type { BackupProgress, BackupReport } from '../contract/jobs.ts';
import { toHex } from '../kernel/bytes.ts';
import { forEachLimited } from '../kernel/limit.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import type { Account } from '../repository/model.ts';
import { createBackupBoard } from './backup-board.ts';
import { closeReport, runOf, writeLedger } from './backup-ledger.ts';
import { commitLane, iso, stopFor, type BackupDeps, type BackupRun } from './backup-run.ts';
import { fetchItems } from './fetch-items.ts';
import { forgetRun, rememberRun } from './interrupted-run.ts';
import { createQueue } from './queue.ts';
import { applyTo, createLane, owe, owesContent, type Lane, type OpenLane } from './lane.ts';
import { listChanges } from './list-changes.ts';
import { laneLock, runLock } from './locks.ts';
import { partsOf } from './owner.ts';
import { createReporter, type Listener } from './reporter.ts';
import { createRunControl, type RunControl } from './run-control.ts';

const RECENT_DAYS = 90;
/** Mailboxes and drives worked on at once: their rows are what the run keeps in memory. */
const LANES_AT_ONCE = 4;

export interface BackupJob {
  readonly control: RunControl;
  /**
   * The report, also of a cancelled run. A failure that ended the run (`storage/*`, `sign-in/*`, `relay/*`,
   * `network/offline`) leaves everything committed in place; the same accounts can be started again.
   */
  readonly done: Promise<Result<BackupReport>>;
}

export function startBackup(
  deps: BackupDeps,
  accounts: readonly Account[],
  listener: Listener<BackupProgress>,
): BackupJob {
  const lanes = partsOf(deps, accounts).map((part) => createLane(part, deps.clock));
  const control = createRunControl(() => reporter.touch());
  const { asking, clock, throttling, expected } = deps;
  const board = createBackupBoard({
    clock,
    control,
    throttling,
    ...(asking && { asking }),
    lanes,
    expected: (lane) => expected?.(lane.account, lane.workload.name),
  });
  const reporter = createReporter(clock, listener, board.snapshot);
  const run: BackupRun = {
    deps,
    id: toHex(deps.random.bytes(16)),
    startedAt: iso(clock.now()),
    startedMs: clock.now(),
    control,
    board,
    touch: reporter.touch,
  };
  const unobserve = [throttling.observe(reporter.touch), asking?.observe(reporter.touch)];
  const done = runBackup(run, lanes).finally(() => {
    for (const stop of unobserve) stop?.();
    board.finish();
    reporter.finish();
  });
  return { control, done };
}

function runBackup(run: BackupRun, lanes: readonly Lane[]): Promise<Result<BackupReport>> {
  const { repository, records, locks } = run.deps;
  const id = repository.head.id;
  return locks.hold(runLock(id, run.id), async () => {
    const accounts = [...new Set(lanes.map((lane) => lane.account.id))];
    const remembered = await rememberRun(records, locks, id, {
      run: run.id,
      startedAt: run.startedAt,
      accounts,
    });
    if (!remembered.ok) return remembered;
    const recent = iso(run.startedMs - RECENT_DAYS * 86_400_000);
    await takeTurns(run, lanes, recent);
    const report = closeReport(run, lanes);
    const saved = await repository.saveRun(runOf(report, lanes));
    if (run.control.failure) return err(run.control.failure);
    if (!saved.ok) return saved;
    await forgetRun(records, id, run.id);
    return ok(report);
  });
}

/**
 * Every lane's first turn brings its recent items; whichever lane has had it gets a second one for the rest, so that
 * a mailbox that has to wait holds nobody up.
 */
async function takeTurns(run: BackupRun, lanes: readonly Lane[], recent: string): Promise<void> {
  const rested = createQueue<Lane>();
  async function* turns(): AsyncIterable<Turn> {
    for (const lane of lanes) yield { lane, since: recent };
    for (let left = lanes.length; left > 0; left -= 1) {
      const lane = await rested.take();
      if (lane.state !== 'done' && lane.failure === undefined) yield { lane };
    }
  }
  await forEachLimited(turns(), LANES_AT_ONCE, async ({ lane, since }) => {
    try {
      await visit(run, lane, since);
    } finally {
      if (since !== undefined) rested.put(lane);
    }
  });
}

interface Turn {
  readonly lane: Lane;
  /** Only items of this date or later. */
  readonly since?: string;
}

/** One turn of a lane: lock, list what is not listed yet, fetch, commit, unlock. Everything it does can be repeated. */
async function visit(run: BackupRun, lane: Lane, since?: string): Promise<void> {
  await run.control.passage();
  if (run.control.state !== 'running') return;
  const { repository, locks, device } = run.deps;
  const turn = await locks.hold(
    laneLock(repository.head.id, lane.account.id, lane.workload.name),
    async () => {
      const begun = await repository.begin({
        account: lane.account,
        workload: lane.workload.name,
        run: run.id,
        device,
        startedAt: run.startedAt,
      });
      if (!begun.ok) return begun;
      try {
        await work(run, { lane, writer: begun.value, dirty: false }, since);
      } finally {
        lane.counts.bytesWritten += begun.value.stats().bytesWritten;
        await begun.value.abandon();
      }
      return ok();
    },
  );
  if (!turn.ok) stopFor(run, lane, turn.error);
  lane.state = stateAfter(lane);
  run.touch();
}

async function work(run: BackupRun, open: OpenLane, since?: string): Promise<void> {
  const { lane, writer } = open;
  lane.pending = 0;
  lane.pendingBytes = 0;
  fetchLostAgain(open);
  for (const row of writer.known.rows()) if (!lane.tried.has(row.item)) owe(lane, row, 1);
  lane.committedAt = run.deps.clock.now();
  if (!lane.listed) await listChanges(run, open);
  if (run.control.state === 'running' && lane.failure === undefined) await fetchItems(run, open, since);
  // An account without a mailbox or drive gets no empty snapshot; one that has lost it keeps its last.
  if (lane.failure === undefined || open.dirty) await commitLane(run, open);
  writeLedger(open);
}

/** What a check found damaged is owed anew; its whole parts stay until it has come. */
function fetchLostAgain(open: OpenLane): void {
  const lost = [...open.writer.lost()].filter((row) => !owesContent(row));
  if (lost.length > 0) applyTo(open, { rows: lost.map((row) => ({ ...row, state: 'pending' })) });
}

function stateAfter(lane: Lane): Lane['state'] {
  if (lane.failure !== undefined) return lane.listed || lane.snapshot ? 'incomplete' : 'unreachable';
  return lane.listed && lane.pending === 0 ? 'done' : 'queued';
}
