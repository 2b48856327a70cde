/** `EngineApi`: snapshots, items, downloads, exports and verification. No network. */
import type { EngineApi } from './contract/engine-api.ts';
import type { Parts } from './engine.ts';
import { describeItem, findRow, listRows, listSnapshots } from './jobs/browse.ts';
import { downloadAttachment, downloadItem, type StoredItem } from './jobs/download.ts';
import { exportZip } from './jobs/export.ts';
import { readMessage } from './jobs/message.ts';
import { viewTask } from './jobs/task-view.ts';
import { verifyRepository } from './jobs/verify.ts';
import { failure } from './kernel/failure.ts';
import { all, err, type Result } from './kernel/result.ts';
import type { Repository, SnapshotReader } from './repository/repository.ts';

type LookCalls = Pick<
  EngineApi,
  'snapshots' | 'folders' | 'rows' | 'item' | 'message' | 'task' | 'download' | 'exportZip' | 'verify'
>;

export const lookCalls = (parts: Parts): LookCalls => ({
  snapshots: (id) => withRepository(parts, id, listSnapshots),

  folders: (id, snapshot) =>
    withRepository(parts, id, (repository) => parts.readers.folders(repository, snapshot)),

  rows: (id, snapshot, query) => withReader(parts, id, snapshot, (reader) => listRows(reader, query)),

  item: (id, snapshot, item) => withReader(parts, id, snapshot, (reader) => describeItem(reader, item)),

  message: (id, snapshot, item) =>
    withItem(parts, { id, snapshot, item }, ({ workload, row, content }) =>
      readMessage(workload, row, content),
    ),

  task: (id, snapshot, item) =>
    withItem(parts, { id, snapshot, item }, ({ row, content }) => viewTask(row, content)),

  // oxlint-disable-next-line max-params -- as the contract has it
  download: (id, snapshot, item, attachment) =>
    withItem(parts, { id, snapshot, item }, (stored) =>
      attachment === undefined
        ? downloadItem(stored, parts.deps.files)
        : downloadAttachment(stored, attachment),
    ),

  exportZip: (id, { snapshots, folder }, listener) =>
    withRepository(parts, id, async (repository) => {
      const opened: Result<SnapshotReader>[] = [];
      for (const snapshot of snapshots) opened.push(await parts.readers.reader(repository, snapshot));
      const readers = all(opened);
      if (!readers.ok) return readers;
      const deps = { ...parts.deps, workloads: parts.workloads, content: repository };
      return exportZip(deps, readers.value, folder, listener);
    }),

  verify: (id, listener) =>
    withRepository(parts, id, (repository) => verifyRepository(repository, parts.deps.clock, listener)),
});

async function withRepository<T>(
  { vault, reading }: Parts,
  id: string,
  work: (repository: Repository) => Promise<Result<T>>,
): Promise<Result<T>> {
  const repository = vault.repository(id);
  if (!repository.ok) return repository;
  reading.set(id, (reading.get(id) ?? 0) + 1);
  try {
    return await work(repository.value);
  } finally {
    const left = (reading.get(id) ?? 1) - 1;
    if (left > 0) reading.set(id, left);
    else reading.delete(id);
  }
}

function withReader<T>(
  parts: Parts,
  id: string,
  snapshot: string,
  work: (reader: SnapshotReader) => Promise<Result<T>>,
): Promise<Result<T>> {
  return withRepository(parts, id, async (repository) => {
    const reader = await parts.readers.reader(repository, snapshot);
    return reader.ok ? work(reader.value) : reader;
  });
}

function withItem<T>(
  parts: Parts,
  { id, snapshot, item }: { readonly id: string; readonly snapshot: string; readonly item: string },
  work: (stored: StoredItem) => Promise<Result<T>>,
): Promise<Result<T>> {
  return withRepository(parts, id, async (repository) => {
    const reader = await parts.readers.reader(repository, snapshot);
    if (!reader.ok) return reader;
    const row = await findRow(reader.value, item);
    if (!row.ok) return row;
    const workload = parts.workloads.find(({ name }) => name === reader.value.snapshot.workload);
    if (!workload) return err(failure('input/invalid', `no workload ${reader.value.snapshot.workload}`));
    if (row.value.parts.length === 0) {
      return err(
        failure('storage/missing', `the item has no content here: ${row.value.reason ?? row.value.state}`),
      );
    }
    return work({ workload, row: row.value, content: repository });
  });
}
