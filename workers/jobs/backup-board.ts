/** What a backup shows while it runs: sums over its lanes, rate, ETA and why it waits. */
import type { AccountProgress, BackupPhase, BackupProgress, ItemNote } from '../contract/jobs.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Asking } from './backup-run.ts';
import type { Lane } from './lane.ts';
import { createRateMeter, type RateMeter } from './rate-meter.ts';
import type { RunControl } from './run-control.ts';
import type { Throttling } from './throttling.ts';
import { createTimeLeft, type TimeLeft } from './time-left.ts';

const NOTES_SHOWN = 100;
const QUIET_MS = 2_000;

/** What a forecast said of one lane, for totals before the lane has been listed. */
export type Expected = (lane: Lane) => { readonly items: number; readonly bytes: number } | undefined;

export interface BackupBoard {
  readonly meter: RateMeter;
  readonly timeLeft: TimeLeft;
  note(kind: 'failed' | 'skipped', note: ItemNote): void;
  committed(at: string): void;
  /** Bytes of items that are being fetched just now. */
  inFlight(bytes: number): void;
  finish(): void;
  snapshot(): BackupProgress;
}

export interface BoardDeps {
  readonly clock: Clock;
  readonly control: RunControl;
  readonly throttling: Throttling;
  readonly asking?: Asking;
  readonly lanes: readonly Lane[];
  readonly expected: Expected;
}

export function createBackupBoard(deps: BoardDeps): BackupBoard {
  const meter = createRateMeter(deps.clock);
  const timeLeft = createTimeLeft(deps.clock);
  const notes: Record<'failed' | 'skipped', ItemNote[]> = { failed: [], skipped: [] };
  let committedAt: string | null = null;
  let streaming = 0;
  let finished = false;

  return {
    meter,
    timeLeft,
    note: (kind, note) => {
      notes[kind].push(note);
      if (notes[kind].length > NOTES_SHOWN) notes[kind].shift();
    },
    committed: (at) => {
      committedAt = at;
    },
    inFlight: (bytes) => {
      streaming += bytes;
    },
    finish: () => {
      finished = true;
    },
    snapshot: () => {
      const waiting = finished ? null : deps.throttling.waiting();
      const asking = finished ? null : (deps.asking?.waiting() ?? null);
      const sums = sumLanes(deps.lanes, deps.expected);
      const bytesDone = Math.min(sums.bytesKnown, sums.bytesDone + streaming);
      const current = deps.lanes.find((lane) => lane.state === 'fetching' || lane.state === 'listing');
      return {
        phase: phaseOf(deps.lanes, deps.control, {
          finished,
          asking: asking !== null && othersAreDone(deps.lanes),
          // One mailbox may wait while the others go on.
          waiting: waiting !== null && meter.quietMs() > QUIET_MS,
        }),
        itemsDone: sums.itemsDone,
        itemsKnown: sums.itemsKnown,
        bytesDone,
        bytesKnown: sums.bytesKnown,
        ...meter.rate(),
        ...estimate(
          { ...sums, bytesLeft: Math.max(0, sums.bytesLeft - streaming) },
          timeLeft,
          waiting !== null,
        ),
        current: current ? { account: current.account.id, workload: current.workload.name } : null,
        accounts: deps.lanes.map(laneProgress),
        waiting,
        asking,
        skipped: [...notes.skipped],
        failed: [...notes.failed],
        committedAt,
      };
    },
  };
}

export const laneProgress = (lane: Lane): AccountProgress => ({
  account: lane.account.id,
  workload: lane.workload.name,
  state: lane.state,
  itemsDone: lane.done.items,
  itemsKnown: lane.done.items + lane.pending,
  ...(lane.failure === undefined ? {} : { failure: lane.failure }),
});

interface Sums {
  readonly itemsDone: number;
  readonly itemsKnown: number;
  readonly bytesDone: number;
  readonly bytesKnown: number;
  /** What this run will still fetch: nothing of a lane that was given up. */
  readonly itemsLeft: number;
  readonly bytesLeft: number;
  /** Every lane has been listed or forecast. */
  readonly counted: boolean;
}

function sumLanes(lanes: readonly Lane[], expected: Expected): Sums {
  const none = { itemsDone: 0, itemsKnown: 0, bytesDone: 0, bytesKnown: 0 };
  const sums = { ...none, itemsLeft: 0, bytesLeft: 0, counted: true };
  for (const lane of lanes) {
    let items = lane.done.items + lane.pending;
    let bytes = lane.done.bytes + lane.pendingBytes;
    if (!lane.listed && lane.failure === undefined) {
      const forecast = expected(lane);
      if (forecast === undefined) sums.counted = false;
      items = Math.max(items, forecast?.items ?? 0);
      bytes = Math.max(bytes, forecast?.bytes ?? 0);
    }
    sums.itemsDone += lane.done.items;
    sums.bytesDone += lane.done.bytes;
    sums.itemsKnown += items;
    sums.bytesKnown += bytes;
    if (lane.failure !== undefined) continue;
    sums.itemsLeft += items - lane.done.items;
    sums.bytesLeft += bytes - lane.done.bytes;
  }
  return sums;
}

/** A run that rests on a sign-in as a whole has no others; one that does not goes on beside what waits. */
function othersAreDone(lanes: readonly Lane[]): boolean {
  const others = lanes.filter(({ asOwner }) => asOwner === undefined);
  return others.length === lanes.length || !others.some(({ state }) => isAtWork.has(state));
}

const isAtWork: ReadonlySet<Lane['state']> = new Set(['queued', 'listing', 'fetching']);

function phaseOf(
  lanes: readonly Lane[],
  control: RunControl,
  run: { readonly finished: boolean; readonly asking: boolean; readonly waiting: boolean },
): BackupPhase {
  if (control.state === 'paused' || control.state === 'stopped') return 'paused';
  if (run.finished) return 'finished';
  if (run.asking) return 'asking';
  if (run.waiting) return 'waiting';
  if (lanes.some((lane) => lane.state === 'fetching')) return 'fetching';
  return lanes.some((lane) => lane.state === 'listing' || lane.state === 'queued') ? 'listing' : 'committing';
}

const etaReasons = { items: "the service's request limit", bytes: 'your connection' } as const;

function estimate(
  sums: Sums,
  timeLeft: TimeLeft,
  waiting: boolean,
): { etaMs: number | null; etaReason: string } {
  if (!sums.counted) return { etaMs: null, etaReason: 'still counting' };
  if (sums.itemsLeft <= 0) return { etaMs: 0, etaReason: 'nothing left to fetch' };
  const left = timeLeft.estimate(sums.itemsLeft, sums.bytesLeft);
  if (left) return { etaMs: left.ms, etaReason: etaReasons[left.cause] };
  return { etaMs: null, etaReason: waiting ? 'the service asked to wait' : 'no item finished yet' };
}
