/**
 * Writes the snapshots of one account and workload in one run: content at once, rows when committed.
 *
 * Note: commit order. Content packs and tree packs are durable and read back, then the index segment that names them,
 * then the snapshot. Whatever instant the machine stops at, a snapshot that can be listed has everything it needs.
 */
import { fromHex, toHex } from '../kernel/bytes.ts';
import type { BlobId, RepositoryId, SnapshotId } from '../kernel/brand.ts';
import { ok, type Result } from '../kernel/result.ts';
import type { BlobWriter } from './blob-writer.ts';
import { ContentWriter, type WriteStats } from './content-sink.ts';
import { fileName } from './format.ts';
import { saveIndex } from './index-segment.ts';
import { confirmCopies } from './keyring-copies.ts';
import { LaneState, type AppliedChange, type Base, type Frozen } from './lane-state.ts';
import type { Account, Cursors, Folder, Part, Row, Snapshot, WorkloadName } from './model.ts';
import { newObjectId, writeObject } from './object-file.ts';
import type { OpenRepository } from './open-repository.ts';
import { folderRecords, rowRecords, type RecordKind } from './records.ts';
import { encodeSnapshot } from './snapshot.ts';
import { updateLeaves, writeRoot, type Leaf, type TreeWriting } from './tree-writer.ts';

export interface SnapshotWriter {
  /** What the next snapshot will say; satisfies the workload's KnownState. */
  readonly known: {
    readonly cursors: Cursors;
    folder(id: string): Folder | undefined;
    folders(): Iterable<Folder>;
    row(item: string): Row | undefined;
    /** Each row once, in no promised order. */
    rows(): Iterable<Row>;
  };
  /** Rows as `begin` found them, with content that is gone or was found damaged by a check: to be fetched again. */
  lost(): readonly Row[];
  /**
   * Chunks, deduplicates and encrypts; safe to call concurrently. Rejects only where `content` does. Failures:
   * repository/limit for content beyond the format, and the store's; after storage/full and the like the same writer
   * goes on once there is room again.
   */
  readonly sink: {
    store(role: string, content: AsyncIterable<Uint8Array> | Uint8Array): Promise<Result<Part>>;
  };
  /** In memory until the next commit. A row that the format cannot hold is kept as failed, without its parts. */
  apply(change: AppliedChange): void;
  /**
   * On ok everything applied before the call is durable; after a failure the same changes go into the next commit. A
   * later commit of the same run takes the place of an earlier one. `startedAt` corrects the one given at `begin`.
   */
  commit(kind: 'partial' | 'complete', startedAt?: string): Promise<Result<Snapshot>>;
  /** Nothing more is applied or committed; what was committed stays. */
  abandon(): Promise<void>;
  /** What this writer has added since `begin`; blobs are those of content. */
  stats(): WriteStats;
}

export interface WriterOptions {
  readonly account: Account;
  readonly workload: WorkloadName;
  readonly run: string;
  readonly device: string;
  /** ISO 8601 UTC. */
  readonly startedAt: string;
}

export interface WriterDeps {
  readonly open: OpenRepository;
  readonly blobs: BlobWriter;
  /** Runs one commit of the repository at a time. */
  readonly exclusively: <T>(work: () => Promise<T>) => Promise<T>;
  /** Number of this writer's first snapshot. */
  readonly sequence: number;
}

const writerName = 'holdfast 0.1';

const nameOf = ({ id }: Snapshot): string => fileName('snapshot', fromHex(id) ?? new Uint8Array(0));

class Committer {
  readonly #deps: WriterDeps;
  readonly #options: WriterOptions;
  readonly #previous: SnapshotId | undefined;
  readonly state: LaneState;
  readonly content: ContentWriter;
  #sequence: number;
  #written: string | undefined;
  #abandoned = false;

  constructor(deps: WriterDeps, options: WriterOptions, base: Base) {
    this.#deps = deps;
    this.#options = options;
    // For the whole run the same, however many writers it has: its own partial snapshots are replaced, and must not
    // be pointed at.
    const { snapshot } = base;
    const isOwn = snapshot?.run === options.run && snapshot.device === options.device;
    this.#previous = isOwn ? snapshot.previous : snapshot?.id;
    if (isOwn) this.#written = nameOf(snapshot);
    this.#sequence = deps.sequence;
    this.state = new LaneState(base);
    this.content = new ContentWriter(deps.blobs, deps.open.sealing.keys.gearTable);
  }

  apply(change: AppliedChange): void {
    this.#assertLive();
    this.state.apply(change);
  }

  abandon(): void {
    this.#abandoned = true;
  }

  async commit(kind: Snapshot['kind'], startedAt: string): Promise<Result<Snapshot>> {
    this.#assertLive();
    const frozen = this.state.freeze();
    let written: readonly Leaf[] | undefined;
    try {
      const tree = await this.#writeTree(frozen.leaves, frozen.changes, rowRecords);
      if (!tree.ok) return tree;
      const snapshot = await this.#finish(kind, startedAt, frozen, tree.value);
      if (snapshot.ok) written = tree.value.leaves;
      return snapshot;
    } finally {
      if (written) this.state.rows.committed(written);
      else this.state.rows.failed();
    }
  }

  #assertLive(): void {
    if (this.#abandoned) throw new Error('an abandoned snapshot writer was used');
  }

  async #writeTree<T>(
    old: readonly Leaf[],
    changes: Parameters<typeof updateLeaves<T>>[1],
    kind: RecordKind<T>,
  ): Promise<Result<{ readonly root: BlobId | null; readonly leaves: readonly Leaf[] }>> {
    const { open, blobs } = this.#deps;
    const writing: TreeWriting<T> = {
      kind,
      seed: open.sealing.keys.treeSeed,
      blobs,
      stored: this.content.notePage,
    };
    const leaves = await updateLeaves(old, changes, writing);
    if (!leaves.ok) return leaves;
    const root = await writeRoot(leaves.value, writing);
    return root.ok ? ok({ root: root.value, leaves: leaves.value }) : root;
  }

  async #finish(
    kind: Snapshot['kind'],
    startedAt: string,
    frozen: Frozen,
    tree: { readonly root: BlobId | null },
  ): Promise<Result<Snapshot>> {
    const folders = await this.#writeTree([], frozen.folders, folderRecords);
    if (!folders.ok) return folders;
    const flushed = await this.#deps.blobs.flush();
    if (!flushed.ok) return flushed;
    const indexed = await saveIndex(this.#deps.open);
    if (!indexed.ok) return indexed;
    const confirmed = await confirmCopies(this.#deps.open);
    if (!confirmed.ok) return confirmed;
    const { cursors, counts } = frozen;
    return this.#writeSnapshot(kind, startedAt, {
      tree: tree.root,
      folders: folders.value.root,
      cursors,
      counts,
    });
  }

  async #writeSnapshot(
    kind: Snapshot['kind'],
    startedAt: string,
    content: Pick<Snapshot, 'tree' | 'folders' | 'cursors' | 'counts'>,
  ): Promise<Result<Snapshot>> {
    const { open } = this.#deps;
    const { workload, run, device } = this.#options;
    const { id, userPrincipalName, displayName } = this.#options.account;
    const object = newObjectId(open.sealing);
    const snapshot: Snapshot = {
      id: toHex(object) as SnapshotId,
      repository: toHex(open.sealing.keys.repository) as RepositoryId,
      run,
      account: { id, userPrincipalName, displayName },
      workload,
      kind,
      startedAt,
      committedAt: new Date(open.clock.now()).toISOString(),
      device,
      // Each try counts: one that was reported as failed may have got through.
      sequence: this.#sequence++,
      ...(this.#previous ? { previous: this.#previous } : {}),
      ...content,
      writer: writerName,
    };
    const written = await writeObject(open, 'snapshot', object, encodeSnapshot(snapshot));
    if (!written.ok) return written;
    // Whether this works or not: readers pass over what a later snapshot of the run supersedes.
    if (this.#written) await open.store.delete(this.#written);
    this.#written = written.value;
    return ok(snapshot);
  }
}

export function createSnapshotWriter(deps: WriterDeps, options: WriterOptions, base: Base): SnapshotWriter {
  const committer = new Committer(deps, options, base);
  const { state, content } = committer;
  let started = options.startedAt;
  return {
    known: {
      get cursors() {
        return state.cursors;
      },
      folder: (id) => state.folder(id),
      folders: () => state.folders(),
      row: (item) => state.rows.row(item),
      rows: () => state.rows.rows(),
    },
    lost: () => base.lost,
    sink: { store: (role, source) => content.store(role, source) },
    apply: (change) => committer.apply(change),
    commit(kind, startedAt) {
      started = startedAt ?? started;
      return deps.exclusively(() => committer.commit(kind, started));
    },
    abandon() {
      committer.abandon();
      return Promise.resolve();
    },
    stats: () => content.stats,
  };
}
