import { describe, expect, it } from 'vitest';
import { mergeReadings } from '../../../../workers/workloads/merge-readings.ts';
import { cursorShape, rowKey } from '../../../../workers/workloads/row-key.ts';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

interface Log {
  open: number;
  most: number;
  closed: number;
}

async function* source(name: string, count: number, turns: number, log: Log): AsyncGenerator<string> {
  log.open++;
  log.most = Math.max(log.most, log.open);
  try {
    for (let i = 0; i < count; i++) {
      for (let waited = 0; waited < turns; waited++) await turn();
      yield `${name}${i}`;
    }
  } finally {
    log.open--;
    log.closed++;
  }
}
const newLog = (): Log => ({ open: 0, most: 0, closed: 0 });
async function all<T>(values: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const value of values) list.push(value);
  return list;
}

describe('merged readings', () => {
  it('are complete, each in its own order, with no more sources open than allowed', async () => {
    const log = newLog();
    const sources = ['a', 'b', 'c', 'd', 'e'].map((name, i) => source(name, 4, i, log));
    const values = await all(mergeReadings(sources, 2));
    expect(values).toHaveLength(20);
    for (const name of 'abcde') {
      expect(values.filter((value) => value.startsWith(name))).toEqual(
        [0, 1, 2, 3].map((i) => `${name}${i}`),
      );
    }
    expect(log).toEqual({ open: 0, most: 2, closed: 5 });
  });

  it('come in the order in which they arrive', async () => {
    const log = newLog();
    const values = await all(mergeReadings([source('slow', 1, 6, log), source('quick', 3, 1, log)], 2));
    expect(values).toEqual(['quick0', 'quick1', 'quick2', 'slow0']);
  });

  it('of nothing are nothing', async () => {
    expect(await all(mergeReadings([], 3))).toEqual([]);
  });

  it('hand on what a source throws', async () => {
    async function* broken(): AsyncGenerator<string> {
      yield 'one';
      throw new Error('a bug');
    }
    await expect(all(mergeReadings([broken()], 1))).rejects.toThrow('a bug');
  });

  it('close their sources when the reader leaves early', async () => {
    const log = newLog();
    for await (const _ of mergeReadings([source('a', 9, 1, log), source('b', 9, 1, log)], 2)) break;
    for (let i = 0; i < 5; i++) await turn();
    expect(log.open).toBe(0);
  });
});

describe('row keys', () => {
  it('put the newest first, within a folder', () => {
    const dates = [
      '2026-11-23T10:00:00.000Z',
      '2026-11-23T09:59:59.999Z',
      '1999-01-01T00:00:00.000Z',
      'no date',
    ];
    const keys = dates.map((date) => rowKey('inbox', date, 'x'));
    expect(keys.toSorted()).toEqual(keys);
    expect(new Set(keys.map((key) => key.length)).size).toBe(1);
  });

  it('are never the same for two items', () => {
    expect(rowKey('inbox', '2026-01-01T00:00:00Z', 'a')).not.toBe(
      rowKey('inbox', '2026-01-01T00:00:00Z', 'A'),
    );
  });

  it('shapes differ with the query', () => {
    expect(cursorShape('$select=a')).not.toBe(cursorShape('$select=b'));
  });
});
