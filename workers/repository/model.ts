/** The nouns of a repository as its callers see them; how they become bytes is format.ts and docs/format.md. */
import type { BlobId, RepositoryId, SnapshotId, TenantId } from '../kernel/brand.ts';
import type { Failure } from '../kernel/failure.ts';

export type WorkloadName = 'mail' | 'drive' | 'tasks' | 'directory';

/** `pending`: listed, content still to be fetched; the next run starts with it. */
export type ItemState = 'stored' | 'partial' | 'pending' | 'skipped' | 'failed';

/** A named piece of an item's content, in order: concatenating the blobs gives `size` bytes. */
export interface Part {
  /** Chosen by the workload: `mime-frame`, `attachment`, `content`, `properties` … */
  readonly role: string;
  readonly blobs: readonly BlobId[];
  readonly size: number;
}

/** One item of a mailbox or drive in one snapshot. */
export interface Row {
  /** Place in the tree, ascending; built by the workload so that one day's changes lie together. Best unique: paging goes by it. */
  readonly key: string;
  /** Immutable id of the item in the service. */
  readonly item: string;
  /** Id of the folder it is in. */
  readonly folder: string;
  /** Subject or file name, as the service has it: hostile text. */
  readonly name: string;
  /** ISO 8601 UTC: received or last modified. Newest first is decided by this. */
  readonly date: string;
  /** Bytes as the service reports them; the sum of parts may differ. */
  readonly size: number;
  /** changeKey or eTag at the time the parts were fetched. */
  readonly version: string;
  readonly state: ItemState;
  /** For skipped, failed and partial rows: a skip cause of the workload, or a failure code. */
  readonly reason?: string;
  readonly parts: readonly Part[];
  /** What a list shows without fetching parts, and what a restore needs besides them; JSON, owned by the workload. */
  readonly meta: Readonly<Record<string, JsonValue>>;
}

export type JsonValue =
  string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue };

export interface Folder {
  readonly id: string;
  /** Undefined for a root. */
  readonly parent?: string;
  readonly name: string;
  /** Outlook's well-known name where it has one, `root` for a drive's root. */
  readonly role?: string;
  readonly meta?: Readonly<Record<string, JsonValue>>;
}

/** How far each scope (a mail folder, a drive) has been read: exactly as far as this snapshot's rows. */
export type Cursors = Readonly<Record<string, Cursor>>;
export interface Cursor {
  /** A deltaLink, or the nextLink reached when the snapshot was cut. */
  readonly link: string;
  readonly finished: boolean;
  /** Of the $select and Prefer used: when it differs from today's, the cursor is dropped and the scope read anew. */
  readonly shape: string;
}

export interface Counts {
  readonly items: number;
  readonly bytes: number;
  readonly stored: number;
  readonly pending: number;
  readonly skipped: number;
  readonly failed: number;
}

export interface Account {
  /** Entra object id. */
  readonly id: string;
  readonly userPrincipalName: string;
  readonly displayName: string;
}

/** One (account, workload, run). `partial` while its run goes on or where it was cut short; both can be browsed. */
export interface Snapshot {
  readonly id: SnapshotId;
  readonly repository: RepositoryId;
  readonly run: string;
  readonly account: Account;
  readonly workload: WorkloadName;
  readonly kind: 'partial' | 'complete';
  /** ISO 8601 UTC. */
  readonly startedAt: string;
  readonly committedAt: string;
  /** Chain of this writer: device, its number in this account and workload, the snapshot its run continues. */
  readonly device: string;
  readonly sequence: number;
  readonly previous?: SnapshotId;
  readonly tree: BlobId | null;
  readonly folders: BlobId | null;
  readonly cursors: Cursors;
  readonly counts: Counts;
  readonly writer: string;
}

/** A run over several accounts: lists its snapshots and what it could not do. */
export interface Run {
  readonly id: string;
  readonly startedAt: string;
  readonly endedAt: string;
  readonly outcome: 'complete' | 'incomplete' | 'cancelled';
  readonly snapshots: readonly SnapshotId[];
  readonly failed: readonly LedgerEntry[];
  readonly skipped: readonly LedgerEntry[];
  readonly alerts: readonly LedgerEntry[];
}

/** One line of the coverage ledger. */
export interface LedgerEntry {
  readonly account: string;
  readonly workload: WorkloadName;
  /** Absent where the whole workload of the account is meant. */
  readonly item?: string;
  readonly name?: string;
  /** A skip cause or a failure code. */
  readonly reason: string;
  readonly detail?: string;
}

export interface RepositoryHead {
  readonly id: RepositoryId;
  readonly tenantId: TenantId;
  readonly tenantName: string;
  readonly createdAt: string;
}

/** What reading one blob can end in; `unreadable` is the store's failure, not damage. */
export type BlobVerdict =
  | { readonly kind: 'ok' }
  | { readonly kind: 'missing' | 'corrupt'; readonly blob: BlobId }
  | { readonly kind: 'unreadable'; readonly blob: BlobId; readonly failure: Failure };
