/** A small repository as its files, and ways to change them behind its back. */
import type { Bytes } from '../../../../workers/kernel/bytes.ts';
import type { FileName } from '../../../../workers/storage/blob-store.ts';
import {
  alice,
  backUp,
  bob,
  copyOf,
  makeRepository,
  memory,
  readAll,
  unlockWith,
  value,
} from '../../../faults/scene.ts';

export let files: Map<FileName, Bytes>;
export let recoveryWords: string;

/** For `beforeAll`: a repository of two accounts and one run. */
export async function makeFiles(): Promise<void> {
  files = new Map();
  const made = await makeRepository(memory(files));
  recoveryWords = made.recoveryWords;
  value(await backUp(made.repository, alice, 'run-1', ['one', 'two']));
  value(await backUp(made.repository, bob, 'run-1', ['three']));
  value(
    await made.repository.saveRun({
      id: 'run-1',
      startedAt: '2026-01-01T00:00:00.000Z',
      endedAt: '2026-01-01T00:00:01.000Z',
      outcome: 'complete',
      snapshots: [],
      failed: [],
      skipped: [],
      alerts: [],
    }),
  );
}

export const named = (prefix: string) => [...files.keys()].filter((name) => name.startsWith(prefix));

export function damaged(name: FileName, change: (bytes: Bytes) => Bytes): Map<FileName, Bytes> {
  const copy = copyOf(files);
  const bytes = copy.get(name);
  if (bytes) copy.set(name, change(bytes));
  return copy;
}

export const flipped = (at: number) => (bytes: Bytes) => {
  bytes[at] = (bytes[at] ?? 0) ^ (1 << (at % 8));
  return bytes;
};

/** Opens, reads all, checks all; throws where wrong content comes out. */
export async function look(store: Map<FileName, Bytes>) {
  const repository = value(await unlockWith(memory(store), recoveryWords));
  const reading = await readAll(repository);
  const check = value(await repository.check(() => undefined));
  value(await repository.runs());
  return { reading, check, noticed: check.damaged.length + check.files.length + reading.failures.length > 0 };
}
