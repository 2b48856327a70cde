/** A new repository for each test, as its files and as whoever has it open sees it. */
import { concat, type Bytes } from '../../../../workers/kernel/bytes.ts';
import type { Part } from '../../../../workers/repository/model.ts';
import type { Repository } from '../../../../workers/repository/repository.ts';
import type { BlobStore, FileName } from '../../../../workers/storage/blob-store.ts';
import { alice, beginOptions, makeRepository, memory, unlockWith, value } from '../../../faults/scene.ts';

export let files: Map<FileName, Bytes>;
export let store: BlobStore;
export let repository: Repository;
export let recoveryWords: string;

/** For `beforeEach`. */
export async function makeNew(): Promise<void> {
  files = new Map();
  store = memory(files);
  ({ repository, recoveryWords } = await makeRepository(store));
}

/** The repository that `begin` and the tests use from now on. */
export function goOnWith(next: Repository): void {
  repository = next;
}

export const named = (prefix: string) => [...files.keys()].filter((name) => name.startsWith(prefix));
export const begin = async (run: string, account = alice, device = 'device-1') =>
  value(await repository.begin({ ...beginOptions(account, run), device }));
export const reopen = async () => value(await unlockWith(store, recoveryWords));
export const noise = (length: number): Bytes => {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length; at += 65_536) crypto.getRandomValues(bytes.subarray(at, at + 65_536));
  return bytes;
};
export async function bytesOf(from: Repository, part: Part): Promise<Bytes> {
  const pieces: Uint8Array[] = [];
  for await (const piece of from.read(part)) pieces.push(value(piece));
  return concat(...pieces);
}
