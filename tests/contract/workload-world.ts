/** A workload on the simulated tenant, with what a job would keep for it: rows, folders, cursors and content in memory. */
import { createHash } from 'node:crypto';
import { createActivity } from '../../workers/graph/activity.ts';
import type { GraphClient } from '../../workers/graph/client.ts';
import { createGraphClient } from '../../workers/graph/create-client.ts';
import { createHostTable, globalCloud } from '../../workers/graph/hosts.ts';
import { createPace } from '../../workers/graph/pace.ts';
import { memoryRecords } from '../../workers/jobs/records.ts';
import { folderNotes } from '../../workers/jobs/restore-journal.ts';
import type { BlobId } from '../../workers/kernel/brand.ts';
import { systemClock, systemRandom } from '../../workers/kernel/clock.ts';
import { ok, type Result } from '../../workers/kernel/result.ts';
import type { Account, Cursors, Folder, Part, Row } from '../../workers/repository/model.ts';
import type {
  ChangePage,
  ContentSink,
  ContentSource,
  FetchOutcome,
  Workload,
  WorkloadDeps,
} from '../../workers/workloads/workload.ts';
import type { Tenant } from '../tenant/tenant.ts';
import { appToken } from '../unit/tenant/core/clients.ts';

export const allRights = [
  'Mail.ReadWrite',
  'Files.ReadWrite.All',
  'Sites.ReadWrite.All',
  'Tasks.ReadWrite.All',
  'User.Read.All',
];

/** Waits cost nothing here: the client's back-off is tested elsewhere. */
const clock = { now: systemClock.now, sleep: () => new Promise<void>((resolve) => setImmediate(resolve)) };

export async function graphClient(
  tenant: Tenant,
  roles: readonly string[] = allRights,
): Promise<GraphClient> {
  return clientWith(tenant, await appToken(tenant, roles));
}

export const clientWith = (tenant: Pick<Tenant, 'fetch'>, token: string): GraphClient =>
  createGraphClient({
    fetch: (url, init) => tenant.fetch(new Request(url, init)),
    clock: systemClock,
    random: systemRandom,
    activity: createActivity(),
    online: () => true,
    hosts: createHostTable(globalCloud),
    tokens: { token: () => Promise.resolve(ok(token)), invalidate: () => undefined },
    pace: createPace({ clock: systemClock, random: systemRandom }),
  });

export const depsOf = (graph: GraphClient): WorkloadDeps => ({
  graph,
  clock,
  signal: new AbortController().signal,
});

export interface MemoryStore extends ContentSink, ContentSource {
  readonly blobs: Map<string, Uint8Array>;
}

export function createMemoryStore(): MemoryStore {
  const blobs = new Map<string, Uint8Array>();
  return {
    blobs,
    async store(role, content) {
      const pieces = content instanceof Uint8Array ? [content] : [];
      if (!(content instanceof Uint8Array)) for await (const piece of content) pieces.push(piece);
      const bytes = new Uint8Array(Buffer.concat(pieces));
      const id = createHash('sha256').update(bytes).digest('hex') as BlobId;
      blobs.set(id, bytes);
      return ok({ role, blobs: [id], size: bytes.length });
    },
    async *read(part: Part) {
      for (const id of part.blobs) {
        const bytes = blobs.get(id) ?? new Uint8Array();
        // In pieces that no caller expects.
        for (let at = 0; at < bytes.length; at += 300_007) yield ok(bytes.subarray(at, at + 300_007));
      }
    },
  };
}

/** One account's state of one workload, kept as the port promises a job will keep it. */
export class Copy {
  readonly rows = new Map<string, Row>();
  readonly folderById = new Map<string, Folder>();
  readonly store = createMemoryStore();
  cursors: Cursors = {};
  readonly pages: ChangePage[] = [];
  readonly workload: Workload;
  readonly account: Account;
  readonly deps: WorkloadDeps;
  /** Of the folders that restores from this copy have made. */
  readonly notes = folderNotes(memoryRecords(), 'restore');
  private readonly relisted = new Map<string, Set<string>>();

  constructor(workload: Workload, account: Account, deps: WorkloadDeps) {
    this.workload = workload;
    this.account = account;
    this.deps = deps;
  }

  row(item: string): Row | undefined {
    return this.rows.get(item);
  }

  folder(id: string): Folder | undefined {
    return this.folderById.get(id);
  }

  folders(): Iterable<Folder> {
    return this.folderById.values();
  }

  /** Reads changes to the end, or `most` pages of them. */
  async list(most = Number.POSITIVE_INFINITY): Promise<Result<void>> {
    this.pages.length = 0;
    for await (const page of this.workload.changes(this.account, this, this.deps)) {
      if (!page.ok) return page;
      this.pages.push(page.value);
      this.apply(page.value);
      if (this.pages.length >= most) break;
    }
    return ok();
  }

  private apply(page: ChangePage): void {
    for (const scope of page.reset ?? []) this.relisted.set(scope, new Set());
    for (const folder of page.folders ?? []) this.folderById.set(folder.id, folder);
    for (const row of page.rows ?? []) {
      this.rows.set(row.item, row);
      this.relisted.get(this.workload.scopeOf(row))?.add(row.item);
    }
    for (const item of page.removed ?? []) this.rows.delete(item);
    this.removeFolders(page.removedFolders ?? []);
    this.cursors = page.cursors;
    this.endRelisting();
  }

  /** With the folders below and everything in them. */
  private removeFolders(ids: readonly string[]): void {
    const gone = new Set(ids);
    for (let before = -1; before !== gone.size;) {
      before = gone.size;
      for (const { id, parent } of this.folders()) if (gone.has(parent ?? '')) gone.add(id);
    }
    for (const row of this.rows.values()) if (gone.has(row.folder)) this.rows.delete(row.item);
    for (const id of gone) this.folderById.delete(id);
  }

  private endRelisting(): void {
    for (const [scope, seen] of this.relisted) {
      if (!this.cursors[scope]?.finished) continue;
      this.relisted.delete(scope);
      for (const row of this.rows.values()) {
        if (this.workload.scopeOf(row) === scope && !seen.has(row.item)) this.rows.delete(row.item);
      }
    }
  }

  pending(): Row[] {
    return [...this.rows.values()].filter(({ state }) => state === 'pending');
  }

  /** Fetches whatever is owed; gives the outcomes that were not `stored`. */
  async fetchAll(): Promise<FetchOutcome[]> {
    const others: FetchOutcome[] = [];
    for (const row of this.pending()) {
      const outcome = await this.workload.fetch(this.account, row, this.store, this.deps);
      if (outcome.kind === 'stored' || outcome.kind === 'skipped') this.rows.set(row.item, outcome.row);
      if (outcome.kind === 'vanished') this.rows.delete(row.item);
      if (outcome.kind !== 'stored') others.push(outcome);
    }
    return others;
  }

  async original(row: Row): Promise<Buffer> {
    const pieces: Uint8Array[] = [];
    for await (const piece of this.workload.original(row, this.store)) {
      if (!piece.ok) throw new Error(piece.error.detail);
      pieces.push(piece.value);
    }
    return Buffer.concat(pieces);
  }

  /** Path of a folder by names; the root is the empty path. */
  pathOf(id: string): string {
    const names: string[] = [];
    for (let at = this.folder(id); at?.parent !== undefined; at = this.folder(at.parent))
      names.unshift(at.name);
    return names.join('/');
  }
}
