/** One open snapshot: its folders, the rows of one folder or search, the open item. */
import type {
  FolderView,
  ItemView,
  MessageView,
  RowView,
  SnapshotView,
  TaskView,
} from '#workers/contract/views.ts';
import type { Failure } from '#workers/kernel/failure.ts';
import type { Result } from '#workers/kernel/result.ts';
import type { Engine } from '#lib/engine/engine.svelte.ts';
import { orderFolders } from './folder-order.ts';

const pageSize = 200;

export interface OpenItem {
  readonly row: RowView;
  readonly details: ItemView;
  /** Null for what is no mail. */
  readonly message: MessageView | null;
  /** Null for what is no task. */
  readonly task: TaskView | null;
}

export class Browser {
  readonly repository: string;
  readonly snapshot: SnapshotView;
  folders = $state.raw<readonly FolderView[]>([]);
  folder = $state<string | null>(null);
  search = $state('');
  rows = $state.raw<readonly RowView[]>([]);
  loading = $state(false);
  failure = $state.raw<Failure | null>(null);
  open = $state.raw<OpenItem | null>(null);
  opening = $state<string | null>(null);
  openFailure = $state.raw<Failure | null>(null);
  marked = $state.raw<ReadonlySet<string>>(new Set());

  readonly #engine: Engine;
  #next: string | undefined;
  /** Answers to an older question are thrown away. */
  #question = 0;

  constructor(engine: Engine, repository: string, snapshot: SnapshotView) {
    this.#engine = engine;
    this.repository = repository;
    this.snapshot = snapshot;
  }

  get isMail(): boolean {
    return this.snapshot.workload === 'mail';
  }

  get isTasks(): boolean {
    return this.snapshot.workload === 'tasks';
  }

  get isDirectory(): boolean {
    return this.snapshot.workload === 'directory';
  }

  /** Folders to list above the files of the open one; a mailbox's are in the tree only, as in mail programs. */
  get subfolders(): readonly FolderView[] {
    if (this.snapshot.workload !== 'drive' || this.search) return [];
    return this.folders.filter(({ parent }) => parent !== null && parent === this.folder);
  }

  get hasMore(): boolean {
    return this.#next !== undefined;
  }

  async load(): Promise<void> {
    const result = await this.#engine.call((api) => api.folders(this.repository, this.snapshot.id));
    if (!result.ok) {
      this.failure = result.error;
      return;
    }
    this.folders = orderFolders(result.value, this.snapshot.workload);
    await this.selectFolder(firstFolder(this.folders)?.id ?? null);
  }

  async selectFolder(folder: string | null): Promise<void> {
    this.folder = folder;
    this.search = '';
    await this.#reload();
  }

  /** In the whole snapshot; an empty text goes back to the folder. */
  async find(text: string): Promise<void> {
    this.search = text.trim();
    await this.#reload();
  }

  async loadMore(): Promise<void> {
    if (this.loading || this.#next === undefined) return;
    await this.#fetch(this.#next);
  }

  async openRow(row: RowView): Promise<void> {
    this.opening = row.item;
    this.openFailure = null;
    const id = [this.repository, this.snapshot.id, row.item] as const;
    const isStored = row.state === 'stored';
    const [details, message, task] = await Promise.all([
      this.#engine.call((api) => api.item(...id)),
      this.isMail && isStored ? this.#engine.call((api) => api.message(...id)) : null,
      this.isTasks && isStored ? this.#engine.call((api) => api.task(...id)) : null,
    ]);
    if (this.opening !== row.item) return;
    this.opening = null;
    const failed = [details, message, task].find((answer) => answer?.ok === false);
    this.openFailure = failed?.ok === false ? failed.error : null;
    this.open = details.ok
      ? { row, details: details.value, message: valueOf(message), task: valueOf(task) }
      : null;
  }

  close(): void {
    this.open = null;
    this.opening = null;
    this.openFailure = null;
  }

  mark(item: string): void {
    const next = new Set(this.marked);
    if (!next.delete(item)) next.add(item);
    this.marked = next;
  }

  clearMarks(): void {
    this.marked = new Set();
  }

  async #reload(): Promise<void> {
    this.rows = [];
    this.#next = undefined;
    this.clearMarks();
    await this.#fetch(undefined);
  }

  async #fetch(after: string | undefined): Promise<void> {
    const question = ++this.#question;
    this.loading = true;
    this.failure = null;
    const result = await this.#engine.call((api) =>
      api.rows(this.repository, this.snapshot.id, {
        ...(this.search ? { text: this.search } : this.folder ? { folder: this.folder } : {}),
        ...(after === undefined ? {} : { after }),
        limit: pageSize,
      }),
    );
    if (question !== this.#question) return;
    this.loading = false;
    if (!result.ok) {
      this.failure = result.error;
      return;
    }
    this.rows = after === undefined ? result.value.rows : [...this.rows, ...result.value.rows];
    this.#next = result.value.next;
  }
}

const valueOf = <T>(answer: Result<T> | null): T | null => (answer?.ok ? answer.value : null);

/** The inbox, or a drive's root, or whatever comes first. */
const firstFolder = (folders: readonly FolderView[]): FolderView | undefined =>
  folders.find((folder) => folder.role === 'inbox' || folder.role === 'defaultList') ??
  folders.find((folder) => folder.role === 'root') ??
  folders.find((folder) => folder.parent === null) ??
  folders[0];
