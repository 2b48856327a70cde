/** The repository's promises in memory, with switches for what can go wrong. */
import type { BlobId, RepositoryId, SnapshotId, TenantId } from '../../../../../workers/kernel/brand.ts';
import { concat } from '../../../../../workers/kernel/bytes.ts';
import { failure, type Failure } from '../../../../../workers/kernel/failure.ts';
import { err, ok } from '../../../../../workers/kernel/result.ts';
import type { Cursors, Folder, Part, Row, Run, Snapshot } from '../../../../../workers/repository/model.ts';
import type {
  Repository,
  SnapshotReader,
  SnapshotWriter,
} from '../../../../../workers/repository/repository.ts';

interface State {
  rows: Map<string, Row>;
  folders: Map<string, Folder>;
  cursors: Cursors;
}

export interface FakeRepository extends Repository {
  readonly kept: { snapshot: Snapshot; state: State }[];
  readonly savedRuns: Run[];
  /** Every later commit or store fails with this, until it is cleared. */
  broken: Failure | undefined;
  newest(account: string, workload: string): { snapshot: Snapshot; state: State } | undefined;
}

export function fakeRepository(): FakeRepository {
  const blobs = new Map<BlobId, Uint8Array>();
  const kept: FakeRepository['kept'] = [];
  const savedRuns: Run[] = [];
  let serial = 0;
  const newId = (digits: number) => (++serial).toString(16).padStart(digits, '0');

  const repository: FakeRepository = {
    kept,
    savedRuns,
    broken: undefined,
    newest: (account, workload) =>
      kept.findLast(({ snapshot }) => snapshot.account.id === account && snapshot.workload === workload),
    head: {
      id: 'aa'.repeat(16) as RepositoryId,
      tenantId: '11111111-1111-4111-8111-111111111111' as TenantId,
      tenantName: 'Contoso',
      createdAt: '2026-11-01T00:00:00Z',
    },
    snapshots: async () => ok(kept.map(({ snapshot }) => snapshot).toReversed()),
    open: async (id) => {
      const found = kept.find(({ snapshot }) => snapshot.id === id);
      return found ? ok(reader(found)) : err(failure('repository/missing-snapshot', id));
    },
    begin: async (options) => {
      const base = repository.newest(options.account.id, options.workload);
      return ok(writer(options, base?.state));
    },
    saveRun: async (run) => {
      if (repository.broken) return err(repository.broken);
      savedRuns.push(run);
      return ok();
    },
    runs: async () => ok(savedRuns),
    async *read(part: Part) {
      for (const blob of part.blobs) {
        const bytes = blobs.get(blob);
        yield bytes ? ok(bytes) : err(failure('repository/missing-blob', blob));
      }
    },
    damaged: () => [],
    check: async () => {
      throw new Error('not part of this fake');
    },
    close: async () => {},
  };

  function writer(options: Parameters<Repository['begin']>[0], base: State | undefined): SnapshotWriter {
    const state: State = {
      rows: new Map(base?.rows),
      folders: new Map(base?.folders),
      cursors: base?.cursors ?? {},
    };
    let bytesWritten = 0;
    return {
      known: {
        get cursors() {
          return state.cursors;
        },
        folder: (id) => state.folders.get(id),
        folders: () => state.folders.values(),
        row: (item) => state.rows.get(item),
        rows: () => [...state.rows.values()],
      },
      lost: () => [],
      sink: {
        store: async (role, content) => {
          const pieces: Uint8Array[] = [];
          if (content instanceof Uint8Array) pieces.push(content);
          else for await (const piece of content) pieces.push(piece);
          if (repository.broken) return err(repository.broken);
          const bytes = concat(...pieces);
          const id = newId(64) as BlobId;
          blobs.set(id, bytes);
          bytesWritten += bytes.length;
          return ok({ role, blobs: [id], size: bytes.length });
        },
      },
      apply: (change) => {
        for (const folder of change.folders ?? []) state.folders.set(folder.id, folder);
        for (const id of change.removedFolders ?? []) state.folders.delete(id);
        for (const row of change.rows ?? []) state.rows.set(row.item, row);
        for (const item of change.removed ?? []) state.rows.delete(item);
        if (change.cursors) state.cursors = change.cursors;
      },
      commit: async (kind) => {
        if (repository.broken) return err(repository.broken);
        const snapshot = snapshotOf(options, kind, state);
        kept.push({
          snapshot,
          state: { rows: new Map(state.rows), folders: new Map(state.folders), cursors: state.cursors },
        });
        return ok(snapshot);
      },
      abandon: async () => {},
      stats: () => ({ bytesWritten, blobsNew: blobs.size, blobsKnown: 0 }),
    };
  }

  function snapshotOf(
    options: Parameters<Repository['begin']>[0],
    kind: Snapshot['kind'],
    state: State,
  ): Snapshot {
    const rows = [...state.rows.values()];
    const inState = (wanted: Row['state']) => rows.filter((row) => row.state === wanted).length;
    return {
      id: newId(32) as SnapshotId,
      repository: repository.head.id,
      run: options.run,
      account: options.account,
      workload: options.workload,
      kind,
      startedAt: options.startedAt,
      committedAt: `2026-11-23T12:00:00.${String(serial % 1000).padStart(3, '0')}Z`,
      device: options.device,
      sequence: serial,
      tree: null,
      folders: null,
      cursors: state.cursors,
      counts: {
        items: rows.length,
        bytes: rows.reduce((sum, row) => sum + row.size, 0),
        stored: inState('stored'),
        pending: inState('pending'),
        skipped: inState('skipped'),
        failed: inState('failed'),
      },
      writer: 'fake',
    };
  }
  return repository;
}

function reader({ snapshot, state }: { snapshot: Snapshot; state: State }): SnapshotReader {
  return {
    snapshot,
    folders: async () => ok([...state.folders.values()]),
    async *rows(options = {}) {
      const rows = [...state.rows.values()]
        .filter((row) => options.folder === undefined || row.folder === options.folder)
        .filter((row) => options.after === undefined || row.key > options.after)
        .sort((a, b) => (a.key < b.key ? -1 : 1));
      for (const row of rows.slice(0, options.limit)) yield ok(row);
    },
    row: async (item) => ok(state.rows.get(item)),
  };
}
