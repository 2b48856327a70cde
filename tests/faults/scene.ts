/** A small repository to break: deterministic but for keys, cheap to open. */
import { utf8, type Bytes } from '../../workers/kernel/bytes.ts';
import type { TenantId } from '../../workers/kernel/brand.ts';
import { systemRandom, type Clock } from '../../workers/kernel/clock.ts';
import type { Result } from '../../workers/kernel/result.ts';
import { zstdCodec, type Codec } from '../../workers/repository/codec.ts';
import type { Account, Part, Row, WorkloadName } from '../../workers/repository/model.ts';
import { initRepository, unlockRepository, type Repository } from '../../workers/repository/repository.ts';
import type { BlobStore, FileName } from '../../workers/storage/blob-store.ts';
import { createMemoryStore } from '../../workers/storage/memory.ts';

export const passphrase = 'correct horse battery staple';
/** The least that readers accept. */
export const cheapCost = { memoryKiB: 19_456, passes: 1, lanes: 1 };
export const tenantId = '11111111-2222-3333-4444-555555555555' as TenantId;

export const alice: Account = { id: 'alice', userPrincipalName: 'alice@contoso.test', displayName: 'Alice' };
export const bob: Account = { id: 'bob', userPrincipalName: 'bob@contoso.test', displayName: 'Bob' };

export function value<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`${result.error.code}: ${result.error.detail}`);
  return result.value;
}

/** A second later each time it is read. */
export function steppingClock(start = Date.UTC(2026, 0, 1)): Clock {
  let now = start;
  return { now: () => (now += 1000), sleep: () => Promise.resolve() };
}

let codec: Promise<Codec> | undefined;
export const sharedCodec = (): Promise<Codec> => (codec ??= zstdCodec());

export async function depsOn(store: BlobStore) {
  return { store, random: systemRandom, clock: steppingClock(), codec: await sharedCodec() };
}

export interface Made {
  readonly repository: Repository;
  readonly recoveryWords: string;
}

export async function makeRepository(store: BlobStore): Promise<Made> {
  const options = { tenantId, tenantName: 'Contoso', passphrase, kdf: cheapCost };
  const { repository, recoveryWords } = value(await initRepository(await depsOn(store), options));
  return { repository, recoveryWords: recoveryWords.join(' ') };
}

export const unlockWith = async (store: BlobStore, recoveryWords: string): Promise<Result<Repository>> =>
  unlockRepository(await depsOn(store), { recoveryWords });

export const copyOf = (files: ReadonlyMap<FileName, Bytes>): Map<FileName, Bytes> =>
  new Map([...files].map(([name, bytes]) => [name, bytes.slice()]));

export const beginOptions = (account: Account, run: string, workload: WorkloadName = 'mail') => ({
  account,
  workload,
  run,
  device: 'device-1',
  startedAt: '2026-01-01T00:00:00.000Z',
});

/** What an item of the scene contains: told by its id alone, so that it can be checked anywhere. */
export const contentOf = (item: string): Bytes => utf8(`${item}: ${'lorem ipsum '.repeat(item.length * 7)}`);

export const rowOf = (item: string, parts: readonly Part[], extra: Partial<Row> = {}): Row => ({
  key: `inbox|${item}`,
  item,
  folder: 'inbox',
  name: `Subject of ${item}`,
  date: '2026-01-01T00:00:00Z',
  size: contentOf(item).length,
  version: 'v1',
  state: 'stored',
  parts,
  meta: { preview: item },
  ...extra,
});

export async function collect(pieces: AsyncIterable<Result<Uint8Array>>): Promise<Result<string>> {
  let text = '';
  for await (const piece of pieces) {
    if (!piece.ok) return piece;
    text += new TextDecoder().decode(piece.value);
  }
  return { ok: true, value: text };
}

/** A run that stores these items and commits; gives the commit's outcome. */
export async function backUp(
  repository: Repository,
  account: Account,
  run: string,
  items: readonly string[],
): Promise<Result<unknown>> {
  const writer = await repository.begin(beginOptions(account, run));
  if (!writer.ok) return writer;
  for (const item of items) {
    const part = await writer.value.sink.store('content', contentOf(item));
    if (!part.ok) return part;
    writer.value.apply({ folders: [{ id: 'inbox', name: 'Inbox' }], rows: [rowOf(item, [part.value])] });
  }
  return writer.value.commit('complete');
}

export interface Reading {
  /** Items of each snapshot that read back right, by snapshot id. */
  readonly whole: ReadonlyMap<string, readonly string[]>;
  /** Codes met on the way. */
  readonly failures: readonly string[];
}

/** The item, where it reads back right; else the code of what went wrong. Throws where content is wrong. */
async function readRow(repository: Repository, row: Result<Row>): Promise<{ item?: string; code?: string }> {
  if (!row.ok) return { code: row.error.code };
  const { item, parts } = row.value;
  const [part] = parts;
  if (!part) return {};
  const text = await collect(repository.read(part));
  if (!text.ok) return { code: text.error.code };
  if (text.value !== new TextDecoder().decode(contentOf(item))) throw new Error(`wrong content for ${item}`);
  return { item };
}

/** Reads everything there is. Throws where content is wrong, which must never happen. */
export async function readAll(repository: Repository): Promise<Reading> {
  const whole = new Map<string, string[]>();
  const failures: string[] = repository.damaged().map(({ failure }) => failure.code);
  const snapshots = await repository.snapshots();
  if (!snapshots.ok) return { whole, failures: [snapshots.error.code] };
  for (const snapshot of snapshots.value) {
    const items: string[] = [];
    whole.set(snapshot.id, items);
    const reader = await repository.open(snapshot.id);
    if (!reader.ok) failures.push(reader.error.code);
    for await (const row of reader.ok ? reader.value.rows() : []) {
      const { item, code } = await readRow(repository, row);
      if (item) items.push(item);
      if (code) failures.push(code);
    }
  }
  return { whole, failures };
}

export const memory = (files: Map<FileName, Bytes>): BlobStore => createMemoryStore(files);
