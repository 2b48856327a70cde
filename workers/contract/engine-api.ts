/**
 * Types only: everything `web/` may know of the engine. All values survive structured clone. Methods marked "live"
 * report through a listener passed with `Comlink.proxy`; the returned promise ends when the job does.
 */
import type { Result } from '../kernel/result.ts';
import type { AccountsApi } from './accounts.ts';
import type { AppRightsApi } from './app-rights.ts';
import type { CheckApi } from './check.ts';
import type { ConnectApi } from './connections.ts';
import type { DisconnectApi } from './disconnect.ts';
import type { OwnApi } from './own.ts';
import type { ItemView, SnapshotView, FolderView, MessageView, RowView, TaskView } from './views.ts';
import type {
  BackupProgress,
  BackupReport,
  Forecast,
  RestorePlan,
  RestoreProgress,
  RestoreReport,
  UndoReport,
  RestoreRequest,
} from './jobs.ts';
import type { OperatorApi, OperatorApp } from './operator.ts';
import type { UnfinishedApi } from './unfinished.ts';
import type { WriteApi } from './write-rights.ts';

/** `/config.json`, validated; without a client id only the viewer and the demo are offered. */
export interface EngineConfig {
  readonly cloud: CloudEndpoints;
  readonly registratorClientId: string | null;
  /** Origin and path of the relay: `/relay` or `https://relay.example`. */
  readonly relay: string | null;
  readonly build: string;
  /** Where `/config.json` names one. */
  readonly operatorApp?: OperatorApp | null;
  /** The page's sign-in redirect address: registered with the backup app, so that its admin can sign in to it here. */
  readonly redirectUri?: string;
}

/** Base URLs without a trailing slash, and the hosts that pre-authenticated links may point to. */
export interface CloudEndpoints {
  readonly name: 'global' | 'demo';
  readonly login: string;
  readonly graph: string;
  /** Host patterns (`*.sharepoint.com`) or, for the demo, URL prefixes of this origin. */
  readonly content: readonly string[];
}

/** The page's side of sign-in: MSAL lives there, tokens come over this one port. */
export interface TokenPort {
  /**
   * A delegated token for exactly these scopes. Interactive only when `interactive` and the page has a user gesture;
   * else `sign-in/interaction-required`. `claims` is passed on once for a continuous-access-evaluation challenge.
   */
  acquire(request: {
    readonly clientId: string;
    readonly scopes: readonly string[];
    readonly tenantId?: string;
    /** Object id of the person wanted, where several may have signed in. */
    readonly account?: string;
    readonly claims?: string;
    readonly interactive: boolean;
  }): Promise<Result<DelegatedToken>>;
}

export interface DelegatedToken {
  readonly accessToken: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
  readonly tenantId: string;
  readonly account: { readonly objectId: string; readonly userPrincipalName: string; readonly name: string };
  readonly scopes: readonly string[];
  /** Role template ids from the id token's `wids`. */
  readonly directoryRoles: readonly string[];
}

export type Place =
  | { readonly kind: 'browser'; readonly name: string }
  | { readonly kind: 'folder'; readonly handle: FileSystemDirectoryHandle };

export interface RepositoryView {
  readonly id: string;
  /** Empty while the repository is locked: only its own, encrypted head says whose it is. */
  readonly tenantId: string;
  readonly tenantName: string;
  /** `this browser`, or the folder's own name. */
  readonly label: string;
  readonly place: 'opfs' | 'indexeddb' | 'directory' | 'memory';
  readonly unlocked: boolean;
  /** True where the browser may evict it: no persistence granted, or IndexedDB alone. */
  readonly evictable: boolean;
  /** The chosen folder: after a restart the page has to ask for it again (`requestPermission`, on a click). */
  readonly handle?: FileSystemDirectoryHandle;
}

/** Every host contacted since the page was opened: *Where your data went*. */
export interface HostActivity {
  readonly host: string;
  readonly requests: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
}

export interface EngineApi
  extends
    CheckApi,
    ConnectApi,
    DisconnectApi,
    UnfinishedApi,
    AccountsApi,
    AppRightsApi,
    OperatorApi,
    OwnApi,
    WriteApi {
  configure(config: EngineConfig, tokens: TokenPort): Promise<Result<void>>;
  activity(): Promise<HostActivity[]>;

  // vault
  repositories(): Promise<Result<RepositoryView[]>>;
  createRepository(request: {
    readonly place: Place;
    readonly tenantId: string;
    readonly tenantName: string;
    readonly passphrase: string;
  }): Promise<Result<{ readonly repository: RepositoryView; readonly recoveryWords: readonly string[] }>>;
  /** Makes a repository in a folder known to this browser; it stays locked. */
  attach(place: Place): Promise<Result<RepositoryView>>;
  unlock(
    repository: string,
    secret: { readonly passphrase: string } | { readonly recoveryWords: string },
  ): Promise<Result<RepositoryView>>;
  lock(repository: string): Promise<Result<void>>;
  /** Deletes the repository's files in this browser; a folder is only forgotten, its files stay. */
  forget(repository: string): Promise<Result<void>>;

  // backup (live)
  forecast(repository: string, accounts: readonly string[]): Promise<Result<Forecast>>;
  backup(
    repository: string,
    accounts: readonly string[],
    listener: (progress: BackupProgress) => void,
  ): Promise<Result<BackupReport>>;
  /** The run of this repository, if one is going on in this tab. */
  control(repository: string, action: 'pause' | 'resume' | 'cancel'): Promise<Result<void>>;
  /** Accounts of a run that was cut short and can be continued. */
  interrupted(
    repository: string,
  ): Promise<Result<{ readonly accounts: readonly string[]; readonly startedAt: string } | null>>;

  // look
  snapshots(repository: string): Promise<Result<SnapshotView[]>>;
  folders(repository: string, snapshot: string): Promise<Result<FolderView[]>>;
  rows(
    repository: string,
    snapshot: string,
    query: {
      readonly folder?: string;
      readonly text?: string;
      readonly after?: string;
      readonly limit: number;
    },
  ): Promise<Result<{ readonly rows: RowView[]; readonly next?: string }>>;
  item(repository: string, snapshot: string, item: string): Promise<Result<ItemView>>;
  message(repository: string, snapshot: string, item: string): Promise<Result<MessageView>>;
  task(repository: string, snapshot: string, item: string): Promise<Result<TaskView>>;
  /** The original bytes: `.eml`, the file, a task's JSON; `attachment` counts from 0. */
  download(
    repository: string,
    snapshot: string,
    item: string,
    attachment?: number,
  ): Promise<Result<{ readonly name: string; readonly type: string; readonly blob: Blob }>>;
  /** Everything of the snapshots (or one folder) as a zip of .eml and files; live. */
  exportZip(
    repository: string,
    scope: { readonly snapshots: readonly string[]; readonly folder?: string },
    listener: (done: { readonly items: number; readonly bytes: number; readonly of: number }) => void,
  ): Promise<
    Result<{
      readonly name: string;
      readonly blob: Blob;
      readonly items: number;
      readonly problems: readonly string[];
    }>
  >;
  verify(
    repository: string,
    listener: (done: { readonly blobs: number; readonly of: number }) => void,
  ): Promise<
    Result<{
      readonly blobs: number;
      readonly damaged: readonly { readonly item: string; readonly verdict: string }[];
    }>
  >;

  // restore (live)
  planRestore(request: RestoreRequest): Promise<Result<RestorePlan>>;
  /** A failure without a report: it ended before it had a folder to put anything into. */
  restore(planHash: string, listener: (progress: RestoreProgress) => void): Promise<Result<RestoreReport>>;
  cancelRestore(planHash: string): Promise<Result<void>>;
  /** A failure where it was cut short: undoing again goes on. */
  undoRestore(planHash: string): Promise<Result<UndoReport>>;
  /** Restores begun on this device and cut short; `restore(hash)` continues one without duplicates. */
  unfinishedRestores(repository: string): Promise<Result<RestorePlan[]>>;
  /** What it has put back stays in the tenant; it can no longer be continued or undone. `job/already-running`. */
  forgetRestore(planHash: string): Promise<Result<void>>;
}
