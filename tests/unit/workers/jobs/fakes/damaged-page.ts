import { failure } from '../../../../../workers/kernel/failure.ts';
import { err } from '../../../../../workers/kernel/result.ts';
import type { SnapshotReader } from '../../../../../workers/repository/repository.ts';

/** The same snapshot, but for one page of its tree: the one that held the item. */
export const withDamagedPage = (reader: SnapshotReader, item: string): SnapshotReader => ({
  ...reader,
  async *rows(query) {
    for await (const row of reader.rows(query)) {
      yield row.ok && row.value.item === item ? err(failure('repository/corrupt', 'a page')) : row;
    }
  },
});
