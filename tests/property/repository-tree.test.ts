/** Trees against a Map: after any changes the rows are the Map's, and the tree is the one that building it anew gives. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Row } from '../../workers/repository/model.ts';
import type { Repository, SnapshotWriter } from '../../workers/repository/repository.ts';
import { alice, beginOptions, bob, makeRepository, memory, rowOf, value } from '../faults/scene.ts';

const item = (n: number) => `item-${n.toString().padStart(6, '0')}`;
const row = (n: number, version: number, shift = 0): Row =>
  rowOf(item(n), [], {
    key: `${n % 3}|${(n * 7919 + shift) % 100_003}|${item(n)}`,
    folder: `folder-${n % 3}`,
    version: `v${version}`,
    size: n,
    state: n % 5 === 0 ? 'pending' : 'stored',
  });

const begin = async (repository: Repository, run: string, account = alice): Promise<SnapshotWriter> =>
  value(await repository.begin(beginOptions(account, run)));

async function rowsOf(repository: Repository, run: string): Promise<Row[]> {
  const snapshot = value(await repository.snapshots()).find((candidate) => candidate.run === run);
  if (!snapshot) throw new Error('no snapshot');
  const rows: Row[] = [];
  for await (const found of value(await repository.open(snapshot.id)).rows()) rows.push(value(found));
  return rows;
}

interface Step {
  readonly set: readonly number[];
  readonly removed: readonly number[];
  readonly shift: number;
}
const many = fc
  .tuple(fc.nat(3000), fc.nat(1200))
  .map(([from, count]) => Array.from({ length: count }, (_, i) => from + i));
const few = fc.array(fc.nat(4000), { maxLength: 20 });
const step: fc.Arbitrary<Step> = fc.record({
  set: fc.oneof(many, few),
  removed: fc.oneof({ weight: 1, arbitrary: many }, { weight: 4, arbitrary: few }),
  shift: fc.nat(2),
});

const inOrder = (rows: Iterable<Row>): Row[] =>
  [...rows].sort((a, b) => (`${a.key}\0${a.item}` < `${b.key}\0${b.item}` ? -1 : 1));

function countsOf(rows: readonly Row[]) {
  const of = (state: Row['state']) => rows.filter((candidate) => candidate.state === state).length;
  return {
    items: rows.length,
    bytes: rows.reduce((sum, { size }) => sum + size, 0),
    stored: of('stored'),
    pending: of('pending'),
    skipped: 0,
    failed: 0,
  };
}

describe('trees', () => {
  it('hold what a Map would, and are the same as when built anew', async () => {
    const { repository } = await makeRepository(memory(new Map()));
    let scene = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 1, maxLength: 5 }),
        fc.boolean(),
        async (steps, reopened) => {
          scene++;
          const account = { ...alice, id: `alice-${scene}` };
          const oracle = new Map<string, Row>();
          let writer = await begin(repository, `run-${scene}`, account);
          let version = 0;
          for (const { set, removed, shift } of steps) {
            version++;
            const rows = set.map((n) => row(n, version, shift));
            writer.apply({ rows, removed: removed.map(item) });
            for (const changed of rows) oracle.set(changed.item, changed);
            for (const n of removed) oracle.delete(item(n));
            const snapshot = value(await writer.commit('partial'));
            expect(snapshot.counts).toEqual(countsOf([...oracle.values()]));
            if (reopened) writer = await begin(repository, `run-${scene}-${version}`, account);
          }
          const last = value(await writer.commit('complete'));
          const anew = await begin(repository, `anew-${scene}`, { ...bob, id: `bob-${scene}` });
          anew.apply({ rows: [...oracle.values()] });
          expect(value(await anew.commit('complete')).tree).toBe(last.tree);
          expect(await rowsOf(repository, last.run)).toEqual(inOrder(oracle.values()));
          for (const n of [0, 5, 17, 2999, 3001])
            expect(writer.known.row(item(n))).toEqual(oracle.get(item(n)));
          expect(inOrder(writer.known.rows())).toEqual(inOrder(oracle.values()));
        },
      ),
      { numRuns: 15 },
    );
  }, 120_000);

  it('rewrite little for a little change', async () => {
    const { repository } = await makeRepository(memory(new Map()));
    const writer = await begin(repository, 'run-1');
    writer.apply({ rows: Array.from({ length: 20_000 }, (_, n) => row(n, 1)) });
    value(await writer.commit('partial'));
    const first = writer.stats().bytesWritten;
    // Pages end where the repository's key says, so that one change may meet a long one: the mean is what counts.
    const changes = 10;
    for (let change = 0; change < changes; change++) {
      writer.apply({ rows: [row(777 + change * 1777, 2)] });
      value(await writer.commit('partial'));
    }
    expect((writer.stats().bytesWritten - first) / changes).toBeLessThan(first / 20);
  });

  it('are read in pages, from a key on and by folder', async () => {
    const { repository } = await makeRepository(memory(new Map()));
    const writer = await begin(repository, 'run-1');
    const rows = inOrder(Array.from({ length: 3000 }, (_, n) => row(n, 1)));
    writer.apply({ rows });
    const { id } = value(await writer.commit('complete'));
    const reader = value(await repository.open(id));
    const paged: Row[] = [];
    for (let after: string | undefined; ; after = paged.at(-1)?.key) {
      const before = paged.length;
      const query = { limit: 700, ...(after === undefined ? {} : { after }) };
      for await (const found of reader.rows(query)) paged.push(value(found));
      if (paged.length === before) break;
    }
    expect(paged).toEqual(rows);
    const inFolder: Row[] = [];
    for await (const found of reader.rows({ folder: 'folder-1' })) inFolder.push(value(found));
    expect(inFolder).toEqual(rows.filter(({ folder }) => folder === 'folder-1'));
    expect(value(await reader.row(item(1234)))).toEqual(row(1234, 1));
    expect(value(await reader.row('nobody'))).toBeUndefined();
  });

  it('keep two rows that a workload gave one key', async () => {
    const { repository } = await makeRepository(memory(new Map()));
    const writer = await begin(repository, 'run-1');
    writer.apply({ rows: [rowOf('a', [], { key: 'same' }), rowOf('b', [], { key: 'same' })] });
    value(await writer.commit('partial'));
    writer.apply({ removed: ['a'] });
    value(await writer.commit('complete'));
    expect((await rowsOf(repository, 'run-1')).map((found) => found.item)).toEqual(['b']);
  });
});
