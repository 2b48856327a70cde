/** Original bytes for a person's disk: typed as plain bytes, so that no browser opens them as a page of ours. */
import { ok, type Result } from '../kernel/result.ts';
import type { Row } from '../repository/model.ts';
import type { ContentSource, Workload } from '../workloads/workload.ts';
import { readAttachment } from './message.ts';
import { readTaskFile } from './task-view.ts';
import { safeName } from './safe-name.ts';
import type { TemporaryFile, TemporaryFiles } from './temporary-file.ts';

export const DOWNLOAD_TYPE = 'application/octet-stream';

export interface Download {
  readonly name: string;
  readonly type: string;
  readonly blob: Blob;
}

export interface StoredItem {
  readonly workload: Workload;
  readonly row: Row;
  readonly content: ContentSource;
}

/** The whole item, or nothing: a piece that fails its check ends the download with that failure. */
export async function downloadItem(item: StoredItem, files: TemporaryFiles): Promise<Result<Download>> {
  const file = await files.create();
  if (!file.ok) return file;
  const written = await writeOriginal(item, file.value);
  if (!written.ok) {
    await file.value.discard();
    return written;
  }
  const blob = await file.value.finish(DOWNLOAD_TYPE);
  return blob.ok ? ok({ name: fileName(item), type: DOWNLOAD_TYPE, blob: blob.value }) : blob;
}

async function writeOriginal(item: StoredItem, file: TemporaryFile): Promise<Result<void>> {
  for await (const piece of item.workload.original(item.row, item.content)) {
    if (!piece.ok) return piece;
    const written = await file.write(piece.value);
    if (!written.ok) return written;
  }
  return ok();
}

export async function downloadAttachment(item: StoredItem, index: number): Promise<Result<Download>> {
  const { workload, row, content } = item;
  const attachment =
    workload.name === 'tasks' ? await readTaskFile(row, content, index) : await readAttachment(item, index);
  if (!attachment.ok) return attachment;
  const { name, bytes } = attachment.value;
  return ok({
    name: safeName(name, 'attachment'),
    type: DOWNLOAD_TYPE,
    blob: new Blob([bytes], { type: DOWNLOAD_TYPE }),
  });
}

/** A mail is named after its subject, what is kept as JSON after its title or name; a file keeps its name. */
export function fileName({ workload, row }: Pick<StoredItem, 'workload' | 'row'>): string {
  if (workload.name === 'mail') return safeName(`${row.name || 'no subject'}.eml`);
  return safeName(workload.name === 'drive' ? row.name : `${row.name || 'task'}.json`);
}
