/**
 * The engine's reactive face: one worker, what it knows of backups and tenants, and the runs of this tab. Screens call
 * it through `call`, which turns a thrown bug and a lost worker into failures, so that no promise hangs.
 */
import * as Comlink from 'comlink';
import { createContext } from 'svelte';
import type { Connection } from '#workers/contract/connections.ts';
import type { EngineConfig, RepositoryView, TokenPort } from '#workers/contract/engine-api.ts';
import type { RestorePlan, RestoreRequest } from '#workers/contract/jobs.ts';
import type { Unfinished } from '#workers/contract/unfinished.ts';
import type { Failure } from '#workers/kernel/failure.ts';
import { defect, failure } from '#workers/kernel/failure.ts';
import type { Result } from '#workers/kernel/result.ts';
import { all, err, ok } from '#workers/kernel/result.ts';
import { WakeLock } from '#lib/platform/wake-lock.ts';
import { BackupRun } from './backup-run.svelte.ts';
import { connectEngine, type EngineConnection, type RemoteEngine } from './connect.ts';
import { Removal } from './removal.svelte.ts';
import { RestoreRun } from './restore-run.svelte.ts';
import { WriteRights } from './write-rights.svelte.ts';

/** The page's side of sign-in. */
export type PageTokens = TokenPort & {
  /** The next sign-in lets people choose who they are. */
  readonly askWho?: () => void;
};

/** Connecting is a parameter so that tests can put their own engine behind the same face. */
export type Connect = () => EngineConnection;

export class Engine {
  state = $state<'starting' | 'ready' | 'failed'>('starting');
  failure = $state.raw<Failure | null>(null);
  /** Set when the worker died and was started again; a screen clears it once it was read. */
  restarted = $state(false);
  config = $state.raw<EngineConfig | null>(null);
  repositories = $state.raw<readonly RepositoryView[]>([]);
  connections = $state.raw<readonly Connection[]>([]);
  /** Latest run of each repository in this tab. */
  readonly runs = $state<Record<string, BackupRun>>({});
  /** The latest restore of this tab. */
  restore = $state.raw<RestoreRun | null>(null);
  /** What an earlier start left undone in a tenant; what this tab is at just now is not among it. */
  unfinished = $state.raw<readonly Unfinished[]>([]);
  /** Removals of the backup app in this tab, by tenant. */
  readonly removals = $state<Record<string, Removal>>({});
  readonly writes = new WriteRights(this);

  readonly #tokens: PageTokens;
  readonly #connect: Connect;
  readonly #wakeLock = new WakeLock();
  #connection: EngineConnection | null = null;

  constructor(tokens: PageTokens, connect: Connect = connectEngine) {
    this.#tokens = tokens;
    this.#connect = connect;
  }

  get busy(): boolean {
    return this.activeRun !== null || (this.restore?.active ?? false) || this.activeRemoval !== null;
  }

  /** What this tab does with the backup: until it has ended, nothing that it needs may be taken away. */
  workOn(repository: string): 'backup' | 'restore' | null {
    if (this.runs[repository]?.active) return 'backup';
    return this.restore?.active && this.restore.repository === repository ? 'restore' : null;
  }

  /** The same for all backups of a tenant. */
  workFor(tenantId: string): 'backup' | 'restore' | null {
    const works = this.repositories
      .filter((repository) => repository.tenantId === tenantId)
      .map(({ id }) => this.workOn(id));
    return works.find((work) => work !== null) ?? null;
  }

  get activeRun(): BackupRun | null {
    return Object.values(this.runs).find((run) => run.active) ?? null;
  }

  get activeRemoval(): Removal | null {
    return Object.values(this.removals).find(({ running }) => running) ?? null;
  }

  /** Starts the worker, or tells the running one about another cloud. */
  async configure(config: EngineConfig): Promise<Result<void>> {
    this.config = config;
    if (!this.#connection) this.#open();
    const configured = await this.call((api) => api.configure(config, Comlink.proxy(this.#tokens)));
    // Screens are shown once it is known what there is, so that none says that there is nothing where nothing can be read.
    const lists = configured.ok
      ? await Promise.all([
          this.writes.load(),
          this.loadRepositories(),
          this.loadConnections(),
          this.loadUnfinished(),
        ])
      : [];
    const result = all<unknown, Failure>([configured, ...lists]);
    this.state = result.ok ? 'ready' : 'failed';
    this.failure = result.ok ? null : startFailure(result.error);
    return result.ok ? ok() : err(result.error);
  }

  /** Never rejects: a bug becomes `defect/unexpected`, a dead worker `job/worker-lost`. */
  async call<T>(work: (api: RemoteEngine) => Promise<Result<T>>): Promise<Result<T>> {
    const connection = this.#connection;
    if (!connection) return err(failure('job/worker-lost', 'The engine is not running.'));
    const gone = connection.lost.then((why): Result<T> => err(failure('job/worker-lost', why)));
    try {
      const result = await Promise.race([work(connection.api), gone]);
      // The engine locks what nobody has used for a while; screens follow the list.
      if (!result.ok && result.error.code === 'vault/locked') void this.loadRepositories();
      if (!result.ok && isOfPerson(result.error)) this.#tokens.askWho?.();
      return result;
    } catch (thrown) {
      return err(defect(thrown));
    }
  }

  async loadRepositories(): Promise<Result<readonly RepositoryView[]>> {
    const result = await this.call((api) => api.repositories());
    if (result.ok) this.repositories = result.value;
    return result;
  }

  async loadConnections(): Promise<Result<readonly Connection[]>> {
    const result = await this.call((api) => api.connections());
    if (result.ok) this.connections = result.value;
    return result;
  }

  async loadUnfinished(): Promise<Result<readonly Unfinished[]>> {
    const result = await this.call((api) => api.unfinished());
    if (result.ok) this.unfinished = result.value;
    return result;
  }

  /** The one of this tab for the tenant; a new one after the last has come to its end. */
  removalOf(tenantId: string): Removal {
    const known = this.removals[tenantId];
    if (known && !known.outcome) return known;
    const { tenantName = tenantId, kind = 'app' } = this.connection(tenantId) ?? {};
    return (this.removals[tenantId] = new Removal(this, { tenantId, tenantName, kind }));
  }

  dismissRemoval(tenantId: string): void {
    if (!this.removals[tenantId]?.running) delete this.removals[tenantId];
  }

  /** A click that signs a person in again, where a connection rests on that; false where it rests on an app. */
  async signInAgain(tenantId: string): Promise<Result<boolean>> {
    if (this.connection(tenantId)?.kind !== 'own') return ok(false);
    const signedIn = await this.call((api) => api.signInAgain(tenantId));
    return signedIn.ok ? ok(true) : signedIn;
  }

  repository(id: string): RepositoryView | undefined {
    return this.repositories.find((repository) => repository.id === id);
  }

  connection(tenantId: string): Connection | undefined {
    return this.connections.find((connection) => connection.tenantId === tenantId);
  }

  /** Runs to the end of the backup; the run is on `runs` from the first moment. */
  async backup(repository: string, accounts: readonly string[]): Promise<BackupRun> {
    this.runs[repository] = new BackupRun(repository, accounts);
    const run = this.runs[repository];
    await this.awake(async () => {
      const result = await this.call((api) =>
        api.backup(
          repository,
          accounts,
          Comlink.proxy((progress) => (run.progress = progress)),
        ),
      );
      if (result.ok) run.report = result.value;
      else run.failure = result.error;
    });
    await this.loadRepositories();
    return run;
  }

  /** Forgets how the last run ended, so that the next one begins with its own accounts and forecast. */
  dismissRun(repository: string): void {
    if (!this.runs[repository]?.active) delete this.runs[repository];
  }

  /** Holds the computer awake as long as anything works. */
  async awake<T>(work: () => Promise<T>): Promise<T> {
    await this.#wakeLock.hold();
    try {
      return await work();
    } finally {
      if (!this.busy) await this.#wakeLock.release();
    }
  }

  /** The restore for this request. While another one works, that one is given: two would share one right to write. */
  restoreFor(request: RestoreRequest): RestoreRun {
    if (this.restore && (this.restore.request === request || this.restore.active)) return this.restore;
    return (this.restore = new RestoreRun(this, request));
  }

  /** Goes on with a restore that was cut short; nothing is put back twice. */
  resumeRestore(repository: string, plan: RestorePlan): RestoreRun {
    this.restore = new RestoreRun(this, { repository, plan });
    void this.restore.run();
    return this.restore;
  }

  #open(): void {
    const connection = this.#connect();
    this.#connection = connection;
    void connection.lost.then(() => this.#reopen(connection));
  }

  /** A worker that dies before it was ever ready would die again: then the failure stays on screen. */
  async #reopen(dead: EngineConnection): Promise<void> {
    dead.close();
    if (this.#connection !== dead) return;
    this.#connection = null;
    if (this.state !== 'ready' || !this.config) return;
    this.state = 'starting';
    await this.configure(this.config);
    this.restarted = true;
  }
}

/**
 * What the one who is signed in may not do, another may; so may the same person once a role was activated. Where scopes or
 * roles are named, the same person is asked for these.
 */
const isOfPerson = ({ code, facts }: Failure): boolean =>
  ofPerson.has(code) || (code === 'sign-in/consent-missing' && !facts?.['scopes'] && !facts?.['roles']);
const ofPerson: ReadonlySet<string> = new Set([
  'sign-in/not-administrator',
  'sign-in/other-account',
  'sign-in/tenant-mismatch',
]);

/** An engine that never ran was not "started again", and there is nothing to unlock: only a new start helps. */
const startFailure = (cause: Failure): Failure =>
  cause.code === 'job/worker-lost'
    ? failure('defect/unexpected', 'The engine could not be started.', { cause })
    : cause;

export const [useEngine, provideEngine] = createContext<Engine>();
