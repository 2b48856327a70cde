/**
 * The port every workload implements (docs: workers/workloads/README.md). A workload knows one kind of data and
 * nothing of runs, stores or screens: it answers what changed, fetches one item, and puts one item back.
 */
import type { GraphClient } from '../graph/client.ts';
import type { Bytes } from '../kernel/bytes.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Failure } from '../kernel/failure.ts';
import type { Result } from '../kernel/result.ts';
import type { Account, Cursors, Folder, JsonValue, Part, Row, WorkloadName } from '../repository/model.ts';

export interface WorkloadDeps {
  readonly graph: GraphClient;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Acts as the administrator who is signed in to the backup app, where somebody is. */
  readonly asAdmin?: GraphClient;
}

/** One page of the service's changes, in the order in which it must be applied. */
export interface ChangePage {
  readonly folders?: readonly Folder[];
  readonly removedFolders?: readonly string[];
  /** New or changed items: `pending` where content has to be fetched, `stored` where only metadata changed. */
  readonly rows?: readonly Row[];
  /**
   * Item ids; a page may name items that were never seen. Not items that have merely left this scope for another one
   * (`known.row(item)` tells). Rows in `removedFolders` and the folders below are removed by the job.
   */
  readonly removed?: readonly string[];
  /**
   * Scopes whose listing starts anew, on the scope's first page: its cursor was missing, refused or of another shape.
   * Once the scope's cursor is finished, the job removes its rows that did not come again (`scopeOf` says which).
   */
  readonly reset?: readonly string[];
  /** Folders that the service still lists and cannot find when asked what is in them: their content is not known. */
  readonly unreadFolders?: readonly string[];
  /** What the cursors are once this page has been applied. */
  readonly cursors: Cursors;
}

/** The state a listing continues from. Live: a page has been applied before the next one is asked for. */
export interface KnownState {
  readonly cursors: Cursors;
  folder(id: string): Folder | undefined;
  folders(): Iterable<Folder>;
  row(item: string): Row | undefined;
}

/** Where fetched content goes; the repository chunks, deduplicates and encrypts. Bytes may arrive in any pieces. */
export interface ContentSink {
  store(role: string, content: AsyncIterable<Uint8Array> | Uint8Array): Promise<Result<Part>>;
}

/** Reads stored content back. */
export interface ContentSource {
  read(part: Part): AsyncIterable<Result<Uint8Array>>;
}

/** `skipped` only for a permanent, documented, explainable cause of the workload's closed list. */
export type FetchOutcome =
  | { readonly kind: 'stored'; readonly row: Row }
  | { readonly kind: 'skipped'; readonly row: Row; readonly cause: string }
  /** Gone between listing and fetching: counted, not a fault. */
  | { readonly kind: 'vanished' }
  | { readonly kind: 'failed'; readonly failure: Failure };

export interface Measure {
  readonly items: number;
  readonly bytes: number;
  /** Requests the first run will need, for the forecast. */
  readonly requests: number;
}

/**
 * `Row.meta` keys that lists and details show, where the workload has them: `from` (text), `isRead`,
 * `hasAttachments` (booleans), `preview` (text of at most 255 characters), `type` (media type); of tasks `status`, `due`,
 * `completed`, `importance` (texts), `steps` (done, all).
 */
export interface Workload {
  readonly name: WorkloadName;
  /** Its account is the tenant itself, not one of its people. */
  readonly ofTenant?: true;
  /** Cheap: a few requests. Fails with graph/no-mailbox or graph/no-drive where the account has none. */
  measure(account: Account, deps: WorkloadDeps): Promise<Result<Measure>>;
  /** Ends after the last page; a failure ends it early and what was yielded before stays valid. */
  changes(account: Account, known: KnownState, deps: WorkloadDeps): AsyncIterable<Result<ChangePage>>;
  fetch(account: Account, row: Row, sink: ContentSink, deps: WorkloadDeps): Promise<FetchOutcome>;
  /** The cursor scope (key of `Cursors`) that the row was listed in. */
  scopeOf(row: Row): string;
  /** The stored item as a file of its own, byte for byte: a message's MIME, a file's content. */
  original(row: Row, content: ContentSource): AsyncIterable<Result<Uint8Array>>;
  /** More files of the item for a hand-over, where the original alone is hard to read: a readable text, attachments. */
  alongside?(row: Row, content: ContentSource): AsyncIterable<Result<HandOverFile>>;
  readonly restore: RestorePort;
}

export interface HandOverFile {
  /** The item itself as a text; else a file that hangs on it. */
  readonly isReadable: boolean;
  /** As the tenant had it: hostile. */
  readonly name: string;
  readonly bytes: Bytes;
}

export interface RestoreTarget {
  readonly account: Account;
  /** Folder in the service under which the restored tree is made. */
  readonly folder: string;
}

export interface FolderDeps extends WorkloadDeps {
  readonly notes: FolderNotes;
}

/**
 * What this restore has noted of the folders it makes, by their id in the backup; kept on this device as long as it can be
 * undone. For services that have no folder to put the others in, where a name says nothing of who made it.
 */
export interface FolderNotes {
  all(): Promise<Result<ReadonlyMap<string, FolderNote>>>;
  put(folder: string, note: FolderNote): Promise<Result<void>>;
  drop(folder: string): Promise<Result<void>>;
}

/** The name until the service has told the id. */
export type FolderNote = { readonly name: string } | { readonly id: string };

/** Everything here is safe to repeat: a second call with the same source finds what the first made. */
export interface RestorePort {
  /** Fields that the service never takes back, each with its reason: known before a restore, shown in its plan. */
  readonly losses: readonly string[];
  /** Makes the dated folder (or finds it, by name) and returns its id. */
  openTarget(account: Account, name: string, deps: WorkloadDeps): Promise<Result<RestoreTarget>>;
  makeFolder(
    target: RestoreTarget,
    parent: string,
    folder: Folder,
    deps: FolderDeps,
  ): Promise<Result<string>>;
  /** Puts one item into a folder; `created: false` where an earlier try had already put it there. */
  putItem(
    place: RestorePlace,
    row: Row,
    content: ContentSource,
    deps: WorkloadDeps,
  ): Promise<Result<RestoredItem>>;
  /** Ids of the items that lie in a folder now, whoever put them there. */
  itemsIn(place: RestorePlace, deps: WorkloadDeps): Promise<Result<ReadonlySet<string>>>;
  /** Reads the restored item and names what differs from the row: field names, empty when equal. */
  compare(
    target: RestoreTarget,
    restored: RestoredItem,
    row: Row,
    deps: WorkloadDeps,
  ): Promise<Result<string[]>>;
  /** Takes back what a restore made: the target folder and everything in it. */
  removeTarget(target: RestoreTarget, deps: FolderDeps): Promise<Result<void>>;
  /** Where a restore changes what is there, instead of putting a copy beside it. */
  readonly inPlace?: InPlacePort;
}

export interface InPlacePort {
  /** What putting the row back would change now. Reads only. */
  change(row: Row, content: ContentSource, deps: WorkloadDeps): Promise<Result<ItemChange>>;
  /**
   * Takes back what was `written`, to what `change` had found before, and nothing else. Names what it has left alone
   * because nobody can tell who wrote it. Safe to repeat.
   */
  undo(
    row: Pick<Row, 'item' | 'folder'>,
    written: Written,
    change: ItemChange,
    deps: WorkloadDeps,
  ): Promise<Result<string[]>>;
}

/** What a restore in place has written of one item, as far as it can know. */
export interface Written {
  /** Of the object it wrote to; null until the service has told it. */
  readonly id: string | null;
  /** Whether this restore made the object or brought it back; `unsure` from before it asks for that until the answer. */
  readonly made: 'no' | 'unsure' | 'yes';
  /** Names of fields, noted before they are written; taken out again where they were refused. */
  readonly fields: readonly string[];
  readonly links: readonly WrittenLink[];
}

export interface WrittenLink {
  readonly relation: 'members' | 'owners';
  /** Of who was put in: not always whom the backup names. */
  readonly id: string;
  /** False from before it is asked for until the answer, and where it was there by then. */
  readonly sure: boolean;
}

/** Kept by the job, so that exactly this can be taken back. */
export interface WriteLog {
  readonly written: Written;
  /** Durable when it returns ok; nothing may be written before. */
  note(written: Written): Promise<Result<void>>;
}

export interface ItemChange {
  /** Of the object as it is now; null where it is not there. */
  readonly id: string | null;
  /** Of a list that people are in, `backup` names only those who would be put in. */
  readonly fields: readonly FieldChange[];
}

export interface FieldChange {
  readonly field: string;
  readonly now: JsonValue;
  readonly backup: JsonValue;
}

export interface RestorePlace {
  readonly target: RestoreTarget;
  /** Id that `makeFolder` or `openTarget` gave. */
  readonly folder: string;
  /** In place: nothing is written but what the plan has shown, else it fails with `job/changed-since-plan`. */
  readonly shown?: ShownChange;
  /** In place: what earlier tries have written, and where to note what this one writes. */
  readonly log?: WriteLog;
}

export interface ShownChange {
  /** Undefined where the plan has shown that nothing changes. */
  readonly change: ItemChange | undefined;
  /** An earlier try may have written some of it. */
  readonly begun: boolean;
}

export interface RestoredItem {
  readonly id: string;
  readonly created: boolean;
  /** Fields the service would not take, each with its reason. */
  readonly losses: readonly string[];
}
