/** Verification: the keyring's copies, every blob of every pack opened, then every snapshot followed down to its blobs. */
import { toHex, type Bytes } from '../kernel/bytes.ts';
import type { BlobId, SnapshotId } from '../kernel/brand.ts';
import { failure, type Failure } from '../kernel/failure.ts';
import { forEachLimited } from '../kernel/limit.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import type { BlobReader, FileName } from '../storage/blob-store.ts';
import { folderOf, objectOfName } from './format.ts';
import { refreshIndex } from './index-segment.ts';
import { damagedCopies } from './keyring-copies.ts';
import { mostPackFileBytes } from './limits.ts';
import type { BlobVerdict, Folder, Row, Run, Snapshot } from './model.ts';
import type { DamagedFile, OpenRepository } from './open-repository.ts';
import { verifyPack } from './pack.ts';
import { bytesOfBlobId, readBlob } from './read-blob.ts';
import { folderRecords, rowRecords, type RecordKind } from './records.ts';
import type { SnapshotList } from './snapshot-list.ts';
import { readLeaves } from './tree-reader.ts';

export interface CheckProgress {
  readonly blobs: number;
  readonly of: number;
}

type Damage = Exclude<BlobVerdict, { kind: 'ok' }>;

/** Something of a snapshot that cannot be read back whole. */
export interface DamagedItem {
  readonly snapshot: SnapshotId;
  /** Absent where a page of the tree is meant: its items cannot even be named. */
  readonly item?: string;
  readonly name?: string;
  readonly verdict: Damage | { readonly kind: 'page'; readonly failure: Failure };
}

export interface CheckOutcome {
  readonly snapshots: number;
  readonly packs: number;
  /** Opened, and found to be what their ids say. */
  readonly blobs: number;
  readonly damaged: readonly DamagedItem[];
  /** Damaged items beyond those listed. */
  readonly more: number;
  /** Damaged or unreadable: copies of the keyring, packs, index segments, snapshots, runs. A folder where one is lacking. */
  readonly files: readonly DamagedFile[];
}

const mostListed = 10_000;

async function readPack(store: BlobReader, name: FileName): Promise<Result<Bytes>> {
  const size = await store.size(name);
  if (!size.ok) return size;
  if (size.value <= mostPackFileBytes) return store.get(name);
  return err(failure('repository/corrupt', `${name}: ${size.value} bytes`));
}

class Checker {
  readonly #open: OpenRepository;
  readonly #listener: (progress: CheckProgress) => void;
  /** Packs with frames that may not be there or not open: looked at blob by blob when a snapshot needs them. */
  readonly #suspects = new Set<string>();
  readonly #files: DamagedFile[] = [];
  readonly #damaged: DamagedItem[] = [];
  readonly #seenPages = new Set<BlobId>();
  #more = 0;
  #blobs = 0;

  constructor(open: OpenRepository, listener: (progress: CheckProgress) => void) {
    this.#open = open;
    this.#listener = listener;
  }

  outcome(snapshots: number, packs: number): CheckOutcome {
    const files = [...new Map(this.#files.map((file) => [file.name, file])).values()];
    return { snapshots, packs, blobs: this.#blobs, damaged: this.#damaged, more: this.#more, files };
  }

  addFiles(files: readonly DamagedFile[]): void {
    this.#files.push(...files);
  }

  async checkPacks(sample: number): Promise<Result<number>> {
    const { store, sealing, index } = this.#open;
    const files = await store.list(folderOf('data-pack'));
    if (!files.ok) return files;
    const chosen = files.value.filter(() => sample >= 1 || sealing.random.fraction() < sample);
    await forEachLimited(chosen, 2, async (name) => {
      await this.#checkPack(name);
      this.#listener({ blobs: this.#blobs, of: index.size });
    });
    return ok(chosen.length);
  }

  async checkSnapshot(snapshot: Snapshot): Promise<void> {
    await this.#checkTree<Folder>(snapshot, snapshot.folders, folderRecords, () => Promise.resolve());
    await this.#checkTree<Row>(snapshot, snapshot.tree, rowRecords, (row) =>
      this.#checkRow(snapshot.id, row),
    );
  }

  async #checkPack(name: FileName): Promise<void> {
    const { store, sealing, index } = this.#open;
    const hex = objectOfName(name) ?? name;
    const bytes = await readPack(store, name);
    const verdict = bytes.ok ? await verifyPack(sealing, name, bytes.value) : bytes;
    if (!verdict.ok) {
      this.#suspects.add(hex);
      if (verdict.error.code !== 'storage/missing') this.#files.push({ name, failure: verdict.error });
      return;
    }
    const { contents, damaged } = verdict.value;
    this.#blobs += contents.entries.length - damaged.length;
    // A damaged copy no longer counts, so the next backup stores the blob anew.
    for (const { id } of damaged) {
      for (const place of index.find(id)) if (place.pack === toHex(contents.pack)) index.markDamaged(place);
    }
  }

  async #checkTree<T>(
    snapshot: Snapshot,
    root: BlobId | null,
    kind: RecordKind<T>,
    visit: (record: T) => Promise<void>,
  ): Promise<void> {
    // Pages are shared between snapshots; what lies below one is looked at once.
    const skip = (page: BlobId) => this.#seenPages.has(page);
    for await (const leaf of readLeaves(this.#open, root, kind, { skip })) {
      if (!leaf.ok) this.#note({ snapshot: snapshot.id, verdict: { kind: 'page', failure: leaf.error } });
      else {
        this.#seenPages.add(leaf.value.ref.id);
        for (const record of leaf.value.records) await visit(record);
      }
    }
  }

  async #checkRow(snapshot: SnapshotId, row: Row): Promise<void> {
    for (const part of row.parts) {
      for (const blob of part.blobs) {
        const damage = await this.#damageOf(blob);
        if (damage) return this.#note({ snapshot, item: row.item, name: row.name, verdict: damage });
      }
    }
  }

  async #damageOf(blob: BlobId): Promise<Damage | undefined> {
    const id = bytesOfBlobId(blob);
    const places = id ? this.#open.index.find(id) : [];
    if (places.some(({ pack }) => !this.#suspects.has(pack))) return undefined;
    if (id && places.length === 0 && this.#open.index.isDamaged(id)) return { kind: 'corrupt', blob };
    const read = await readBlob(this.#open, 'content', blob);
    if (read.ok) return undefined;
    const isMissing = read.error.code === 'repository/missing-blob';
    if (!isMissing && read.error.code !== 'repository/corrupt')
      return { kind: 'unreadable', blob, failure: read.error };
    for (const place of places) this.#open.index.markDamaged(place);
    return { kind: isMissing ? 'missing' : 'corrupt', blob };
  }

  #note(item: DamagedItem): void {
    if (this.#damaged.length < mostListed) this.#damaged.push(item);
    else this.#more++;
  }
}

/** Those that a run named as its own when it ended, and that are no longer there. */
export function missingSnapshots(runs: readonly Run[], snapshots: readonly Snapshot[]): DamagedFile[] {
  const there = new Set(snapshots.map(({ id }) => id));
  const missing = runs.flatMap((run) => run.snapshots).filter((id) => !there.has(id));
  return missing.map((id) => ({
    name: folderOf('snapshot') + id,
    failure: failure('repository/missing-snapshot', id),
  }));
}

/**
 * Checks the whole repository. `sample` (0 to 1) is the share of packs that are read in full; that everything snapshots
 * name is in the index is checked always. Fails only where the store cannot even be listed.
 */
export async function checkRepository(
  open: OpenRepository,
  list: SnapshotList,
  listener: (progress: CheckProgress) => void,
  sample: number,
): Promise<Result<CheckOutcome>> {
  // Snapshots first and the index after it: whatever is listed then has been indexed.
  const snapshots = await list.current();
  if (!snapshots.ok) return snapshots;
  const runs = await list.runs();
  if (!runs.ok) return runs;
  const all = await list.all();
  if (!all.ok) return all;
  const refreshed = await refreshIndex(open);
  if (!refreshed.ok) return refreshed;
  const checker = new Checker(open, listener);
  // Before those that are damaged: of one name the latter is told.
  checker.addFiles(missingSnapshots(runs.value, all.value));
  checker.addFiles(list.damaged);
  checker.addFiles(refreshed.value);
  const keyrings = await damagedCopies(open.sealing, open.store);
  if (!keyrings.ok) return keyrings;
  checker.addFiles(keyrings.value);
  const packs = await checker.checkPacks(sample);
  if (!packs.ok) return packs;
  for (const snapshot of snapshots.value) await checker.checkSnapshot(snapshot);
  return ok(checker.outcome(snapshots.value.length, packs.value));
}
