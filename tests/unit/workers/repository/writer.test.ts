import { beforeEach, describe, expect, it } from 'vitest';
import { alice, backUp, bob, contentOf, readAll, rowOf, value } from '../../../faults/scene.ts';
import { begin, goOnWith, makeNew, named, reopen, repository } from './repository-world.ts';

beforeEach(makeNew);

describe('a writer', () => {
  it('continues what was committed, partial or complete', async () => {
    const cursors = { inbox: { link: 'https://delta', finished: true, shape: 's1' } };
    const first = await begin('run-1');
    first.apply({
      folders: [{ id: 'inbox', name: 'Inbox', role: 'inbox', meta: { hidden: false } }],
      rows: [rowOf('a', []), rowOf('b', [], { state: 'pending' })],
      cursors,
    });
    value(await first.commit('partial'));
    goOnWith(await reopen());
    const { known } = await begin('run-2');
    expect(known.cursors).toEqual(cursors);
    expect(known.folder('inbox')).toEqual({
      id: 'inbox',
      name: 'Inbox',
      role: 'inbox',
      meta: { hidden: false },
    });
    expect([...known.folders()]).toHaveLength(1);
    expect(known.row('b')).toEqual(rowOf('b', [], { state: 'pending' }));
    expect([...known.rows()].map(({ item }) => item)).toEqual(['a', 'b']);
    expect((await begin('run-2', bob)).known.row('a')).toBeUndefined();
  });

  it('counts what its snapshots hold', async () => {
    const writer = await begin('run-1');
    const states = ['stored', 'partial', 'pending', 'skipped', 'failed'] as const;
    writer.apply({ rows: states.map((state) => rowOf(state, [], { state, size: 10 })) });
    writer.apply({
      rows: [rowOf('pending', [], { state: 'stored', size: 30 })],
      removed: ['failed', 'unknown'],
    });
    expect(value(await writer.commit('complete')).counts).toEqual({
      items: 4,
      bytes: 60,
      stored: 3,
      pending: 0,
      skipped: 1,
      failed: 0,
    });
  });

  it('replaces the partial snapshots of its run and leaves those of other runs', async () => {
    value(await backUp(repository, alice, 'run-0', ['zero']));
    const [base] = value(await repository.snapshots());
    const writer = await begin('run-1');
    for (const item of ['a', 'b']) {
      writer.apply({ rows: [rowOf(item, [])] });
      const snapshot = value(await writer.commit('partial'));
      expect(snapshot.previous).toBe(base?.id);
      expect(named('snapshots/')).toHaveLength(2);
    }
    const complete = value(await writer.commit('complete'));
    expect(complete).toMatchObject({ kind: 'complete', counts: { items: 3 } });
    expect(value(await repository.snapshots()).map(({ id }) => id)).toEqual([complete.id, base?.id]);
  });

  it('keeps what is applied during a commit for the next one', async () => {
    const writer = await begin('run-1');
    writer.apply({ rows: [rowOf('a', [])] });
    const committing = writer.commit('partial');
    await Promise.resolve();
    writer.apply({ rows: [rowOf('b', [])], removed: ['a'] });
    value(await committing);
    expect([...writer.known.rows()].map(({ item }) => item)).toEqual(['b']);
    const last = value(await writer.commit('complete'));
    expect(last.counts.items).toBe(1);
    const reader = value(await repository.open(last.id));
    expect(value(await reader.row('a'))).toBeUndefined();
    expect(value(await reader.row('b'))).toEqual(rowOf('b', []));
  });

  it('keeps a row that the format cannot hold as a failed one', async () => {
    const writer = await begin('run-1');
    let deep: Record<string, never> = {};
    for (let i = 0; i < 100; i++) deep = { deep } as never;
    writer.apply({
      rows: [
        rowOf('huge', [], { meta: { text: 'x'.repeat(7_000_000) } }),
        rowOf('deep', [], { meta: deep }),
        rowOf('negative', [], { size: -5 }),
        rowOf('fine', []),
      ],
    });
    const { id, counts } = value(await writer.commit('complete'));
    expect(counts).toMatchObject({ items: 4, failed: 3, stored: 1 });
    const reader = value(await (await reopen()).open(id));
    expect(value(await reader.row('huge'))).toMatchObject({ state: 'failed', reason: 'repository/limit' });
    expect(value(await reader.row('deep'))).toMatchObject({ state: 'failed', reason: 'defect/unexpected' });
    expect(value(await reader.row('fine'))).toEqual(rowOf('fine', []));
  });

  it('is of no use once abandoned', async () => {
    const writer = await begin('run-1');
    writer.apply({ rows: [rowOf('a', [])] });
    await writer.abandon();
    expect(() => writer.apply({})).toThrow('abandoned');
    await expect(writer.commit('complete')).rejects.toThrow('abandoned');
    expect(value(await repository.snapshots())).toEqual([]);
    value(await (await begin('run-2')).commit('complete'));
  });

  it('takes the start of the run from its last commit that names one', async () => {
    const writer = await begin('run-1');
    value(await writer.commit('partial', '2026-02-02T00:00:00.000Z'));
    expect(value(await writer.commit('complete')).startedAt).toBe('2026-02-02T00:00:00.000Z');
  });

  it('stores and commits side by side with another', async () => {
    const writers = [await begin('run-1', alice), await begin('run-1', bob)];
    await Promise.all(
      writers.map(async (writer, n) => {
        for (let i = 0; i < 5; i++) {
          const item = `${n}-${i}`;
          const part = value(await writer.sink.store('content', contentOf(item)));
          writer.apply({ rows: [rowOf(item, [part])] });
          value(await writer.commit(i < 4 ? 'partial' : 'complete'));
        }
      }),
    );
    const { whole, failures } = await readAll(await reopen());
    expect(failures).toEqual([]);
    expect([...whole.values()].map(({ length }) => length)).toEqual([5, 5]);
  });
});

describe('two that have one store open', () => {
  it('see what the other has committed', async () => {
    const other = await reopen();
    value(await backUp(repository, alice, 'run-1', ['one']));
    expect([...(await readAll(other)).whole.values()]).toEqual([['one']]);
    value(await backUp(other, alice, 'run-2', ['two']));
    // In no certain order: the two have clocks of their own.
    const seen = [...(await readAll(repository)).whole.values()].map((items) => items.join());
    expect(seen.sort()).toEqual(['one', 'one,two']);
  });

  it('do not disturb each other when both merge the index', async () => {
    const other = await reopen();
    for (let i = 0; i < 12; i++) {
      value(await backUp(i % 2 ? repository : other, i % 3 ? alice : bob, `run-${i}`, [`item-${i}`]));
    }
    expect((await readAll(repository)).failures).toEqual([]);
    expect((await readAll(other)).failures).toEqual([]);
    expect((await readAll(await reopen())).failures).toEqual([]);
  });
});
