/** An encrypted repository of one tenant: made, unlocked, read, added to and checked. docs/format.md has its bytes. */
import type { BlobId, SnapshotId } from '../kernel/brand.ts';
import { failure } from '../kernel/failure.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import type { BlobReader } from '../storage/blob-store.ts';
import { BlobWriter } from './blob-writer.ts';
import { checkRepository, missingSnapshots, type CheckOutcome, type CheckProgress } from './check.ts';
import { refreshIndex } from './index-segment.ts';
import { confirmCopies, renewCopies } from './keyring-copies.ts';
import { readKeyringCopies, type Keyring } from './keyring.ts';
import type { Base } from './lane-state.ts';
import type { Part, RepositoryHead, Row, Run, Snapshot } from './model.ts';
import { newObjectId, writeObject } from './object-file.ts';
import { isDamage, unreadableOf, type DamagedFile, type OpenRepository } from './open-repository.ts';
import { PackIndex } from './pack-index.ts';
import { readBlob } from './read-blob.ts';
import { folderRecords, rowRecords } from './records.ts';
import { candidateBases, encodeRun, nextSequence } from './snapshot.ts';
import { SnapshotList } from './snapshot-list.ts';
import { createSnapshotReader, loadTree, type SnapshotReader } from './snapshot-reader.ts';
import { createSnapshotWriter, type SnapshotWriter, type WriterOptions } from './snapshot-writer.ts';
import { createKeyring, unlockKeyring } from './unlock.ts';
import type { NewRepository, RepositoryDeps, Unlocked, UnlockSecret } from './unlock.ts';

export type { Keyring } from './keyring.ts';
export type { CheckOutcome, CheckProgress, DamagedItem } from './check.ts';
export type { DamagedFile } from './open-repository.ts';
export type { RowQuery, SnapshotReader } from './snapshot-reader.ts';
export type { SnapshotWriter, WriterOptions } from './snapshot-writer.ts';
export type { NewRepository, RepositoryDeps, UnlockSecret } from './unlock.ts';

/**
 * An unlocked repository. After `close` every method fails with vault/locked. Several may be open on one store at a
 * time, in other tabs and on other devices: files are written once, and each finds the others' on its next listing.
 */
export interface Repository {
  readonly head: RepositoryHead;
  /** Authenticated, newest first; what cannot be read is left out and shows in `damaged`. */
  snapshots(): Promise<Result<readonly Snapshot[]>>;
  /** Snapshots and runs that the latest listing could not read. */
  damaged(): readonly DamagedFile[];
  /** Failures: repository/missing-snapshot and the store's. */
  open(id: SnapshotId): Promise<Result<SnapshotReader>>;
  /**
   * Continues the newest snapshot, partial or complete, of this account and workload; where its tree is damaged, an
   * older one, and in the end none. The caller sees to it that no other writer has the same account and workload.
   */
  begin(options: WriterOptions): Promise<Result<SnapshotWriter>>;
  /**
   * A run may be saved again; the last one saved counts. Fails with storage/missing or repository/missing-snapshot where
   * what it stored is no longer there.
   */
  saveRun(run: Run): Promise<Result<void>>;
  runs(): Promise<Result<readonly Run[]>>;
  /**
   * The content of a part, piece by piece, each authenticated before it is yielded. Ends with the first failure:
   * repository/missing-blob, repository/corrupt, or the store's.
   */
  read(part: Part): AsyncIterable<Result<Uint8Array>>;
  /** Reads a `sample` (0 to 1, all without) of the packs in full and follows every snapshot down to its blobs. */
  check(
    listener: (progress: CheckProgress) => void,
    options?: { readonly sample?: number },
  ): Promise<Result<CheckOutcome>>;
  /** Forgets the keys. The store stays the caller's. */
  close(): Promise<void>;
}

const locked = err(failure('vault/locked', 'the repository was closed', { retry: 'after-user' }));

const isLost = (index: PackIndex, row: Row): boolean =>
  row.parts.some((part) => part.blobs.some((blob) => !index.holds(blob)));

/** After a blob was looked for in vain, the store is not listed again for another one before this. */
const refreshEveryMs = 2000;

class UnlockedRepository implements Repository {
  readonly head: RepositoryHead;
  #open: OpenRepository | undefined;
  readonly #list: SnapshotList;
  readonly #blobs: BlobWriter;
  #soughtInVainAt = -Infinity;
  #commits: Promise<unknown> = Promise.resolve();
  #renewing: Promise<Result<boolean>> | undefined;

  constructor(head: RepositoryHead, open: OpenRepository) {
    this.head = head;
    this.#open = open;
    this.#list = new SnapshotList(open);
    this.#blobs = new BlobWriter(open);
  }

  async snapshots(): Promise<Result<readonly Snapshot[]>> {
    return this.#open ? this.#list.current() : locked;
  }

  damaged(): readonly DamagedFile[] {
    return this.#list.damaged;
  }

  async open(id: SnapshotId): Promise<Result<SnapshotReader>> {
    const open = this.#open;
    if (!open) return locked;
    const snapshot = await this.#list.find(id);
    if (!snapshot.ok) return snapshot;
    const roots = [snapshot.value.tree, snapshot.value.folders].filter((root) => root !== null);
    const indexed = await this.#ensureIndexed(open, roots);
    return indexed.ok ? ok(createSnapshotReader(open, snapshot.value)) : indexed;
  }

  async begin(options: WriterOptions): Promise<Result<SnapshotWriter>> {
    const open = this.#open;
    if (!open) return locked;
    const snapshots = await this.#list.all();
    if (!snapshots.ok) return snapshots;
    // What cannot be read just now may be the very snapshot to continue: starting without it would list all anew.
    const unread = unreadableOf(this.#list.damagedSnapshots);
    if (unread) return err(unread);
    const renewed = await this.#renewKeyring(open);
    if (!renewed.ok) return renewed;
    const refreshed = await refreshIndex(open);
    if (!refreshed.ok) return refreshed;
    const mine = candidateBases(snapshots.value, options.account.id, options.workload);
    const base = await this.#loadBase(open, mine);
    if (!base.ok) return base;
    const lane = snapshots.value.filter(
      ({ account, workload }) => account.id === options.account.id && workload === options.workload,
    );
    const deps = {
      open,
      blobs: this.#blobs,
      exclusively: <T>(work: () => Promise<T>) => this.#exclusively(work),
      sequence: nextSequence(lane, options.device),
    };
    return ok(createSnapshotWriter(deps, options, base.value));
  }

  async saveRun(run: Run): Promise<Result<void>> {
    const open = this.#open;
    if (!open) return locked;
    const confirmed = await this.#exclusively(() => confirmCopies(open));
    if (!confirmed.ok) return confirmed;
    const all = await this.#list.all();
    if (!all.ok) return all;
    const [missing] = missingSnapshots([run], all.value);
    if (missing) return err(missing.failure);
    const written = await writeObject(open, 'run', newObjectId(open.sealing), encodeRun(run));
    return written.ok ? ok() : written;
  }

  async runs(): Promise<Result<readonly Run[]>> {
    return this.#open ? this.#list.runs() : locked;
  }

  async *read(part: Part): AsyncGenerator<Result<Uint8Array>> {
    let size = 0;
    let next = part.blobs[0] && this.#readBlob(part.blobs[0]);
    for (let i = 0; next; i++) {
      const bytes: Result<Uint8Array> = await next;
      const following: BlobId | undefined = part.blobs[i + 1];
      // One ahead: the next piece is on its way while this one is used.
      next = bytes.ok && following ? this.#readBlob(following) : undefined;
      yield bytes;
      if (!bytes.ok) return;
      size += bytes.value.length;
    }
    if (size !== part.size) {
      yield err(failure('repository/corrupt', `a part of ${part.size} bytes has ${size}`));
    }
  }

  async check(
    listener: (progress: CheckProgress) => void,
    { sample = 1 }: { readonly sample?: number } = {},
  ): Promise<Result<CheckOutcome>> {
    return this.#open ? checkRepository(this.#open, this.#list, listener, sample) : locked;
  }

  async close(): Promise<void> {
    await this.#commits;
    this.#open = undefined;
  }

  /** Whoever can write finds out here that a copy was lost. Those who begin at a time do not all write one. */
  #renewKeyring(open: OpenRepository): Promise<Result<boolean>> {
    this.#renewing ??= this.#exclusively(() => renewCopies(open)).finally(() => {
      this.#renewing = undefined;
    });
    return this.#renewing;
  }

  async #readBlob(blob: BlobId): Promise<Result<Uint8Array>> {
    const open = this.#open;
    if (!open) return locked;
    const indexed = await this.#ensureIndexed(open, [blob]);
    return indexed.ok ? readBlob(open, 'content', blob) : indexed;
  }

  /** Another tab or device may have written since the index was read. */
  async #ensureIndexed(open: OpenRepository, blobs: readonly BlobId[]): Promise<Result<void>> {
    const isUnknown = () => blobs.some((blob) => !open.index.holds(blob));
    if (!isUnknown() || open.clock.now() - this.#soughtInVainAt < refreshEveryMs) return ok();
    const refreshed = await refreshIndex(open);
    if (!refreshed.ok) return refreshed;
    if (isUnknown()) this.#soughtInVainAt = open.clock.now();
    return ok();
  }

  async #loadBase(open: OpenRepository, candidates: readonly Snapshot[]): Promise<Result<Base>> {
    const { trouble } = open;
    for (const snapshot of candidates) {
      const folders = await loadTree(open, snapshot.folders, folderRecords);
      const rows = folders.ok ? await loadTree(open, snapshot.tree, rowRecords) : folders;
      if (folders.ok && rows.ok) {
        const { leaves, records } = rows.value;
        // With part of the index out of reach nobody can say what is lost.
        const lost = trouble ? [] : records.filter((row) => isLost(open.index, row));
        return ok({ snapshot, leaves, lost, folders: folders.value.records });
      }
      // Damage is passed over, with more to fetch as its price; a store that cannot be read now is not.
      if (!rows.ok && !isDamage(rows.error)) return rows;
      if (trouble) return err(trouble);
    }
    return ok({ snapshot: undefined, leaves: [], lost: [], folders: [] });
  }

  #exclusively<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#commits.then(work);
    this.#commits = turn.catch(() => undefined);
    return turn;
  }
}

async function openUnlocked(deps: RepositoryDeps, unlocked: Unlocked): Promise<Result<Repository>> {
  const { sealing, keyring, head } = unlocked;
  const open: OpenRepository = {
    store: deps.store,
    clock: deps.clock,
    sealing,
    keyring,
    index: new PackIndex(),
    segments: new Map(),
    unindexed: new Map(),
  };
  const indexed = await refreshIndex(open);
  return indexed.ok ? ok(new UnlockedRepository(head, open)) : indexed;
}

/**
 * Makes a repository in an empty store. The recovery words are given this once. Failures: vault/weak-passphrase,
 * vault/kdf-unavailable, input/invalid where there is a repository already, and the store's.
 */
export async function initRepository(
  deps: RepositoryDeps,
  options: NewRepository,
): Promise<Result<{ readonly repository: Repository; readonly recoveryWords: readonly string[] }>> {
  const created = await createKeyring(deps, options);
  if (!created.ok) return created;
  const repository = await openUnlocked(deps, created.value);
  return repository.ok
    ? ok({ repository: repository.value, recoveryWords: created.value.recoveryWords })
    : repository;
}

/** Whose repository this is, as far as can be told without a key. Nothing in it is authenticated yet. */
export async function readKeyring(store: BlobReader): Promise<Result<Keyring>> {
  const copies = await readKeyringCopies(store);
  if (!copies.ok) return copies;
  const [newest] = copies.value;
  if (!newest) return err(failure('repository/not-a-repository', 'no keyring'));
  return ok({ id: newest.id, createdAt: newest.createdAt, slots: newest.slots });
}

/** Failures: those of `unlockKeyring`, and the store's while the index is read. */
export async function unlockRepository(
  deps: RepositoryDeps,
  secret: UnlockSecret,
): Promise<Result<Repository>> {
  const unlocked = await unlockKeyring(deps, secret);
  return unlocked.ok ? openUnlocked(deps, unlocked.value) : unlocked;
}
