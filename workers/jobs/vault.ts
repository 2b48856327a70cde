/**
 * The repositories this device knows, and those that are unlocked. What is kept on the device names no tenant: an id,
 * a place, and for a folder its handle. Keys live in memory only and go after a quarter of an hour without use.
 */
import * as v from 'valibot';
import type { RepositoryView } from '../contract/engine-api.ts';
import type { Argon2Cost } from '../crypto/passphrase.ts';
import { toHex } from '../kernel/bytes.ts';
import { parseTenantId } from '../kernel/brand.ts';
import type { Clock, Random } from '../kernel/clock.ts';
import { failure } from '../kernel/failure.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import type { Codec } from '../repository/codec.ts';
import {
  initRepository,
  readKeyring,
  unlockRepository,
  type Repository,
  type RepositoryDeps,
  type UnlockSecret,
} from '../repository/repository.ts';
import type { BlobStore } from '../storage/blob-store.ts';
import type { Home, OpenedHome } from '../storage/choose.ts';
import { deleteAll, type Records } from './records.ts';

const IDLE_MS = 15 * 60_000;

/** The stores of this realm: storage/choose.ts in a browser. */
export interface Homes {
  open(home: Home): Promise<Result<OpenedHome>>;
  /** Deletes what is in this browser; a folder is left as it is. */
  destroy(home: Home): Promise<Result<void>>;
}

export interface VaultDeps {
  readonly homes: Homes;
  readonly records: Records;
  /** Loads WebAssembly at first use. */
  readonly codec: () => Promise<Codec>;
  readonly clock: Clock;
  readonly random: Random;
  /** Tests choose a cheap one. */
  readonly kdf?: Argon2Cost;
}

const Entry = v.object({
  id: v.string(),
  home: v.variant('kind', [
    v.object({ kind: v.literal('browser'), name: v.string() }),
    v.object({ kind: v.literal('folder'), handle: v.custom<FileSystemDirectoryHandle>(isHandle) }),
  ]),
  place: v.picklist(['memory', 'indexeddb', 'opfs', 'directory']),
  label: v.string(),
  evictable: v.boolean(),
});
type Entry = v.InferOutput<typeof Entry>;

function isHandle(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'directory';
}

interface Unlocked {
  readonly repository: Repository;
  readonly store: BlobStore;
  lastUsed: number;
}

const key = (id: string) => `repository:${id}`;

export interface NewVaultEntry {
  /** Null: in this browser. */
  readonly folder: FileSystemDirectoryHandle | null;
  readonly tenantId: string;
  readonly tenantName: string;
  readonly passphrase: string;
}

export class Vault {
  readonly #deps: VaultDeps;
  #codec: Promise<Codec> | undefined;
  readonly #unlocked = new Map<string, Unlocked>();

  constructor(deps: VaultDeps) {
    this.#deps = deps;
  }

  async list(): Promise<Result<RepositoryView[]>> {
    const found = await this.#deps.records.list(key(''));
    if (!found.ok) return found;
    const entries = found.value.map(([, value]) => v.safeParse(Entry, value));
    return ok(entries.flatMap((entry) => (entry.success ? [this.#view(entry.output)] : [])));
  }

  async create(
    request: NewVaultEntry,
  ): Promise<Result<{ repository: RepositoryView; recoveryWords: readonly string[] }>> {
    const { folder, tenantName, passphrase } = request;
    const tenantId = parseTenantId(request.tenantId);
    if (!tenantId) return err(failure('input/invalid', 'the tenant id is not a GUID'));
    const home: Home = folder
      ? { kind: 'folder', handle: folder }
      : { kind: 'browser', name: toHex(this.#deps.random.bytes(16)) };
    const opened = await this.#deps.homes.open(home);
    if (!opened.ok) return opened;
    const { store } = opened.value;
    const { kdf } = this.#deps;
    const options = { tenantId, tenantName, passphrase, ...(kdf ? { kdf } : {}) };
    const made = await initRepository(await this.#repositoryDeps(store), options);
    if (!made.ok) {
      await store.close();
      // A folder may have held a repository before; only a place made for this one is cleared.
      await this.#deps.homes.destroy(home);
      return made;
    }
    const { repository, recoveryWords } = made.value;
    const entry = await this.#write(entryOf(repository.head.id, home, opened.value));
    if (!entry.ok) return entry;
    this.#unlocked.set(entry.value.id, { repository, store, lastUsed: this.#deps.clock.now() });
    return ok({ repository: this.#view(entry.value), recoveryWords });
  }

  /** Gets to know a folder that holds a repository; it stays locked. */
  async attach(handle: FileSystemDirectoryHandle): Promise<Result<RepositoryView>> {
    const home: Home = { kind: 'folder', handle };
    const opened = await this.#deps.homes.open(home);
    if (!opened.ok) return opened;
    const keyring = await readKeyring(opened.value.store);
    await opened.value.store.close();
    if (!keyring.ok) return keyring;
    const entry = await this.#write(entryOf(keyring.value.id, home, opened.value));
    return entry.ok ? ok(this.#view(entry.value)) : entry;
  }

  async unlock(id: string, secret: UnlockSecret): Promise<Result<RepositoryView>> {
    const entry = await this.#read(id);
    if (!entry.ok) return entry;
    const opened = await this.#deps.homes.open(entry.value.home);
    if (!opened.ok) return opened;
    const { store } = opened.value;
    const repository = await unlockRepository(await this.#repositoryDeps(store), secret);
    if (!repository.ok) {
      await store.close();
      return repository;
    }
    await this.lock(id);
    this.#unlocked.set(id, { repository: repository.value, store, lastUsed: this.#deps.clock.now() });
    const written = await this.#write(entryOf(id, entry.value.home, opened.value));
    return written.ok ? ok(this.#view(written.value)) : written;
  }

  async lock(id: string): Promise<Result<void>> {
    const open = this.#unlocked.get(id);
    this.#unlocked.delete(id);
    await open?.repository.close();
    await open?.store.close();
    return ok();
  }

  /** Deletes what is in this browser; a folder is only forgotten. */
  async forget(id: string): Promise<Result<void>> {
    const entry = await this.#read(id);
    if (!entry.ok) return entry;
    await this.lock(id);
    const destroyed = await this.#deps.homes.destroy(entry.value.home);
    if (!destroyed.ok) return destroyed;
    const runs = await deleteAll(this.#deps.records, `run:${id}:`);
    return runs.ok ? this.#deps.records.delete(key(id)) : runs;
  }

  /** `vault/locked` where it is not unlocked. Counts as use. */
  repository(id: string): Result<Repository> {
    const open = this.#unlocked.get(id);
    if (!open) return err(failure('vault/locked', 'the backup is locked', { retry: 'after-user' }));
    open.lastUsed = this.#deps.clock.now();
    return ok(open.repository);
  }

  /** Locks what has not been used for a while, and names it; `busy` are repositories with a job. */
  async lockIdle(busy: ReadonlySet<string>): Promise<string[]> {
    const idle: string[] = [];
    for (const [id, open] of this.#unlocked) {
      if (busy.has(id)) open.lastUsed = this.#deps.clock.now();
      else if (this.#deps.clock.now() - open.lastUsed >= IDLE_MS) idle.push(id);
    }
    for (const id of idle) await this.lock(id);
    return idle;
  }

  /** The tenant's name shows only while the repository is unlocked. */
  #view(entry: Entry): RepositoryView {
    const head = this.#unlocked.get(entry.id)?.repository.head;
    return {
      id: entry.id,
      tenantId: head?.tenantId ?? '',
      tenantName: head?.tenantName ?? '',
      label: entry.label,
      place: entry.place,
      unlocked: head !== undefined,
      evictable: entry.evictable,
      ...(entry.home.kind === 'folder' ? { handle: entry.home.handle } : {}),
    };
  }

  async #repositoryDeps(store: BlobStore): Promise<RepositoryDeps> {
    const { random, clock, codec } = this.#deps;
    this.#codec ??= codec();
    return { store, random, clock, codec: await this.#codec };
  }

  async #read(id: string): Promise<Result<Entry>> {
    const found = await this.#deps.records.get(key(id));
    if (!found.ok) return found;
    const entry = v.safeParse(Entry, found.value);
    return entry.success
      ? ok(entry.output)
      : err(failure('input/invalid', 'no such repository on this device'));
  }

  async #write(entry: Entry): Promise<Result<Entry>> {
    const written = await this.#deps.records.put(key(entry.id), entry);
    return written.ok ? ok(entry) : written;
  }
}

const entryOf = (id: string, home: Home, { store, evictable }: OpenedHome): Entry => ({
  id,
  home,
  place: store.place.kind,
  label: store.place.label,
  evictable,
});
