/** A run comes back to an account with a new writer: to the outside it is one and the same. */
import { expect, it } from 'vitest';
import type { Bytes } from '../../../../workers/kernel/bytes.ts';
import type { FileName } from '../../../../workers/storage/blob-store.ts';
import { alice, backUp, beginOptions, makeRepository, memory, rowOf, value } from '../../../faults/scene.ts';

it('a second turn replaces the partial snapshot of the first, and names the same predecessor', async () => {
  const files = new Map<FileName, Bytes>();
  const { repository } = await makeRepository(memory(files));
  value(await backUp(repository, alice, 'run-0', ['zero']));
  const [base] = value(await repository.snapshots());
  const turn = async (item: string, kind: 'partial' | 'complete') => {
    const writer = value(await repository.begin(beginOptions(alice, 'run-1')));
    writer.apply({ rows: [rowOf(item, [])] });
    const snapshot = value(await writer.commit(kind));
    await writer.abandon();
    return snapshot;
  };
  await turn('a', 'partial');
  const complete = await turn('b', 'complete');
  expect(complete).toMatchObject({ previous: base?.id, counts: { items: 3 } });
  const snapshots = [...files.keys()].filter((name) => name.startsWith('snapshots/'));
  expect(snapshots.sort()).toEqual([`snapshots/${base?.id}`, `snapshots/${complete.id}`].sort());
});
