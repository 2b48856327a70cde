/** The snapshots and runs of a repository: listed from the store, each object read once. */
import type { SnapshotId } from '../kernel/brand.ts';
import { failure } from '../kernel/failure.ts';
import { forEachLimited } from '../kernel/limit.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import type { Bytes } from '../kernel/bytes.ts';
import { folderOf, objectOfName } from './format.ts';
import { mostFiles } from './limits.ts';
import type { Run, Snapshot } from './model.ts';
import { readObject } from './object-file.ts';
import type { DamagedFile, OpenRepository } from './open-repository.ts';
import { parseRun, parseSnapshot, withoutSuperseded } from './snapshot.ts';

/** Objects of one kind, remembered by file name. */
class ObjectList<T> {
  readonly #open: OpenRepository;
  readonly #kind: 'snapshot' | 'run';
  readonly #parse: (bytes: Bytes, object: string) => T | undefined;
  readonly #known = new Map<string, T>();
  #damaged: DamagedFile[] = [];

  constructor(
    open: OpenRepository,
    kind: 'snapshot' | 'run',
    parse: (bytes: Bytes, object: string) => T | undefined,
  ) {
    this.#open = open;
    this.#kind = kind;
    this.#parse = parse;
  }

  /** Of the latest `list`. */
  get damaged(): readonly DamagedFile[] {
    return this.#damaged;
  }

  async list(): Promise<Result<readonly T[]>> {
    const files = await this.#open.store.list(folderOf(this.#kind));
    if (!files.ok) return files;
    if (files.value.length > mostFiles)
      return err(failure('repository/limit', `${files.value.length} files`));
    const names = new Set(files.value);
    for (const name of this.#known.keys()) if (!names.has(name)) this.#known.delete(name);
    const damaged: DamagedFile[] = [];
    const fresh = files.value.filter((name) => !this.#known.has(name));
    await forEachLimited(fresh, 8, async (name) => {
      const bytes = await readObject(this.#open.sealing, this.#open.store, this.#kind, name);
      const object = bytes.ok ? this.#parse(bytes.value, objectOfName(name) ?? '') : undefined;
      if (object) this.#known.set(name, object);
      else if (bytes.ok) damaged.push({ name, failure: failure('repository/corrupt', name) });
      // Gone since the listing: superseded by its own run.
      else if (bytes.error.code !== 'storage/missing') damaged.push({ name, failure: bytes.error });
    });
    this.#damaged = damaged;
    return ok([...this.#known.values()]);
  }
}

export class SnapshotList {
  readonly #snapshots: ObjectList<Snapshot>;
  readonly #runs: ObjectList<Run>;

  constructor(open: OpenRepository) {
    this.#snapshots = new ObjectList(open, 'snapshot', (bytes, object) => {
      const snapshot = parseSnapshot(bytes);
      return snapshot?.id === object ? snapshot : undefined;
    });
    this.#runs = new ObjectList(open, 'run', parseRun);
  }

  get damaged(): readonly DamagedFile[] {
    return [...this.#snapshots.damaged, ...this.#runs.damaged];
  }

  get damagedSnapshots(): readonly DamagedFile[] {
    return this.#snapshots.damaged;
  }

  /** With those that a later commit of their run superseded, for the counting of sequences. */
  all(): Promise<Result<readonly Snapshot[]>> {
    return this.#snapshots.list();
  }

  /** Newest first; of one instant the one that its writer numbered higher. */
  async current(): Promise<Result<readonly Snapshot[]>> {
    const snapshots = await this.all();
    if (!snapshots.ok) return snapshots;
    return ok(
      withoutSuperseded(snapshots.value).sort(
        (a, b) => b.committedAt.localeCompare(a.committedAt) || b.sequence - a.sequence,
      ),
    );
  }

  async find(id: SnapshotId): Promise<Result<Snapshot>> {
    const snapshots = await this.all();
    if (!snapshots.ok) return snapshots;
    const snapshot = snapshots.value.find((candidate) => candidate.id === id);
    return snapshot ? ok(snapshot) : err(failure('repository/missing-snapshot', id));
  }

  /** Oldest first; of a run that was saved several times the last. */
  async runs(): Promise<Result<readonly Run[]>> {
    const runs = await this.#runs.list();
    if (!runs.ok) return runs;
    const inOrder = [...runs.value].sort((a, b) => a.endedAt.localeCompare(b.endedAt));
    return ok([...new Map(inOrder.map((run) => [run.id, run])).values()]);
  }
}
