/** Snapshots that are being looked at: a few opened readers and their folder counts, which never change. */
import type { FolderView } from '../contract/views.ts';
import type { SnapshotId } from '../kernel/brand.ts';
import type { Result } from '../kernel/result.ts';
import { ok } from '../kernel/result.ts';
import type { Repository, SnapshotReader } from '../repository/repository.ts';
import { listFolders } from './browse.ts';

const KEPT = 8;

interface Opened {
  readonly reader: SnapshotReader;
  folders?: FolderView[];
}

export class Readers {
  readonly #opened = new Map<string, Opened>();

  async reader(repository: Repository, snapshot: string): Promise<Result<SnapshotReader>> {
    const opened = await this.#open(repository, snapshot);
    return opened.ok ? ok(opened.value.reader) : opened;
  }

  async folders(repository: Repository, snapshot: string): Promise<Result<FolderView[]>> {
    const opened = await this.#open(repository, snapshot);
    if (!opened.ok) return opened;
    if (opened.value.folders) return ok(opened.value.folders);
    const folders = await listFolders(opened.value.reader);
    if (folders.ok) opened.value.folders = folders.value;
    return folders;
  }

  forget(repository: string): void {
    for (const key of this.#opened.keys()) if (key.startsWith(`${repository}:`)) this.#opened.delete(key);
  }

  async #open(repository: Repository, snapshot: string): Promise<Result<Opened>> {
    const key = `${repository.head.id}:${snapshot}`;
    const known = this.#opened.get(key);
    if (known) return ok(known);
    const reader = await repository.open(snapshot as SnapshotId);
    if (!reader.ok) return reader;
    const opened = { reader: reader.value };
    this.#opened.set(key, opened);
    const [oldest] = this.#opened.keys();
    if (this.#opened.size > KEPT && oldest !== undefined) this.#opened.delete(oldest);
    return ok(opened);
  }
}
