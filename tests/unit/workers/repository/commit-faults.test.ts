/** Every operation of a backup fails in every way: what was committed stays readable, nothing half is ever listed. */
import { describe, expect, it } from 'vitest';
import type { Bytes } from '../../../../workers/kernel/bytes.ts';
import type { Repository } from '../../../../workers/repository/repository.ts';
import type { FileName } from '../../../../workers/storage/blob-store.ts';
import { createFaultyStore, type Break, type FaultyStore } from '../../../faults/faulty-store.ts';
import {
  alice,
  backUp,
  beginOptions,
  bob,
  contentOf,
  copyOf,
  makeRepository,
  memory,
  readAll,
  rowOf,
  unlockWith,
  value,
} from '../../../faults/scene.ts';

const before = ['one', 'two', 'three'];
const later = ['four', 'five'];

interface Prepared {
  readonly files: ReadonlyMap<FileName, Bytes>;
  readonly recoveryWords: string;
}

async function prepare(): Promise<Prepared> {
  const files = new Map<FileName, Bytes>();
  const { repository, recoveryWords } = await makeRepository(memory(files));
  value(await backUp(repository, alice, 'run-1', before));
  value(await backUp(repository, bob, 'run-1', ['one', 'bobs']));
  return { files, recoveryWords };
}

/** Two partial snapshots and a complete one; gives what each commit said. */
async function run(repository: Repository): Promise<boolean[]> {
  const writer = await repository.begin(beginOptions(alice, 'run-2'));
  if (!writer.ok) return [];
  const outcomes: boolean[] = [];
  for (const item of later) {
    const part = await writer.value.sink.store('content', contentOf(item));
    if (part.ok) writer.value.apply({ rows: [rowOf(item, [part.value])] });
    outcomes.push((await writer.value.commit('partial')).ok);
  }
  writer.value.apply({ removed: ['one'] });
  outcomes.push((await writer.value.commit('complete')).ok);
  return outcomes;
}

/** Opens what is in the store after the accident, and reads all of it. */
async function survey(files: Map<FileName, Bytes>, recoveryWords: string) {
  const repository = value(await unlockWith(memory(files), recoveryWords));
  const reading = await readAll(repository);
  const check = value(await repository.check(() => undefined));
  const snapshots = value(await repository.snapshots());
  return { repository, reading, check, snapshots };
}

async function accident(
  prepared: Prepared,
  at: number,
  how: Break,
): Promise<{ files: Map<FileName, Bytes>; store: FaultyStore; outcomes: boolean[] }> {
  const files = copyOf(prepared.files);
  const kinds = how === 'torn' || how === 'flip' ? (['put'] as const) : undefined;
  const store = createFaultyStore(memory(files), { at, break: how, ...(kinds ? { kinds } : {}) });
  const unlocked = await unlockWith(store, prepared.recoveryWords);
  return { files, store, outcomes: unlocked.ok ? await run(unlocked.value) : [] };
}

const breaks: readonly Break[] = ['before', 'after', 'torn', 'flip', 'halt'];

describe.each(breaks)('an operation that breaks: %s', (how) => {
  it('loses nothing that was committed and lists nothing half', async () => {
    const prepared = await prepare();
    const start = await survey(copyOf(prepared.files), prepared.recoveryWords);
    let at = 0;
    for (; ; at++) {
      const { files, store, outcomes } = await accident(prepared, at, how);
      const after = await survey(files, prepared.recoveryWords);
      const scene = `operation ${at}`;
      expect(after.reading.failures, scene).toEqual([]);
      expect(after.check.damaged, scene).toEqual([]);
      for (const [id, items] of start.reading.whole)
        expect(after.reading.whole.get(id), scene).toEqual(items);
      for (const snapshot of after.snapshots) {
        expect(after.reading.whole.get(snapshot.id), scene).toHaveLength(snapshot.counts.items);
      }
      // What the writer was told is true: after a last commit that was ok, its state is what is listed.
      if (outcomes.at(-1)) {
        const newest = after.snapshots.find(({ run: name, kind }) => name === 'run-2' && kind === 'complete');
        expect(newest, scene).toBeDefined();
      }
      if (store.count <= at) break;
    }
    // The scene has as many operations as its faults were tried at.
    expect(at).toBeGreaterThan(how === 'torn' || how === 'flip' ? 8 : 30);
  });

  it('lets the same writer go on where the store recovers, and the next run where it does not', async () => {
    const prepared = await prepare();
    for (let at = 0; at < 60; at += 3) {
      const { files, store } = await accident(prepared, at, how);
      store.repair();
      const next = value(await unlockWith(store, prepared.recoveryWords));
      value(await backUp(next, alice, 'run-3', ['six', ...later]));
      const { reading, snapshots } = await survey(files, prepared.recoveryWords);
      const latest = snapshots.find(({ run: name }) => name === 'run-3');
      const items = reading.whole.get(latest?.id ?? '');
      expect(items, `operation ${at}`).toEqual(expect.arrayContaining(['two', 'three', 'six', ...later]));
      expect(reading.failures).toEqual([]);
    }
  });
});

describe('a store that is full', () => {
  it('fails commits with storage/full, keeps what was accepted in memory, and commits it once there is room', async () => {
    const prepared = await prepare();
    const files = copyOf(prepared.files);
    const store = createFaultyStore(memory(files), {
      at: 0,
      break: 'before',
      kinds: ['put'],
      code: 'storage/full',
      lasting: true,
    });
    const repository = value(await unlockWith(store, prepared.recoveryWords));
    const writer = value(await repository.begin(beginOptions(alice, 'run-2')));
    const part = value(await writer.sink.store('content', contentOf('four')));
    writer.apply({ rows: [rowOf('four', [part])] });
    for (let tries = 0; tries < 2; tries++) {
      expect(await writer.commit('partial')).toMatchObject({ ok: false, error: { code: 'storage/full' } });
    }
    expect([...files.keys()]).toEqual([...prepared.files.keys()]);
    store.repair();
    value(await writer.commit('complete'));
    const { reading, snapshots } = await survey(files, prepared.recoveryWords);
    const newest = snapshots.find(({ run: name }) => name === 'run-2');
    expect(reading.whole.get(newest?.id ?? '')).toEqual(expect.arrayContaining(['one', 'four']));
    expect(reading.failures).toEqual([]);
  });
});
