/** Fetches the content that a lane still owes, newest first, several items at a time. */
import type { Failure } from '../kernel/failure.ts';
import { forEachLimited } from '../kernel/limit.ts';
import type { Row } from '../repository/model.ts';
import type { ContentSink, FetchOutcome } from '../workloads/workload.ts';
import { commitLane, commitWhenDue, stopFor, workloadDeps, type BackupRun } from './backup-run.ts';
import { applyTo, noteOf, owe, owesContent, skipNoteOf, type OpenLane } from './lane.ts';
import { createRefusalCount, endsJob, endsLane } from './run-stop.ts';

/** Enough to keep a mailbox's four places and the writer behind them busy; the pools decide what is sent when. */
const ITEMS_IN_FLIGHT = 6;

/** `since`: only items of this date or later. Ends when nothing is owed, or when job or lane are stopped. */
export async function fetchItems(run: BackupRun, open: OpenLane, since?: string): Promise<void> {
  open.lane.state = 'fetching';
  run.touch();
  const tooManyRefusals = createRefusalCount();
  for (;;) {
    const rows = owedRows(open, since);
    await forEachLimited(whileRunning(run, open, rows), ITEMS_IN_FLIGHT, (row) =>
      fetchItem(run, open, row, tooManyRefusals),
    );
    if (run.control.state !== 'paused') return;
    await commitLane(run, open);
    await run.control.passage();
  }
}

function owedRows({ lane, writer }: OpenLane, since: string | undefined): Row[] {
  const owed = (row: Row) =>
    owesContent(row) && !lane.tried.has(row.item) && (since === undefined || row.date >= since);
  return [...writer.known.rows()].filter(owed).sort(byTurn);
}

/** What failed in an earlier run comes last, so that items that never work do not hold back the others. */
const byTurn = (a: Row, b: Row): number =>
  Number(a.state === 'failed') - Number(b.state === 'failed') || compare(b.date, a.date);

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function* whileRunning(run: BackupRun, { lane }: OpenLane, rows: readonly Row[]): Iterable<Row> {
  for (const row of rows) {
    if (run.control.state !== 'running' || lane.failure !== undefined) return;
    yield row;
  }
}

async function fetchItem(
  run: BackupRun,
  open: OpenLane,
  row: Row,
  tooManyRefusals: (failure: Failure | undefined) => boolean,
): Promise<void> {
  const { lane } = open;
  const streamed = { bytes: 0 };
  const sink = countingSink(open.writer.sink, (bytes) => {
    streamed.bytes += bytes;
    lane.counts.bytesFetched += bytes;
    run.board.inFlight(bytes);
    run.board.meter.add(0, bytes);
    run.touch();
  });
  const startedAt = run.deps.clock.now();
  const outcome = await lane.workload.fetch(lane.account, row, sink, workloadDeps(run, lane));
  run.board.inFlight(-streamed.bytes);
  const cause = outcome.kind === 'failed' ? outcome.failure : undefined;
  const isRefused = tooManyRefusals(cause);
  if (settle(run, open, row, outcome)) {
    owe(lane, row, -1);
    lane.done.items += 1;
    lane.done.bytes += row.size;
    run.board.meter.add(1, 0);
    run.board.timeLeft.done(startedAt, row.size);
  }
  if (isRefused && cause) stopFor(run, lane, cause);
  run.touch();
  await commitWhenDue(run, open);
}

/** Writes the outcome into the snapshot; false where the item stays owed because job or lane have ended. */
function settle(run: BackupRun, open: OpenLane, row: Row, outcome: FetchOutcome): boolean {
  const { lane } = open;
  switch (outcome.kind) {
    case 'stored':
      applyTo(open, { rows: [outcome.row] });
      lane.counts.stored += 1;
      return true;
    case 'skipped':
      applyTo(open, { rows: [{ ...outcome.row, state: 'skipped', reason: outcome.cause }] });
      run.board.note('skipped', skipNoteOf(lane, row, outcome.cause));
      return true;
    case 'vanished':
      applyTo(open, { removed: [row.item] });
      lane.counts.vanished += 1;
      return true;
    case 'failed': {
      const { failure } = outcome;
      if (failure.code === 'job/cancelled' || run.control.signal.aborted) return false;
      if (endsJob(failure) || endsLane(failure)) {
        stopFor(run, lane, failure);
        return false;
      }
      applyTo(open, { rows: [{ ...row, state: 'failed', reason: failure.code }] });
      lane.tried.add(row.item);
      run.board.note('failed', noteOf(lane, row, failure.code, failure.detail));
      return true;
    }
  }
}

/** Counts bytes on their way into the repository. */
function countingSink(sink: ContentSink, count: (bytes: number) => void): ContentSink {
  async function* counted(content: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
    for await (const piece of content) {
      count(piece.length);
      yield piece;
    }
  }
  return {
    store: (role, content) => {
      if (!(content instanceof Uint8Array)) return sink.store(role, counted(content));
      count(content.length);
      return sink.store(role, content);
    },
  };
}
