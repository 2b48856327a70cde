/** One account's mailbox or drive during one run. */
import type { GraphClient } from '../graph/client.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Failure } from '../kernel/failure.ts';
import type { AccountProgress, ItemNote } from '../contract/jobs.ts';
import type { SnapshotId } from '../kernel/brand.ts';
import type { Account, Row } from '../repository/model.ts';
import type { SnapshotWriter } from '../repository/repository.ts';
import { explainSkip } from '../workloads/registry.ts';
import type { Workload } from '../workloads/workload.ts';
import type { Part } from './owner.ts';

export interface Lane {
  readonly account: Account;
  readonly workload: Workload;
  /** Set where it rests on the sign-in of the account's owner, not on the run's own client. */
  readonly asOwner?: GraphClient;
  state: AccountProgress['state'];
  failure?: Failure;
  /** The service's changes have been read to their end: what is known is what there is. */
  listed: boolean;
  /** Rows still to be fetched and their size, as far as they are known. */
  pending: number;
  pendingBytes: number;
  readonly done: { items: number; bytes: number };
  readonly counts: LaneCounts;
  /** Newest commit of this run. */
  snapshot?: SnapshotId;
  committedAt: number;
  /** Written at the end from the rows themselves, so that it holds over a resume. */
  ledger: { readonly failed: readonly ItemNote[]; readonly skipped: readonly ItemNote[] };
  readonly alerts: ItemNote[];
  /** Items that failed in this run: not tried again before the next one. */
  readonly tried: Set<string>;
}

export interface LaneCounts {
  stored: number;
  removed: number;
  vanished: number;
  unchanged: number;
  bytesFetched: number;
  bytesWritten: number;
}

/** A lane whose account is locked and whose snapshot is being written. */
export interface OpenLane {
  readonly lane: Lane;
  readonly writer: SnapshotWriter;
  /** The commit going on, if one is. */
  committing?: Promise<void>;
  /** Something has been applied since the last commit. */
  dirty: boolean;
}

export const createLane = (part: Part, clock: Clock): Lane => ({
  ...part,
  state: 'queued',
  listed: false,
  pending: 0,
  pendingBytes: 0,
  done: { items: 0, bytes: 0 },
  counts: { stored: 0, removed: 0, vanished: 0, unchanged: 0, bytesFetched: 0, bytesWritten: 0 },
  committedAt: clock.now(),
  ledger: { failed: [], skipped: [] },
  alerts: [],
  tried: new Set(),
});

/** Content is still owed: listed and not fetched, or failed in an earlier run. */
export const owesContent = (row: Row): boolean => row.state === 'pending' || row.state === 'failed';

/** Keeps the lane's sums of what is to be fetched. */
export function owe(lane: Lane, row: Row | undefined, sign: 1 | -1): void {
  if (row === undefined || !owesContent(row)) return;
  lane.pending += sign;
  lane.pendingBytes += sign * row.size;
}

export function applyTo(open: OpenLane, change: Parameters<SnapshotWriter['apply']>[0]): void {
  open.dirty = true;
  open.writer.apply(change);
}

/** A skipped item, with the documented cause in words. */
export const skipNoteOf = (lane: Lane, row: Row, cause: string): ItemNote =>
  noteOf(lane, row, cause, explainSkip(lane.workload.name, cause)?.why);

export const noteOf = (lane: Lane, row: Row, reason: string, detail?: string): ItemNote => ({
  account: lane.account.id,
  workload: lane.workload.name,
  item: row.item,
  name: row.name,
  reason,
  ...(detail === undefined ? {} : { detail }),
});
