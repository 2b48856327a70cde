/**
 * Progress and reports of backup and restore. Times are ISO 8601 UTC, sizes bytes, durations ms. Every `account` is an
 * Entra object id (`AccountView.id`, `SnapshotView.account.id`); only a restore plan names the user principal name.
 */
import type { Failure } from '../kernel/failure.ts';
import type { PoliteWait } from './own.ts';

/** Of chosen accounts, what no right of this connection reaches: told beside a run, which is whole without it. */
export interface OutOfReach {
  readonly workload: string;
  /**
   * `nobody-signed-in`: whoever signs in to the backup app can have their own backed up. `not-granted`: the one who is
   * signed in came without the right to it. `others`: it takes a right to everybody's, which the profile lacks.
   */
  readonly why: 'nobody-signed-in' | 'not-granted' | 'others';
  readonly accounts: readonly string[];
}

export interface Forecast {
  readonly accounts: readonly {
    readonly account: string;
    readonly items: number;
    readonly bytes: number;
    readonly problems: readonly { readonly workload: string; readonly failure: Failure }[];
  }[];
  readonly items: number;
  readonly bytes: number;
  readonly durationMs: number;
  /** Why it takes that long: `Microsoft allows about 16 requests a second for each mailbox`. */
  readonly reason: string;
  readonly diskNeeded: number;
  readonly outOfReach: readonly OutOfReach[];
}

export type BackupPhase =
  'listing' | 'fetching' | 'paused' | 'waiting' | 'asking' | 'committing' | 'finished';

export interface BackupProgress {
  readonly phase: BackupPhase;
  readonly itemsDone: number;
  readonly itemsKnown: number;
  readonly bytesDone: number;
  readonly bytesKnown: number;
  /** Over the last 30 s. */
  readonly itemsPerSecond: number;
  readonly bytesPerSecond: number;
  readonly etaMs: number | null;
  /** What the ETA is bound by: `the service's request limit`, `your connection`, `still counting`. */
  readonly etaReason: string;
  readonly current: { readonly account: string; readonly workload: string } | null;
  readonly accounts: readonly AccountProgress[];
  /** Why the run waits, while it waits; `untilMs` is milliseconds since the epoch. */
  readonly waiting: { readonly reason: string; readonly untilMs: number } | null;
  /** Set while the run waits for somebody to sign in. */
  readonly asking: PoliteWait | null;
  /** The latest 100 of this run; the report has all. */
  readonly skipped: readonly ItemNote[];
  readonly failed: readonly ItemNote[];
  /** When the last partial snapshot was committed: from then on it can be browsed. */
  readonly committedAt: string | null;
}

export interface AccountProgress {
  readonly account: string;
  readonly workload: string;
  readonly state: 'queued' | 'listing' | 'fetching' | 'done' | 'unreachable' | 'incomplete';
  readonly itemsDone: number;
  readonly itemsKnown: number;
  readonly failure?: Failure;
}

export interface ItemNote {
  readonly account: string;
  readonly workload: string;
  readonly item?: string;
  readonly name?: string;
  readonly reason: string;
  readonly detail?: string;
}

export interface BackupReport {
  readonly run: string;
  readonly outcome: 'complete' | 'incomplete' | 'cancelled';
  readonly startedAt: string;
  readonly endedAt: string;
  readonly stored: number;
  readonly unchanged: number;
  readonly removed: number;
  /** Deleted in the tenant between listing and fetching: no fault. */
  readonly vanished: number;
  readonly bytesFetched: number;
  readonly bytesWritten: number;
  readonly skipped: readonly ItemNote[];
  readonly failed: readonly ItemNote[];
  readonly alerts: readonly ItemNote[];
  readonly unreachable: readonly AccountProgress[];
  readonly outOfReach: readonly OutOfReach[];
  readonly snapshots: readonly string[];
  /** Why this device's certificate could not be renewed meanwhile; the next run tries again. */
  readonly renewal?: Failure;
}

export interface RestoreRequest {
  readonly repository: string;
  readonly snapshot: string;
  /** Whole account, one folder with everything below it, or single items. */
  readonly scope:
    | { readonly kind: 'all' }
    | { readonly kind: 'folder'; readonly folder: string }
    | { readonly kind: 'items'; readonly items: readonly string[] };
}

export interface RestorePlan {
  /** SHA-256 of the plan; `restore` runs exactly this plan or nothing. */
  readonly hash: string;
  /** User principal name. */
  readonly account: string;
  readonly workload: string;
  /** Name of the folder that will be made. */
  readonly targetFolder: string;
  readonly items: number;
  readonly folders: number;
  readonly bytes: number;
  readonly durationMs: number;
  /** Items of the scope that have no content in this snapshot, with the reason, and lists of items that are damaged. */
  readonly missing: readonly { readonly name: string; readonly reason: string }[];
  /** Fields that the service will not take back, each with its reason. */
  readonly losses: readonly string[];
  /**
   * What it changes where it is, as of planning; null where it makes a folder instead. All of it: what differs from this
   * when it is written fails with `job/changed-since-plan` and is left alone.
   */
  readonly changes: readonly PlannedChange[] | null;
}

export interface PlannedChange {
  readonly name: string;
  /** It is not there now: it is brought back or made anew. */
  readonly absent: boolean;
  readonly fields: readonly { readonly field: string; readonly now: string; readonly backup: string }[];
}

export interface RestoreProgress {
  readonly itemsDone: number;
  readonly items: number;
  readonly bytesDone: number;
  /** Null until an item is done. */
  readonly etaMs: number | null;
  readonly current: string;
  readonly waiting: { readonly reason: string; readonly untilMs: number } | null;
  /** It waits for a person to sign in again; it goes on by itself after that. */
  readonly asking: PoliteWait | null;
}

/** What an undo did not take back. */
export interface UndoReport {
  /** Undoing again goes on with these. */
  readonly failed: readonly ItemNote[];
  /** Left alone, because nobody can tell whether the restore or somebody else wrote it: field names, or `group`. */
  readonly kept: readonly { readonly name: string; readonly fields: readonly string[] }[];
}

/** Of a restore that was cut short as well: then it counts what earlier attempts have put back, as noted on this device. */
export interface RestoreReport {
  readonly hash: string;
  readonly targetFolder: string;
  readonly restored: number;
  readonly alreadyThere: number;
  readonly verified: number;
  readonly failed: readonly ItemNote[];
  /** Items that a restore cut short did not come to; running the plan again goes on with them. */
  readonly left: number;
  /** As in the plan: what could not be put back from this snapshot. */
  readonly missing: RestorePlan['missing'];
  /** Items whose restored fields differ from the backup: field names. */
  readonly differences: readonly { readonly name: string; readonly fields: readonly string[] }[];
  /** What no restore brings back, as in the plan; then what single items lost, each with the item's name. */
  readonly losses: readonly string[];
  readonly cancelled: boolean;
  /** What ended it before its end, where that was no person. Running the plan again goes on. */
  readonly failure: Failure | null;
}
