/** Content that is at hand: blobs by name, and a workload whose original is the row's parts one after another. */
import type { BlobId } from '../../../../../workers/kernel/brand.ts';
import { failure } from '../../../../../workers/kernel/failure.ts';
import { err, ok } from '../../../../../workers/kernel/result.ts';
import type { Row } from '../../../../../workers/repository/model.ts';
import type { ContentSource } from '../../../../../workers/workloads/workload.ts';
import { fakeService, rowOf } from './workload.ts';

export const mailWorkload = fakeService('mail').workload;
export const driveWorkload = fakeService('drive').workload;

/** An item whose content is these pieces; `undefined` is a damaged blob. */
export function storedItem(name: string, pieces: readonly (Uint8Array | undefined)[]) {
  const blobs = new Map(pieces.map((bytes, index) => [`${name}-${index}` as BlobId, bytes]));
  const content: ContentSource = {
    async *read(part) {
      for (const blob of part.blobs) {
        const bytes = blobs.get(blob);
        yield bytes ? ok(bytes) : err(failure('repository/corrupt', `blob ${blob}`));
      }
    },
  };
  const row: Row = {
    ...rowOf({ id: name, folder: 'inbox', name, date: '2026-11-20T10:30:00Z', body: '' }),
    state: 'stored',
    parts: [{ role: 'content', blobs: [...blobs.keys()], size: 0 }],
  };
  return { row, content };
}
