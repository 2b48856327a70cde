/**
 * A hand-over without Holdfast: one zip of every mail as .eml, every file and every task as JSON and as text, laid out
 * `<account>/mail/<folder>/…`, `<account>/files/<folder>/…` and `<account>/tasks/<list>/…`. Streamed, zip64 where needed; what is missing is listed, inside the zip as well.
 */
import { makeZip } from 'client-zip';
import { concat } from '../kernel/bytes.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Failure } from '../kernel/failure.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import type { Folder, Row } from '../repository/model.ts';
import { isDamage } from '../repository/open-repository.ts';
import type { SnapshotReader } from '../repository/repository.ts';
import type { ContentSource, Workload } from '../workloads/workload.ts';
import { DOWNLOAD_TYPE, type Download, fileName } from './download.ts';
import { foldersBelow, pathOf } from './folder-tree.ts';
import { createReporter, type Listener } from './reporter.ts';
import { createPathNames, type PathNames } from './safe-name.ts';
import type { TemporaryFile, TemporaryFiles } from './temporary-file.ts';

/** Held whole before any of it enters the zip; larger items are read through once first. */
const BUFFERED = 16 * 1024 * 1024;
const MOST_PROBLEMS = 1_000;

export interface ExportDeps {
  readonly workloads: readonly Workload[];
  readonly content: ContentSource;
  readonly files: TemporaryFiles;
  readonly clock: Clock;
}

export interface Exported extends Download {
  readonly items: number;
  readonly problems: readonly string[];
}

export interface ExportProgress {
  readonly items: number;
  readonly bytes: number;
  readonly of: number;
}

/** `folder`: only this folder of each snapshot, with everything below it. */
export async function exportZip(
  deps: ExportDeps,
  readers: readonly SnapshotReader[],
  folder: string | undefined,
  listener: Listener<ExportProgress>,
): Promise<Result<Exported>> {
  const file = await deps.files.create();
  if (!file.ok) return file;
  const of = readers.reduce((sum, reader) => sum + reader.snapshot.counts.items, 0);
  const job: ExportJob = {
    deps,
    paths: createPathNames(),
    done: { items: 0, bytes: 0 },
    problems: [],
    touch: () => {},
  };
  const reporter = createReporter(deps.clock, listener, () => ({ ...job.done, of }));
  job.touch = reporter.touch;
  const written = await writeZip(job, readers, folder, file.value);
  reporter.finish();
  if (!written.ok) {
    await file.value.discard();
    return written;
  }
  const blob = await file.value.finish(DOWNLOAD_TYPE);
  if (!blob.ok) return blob;
  const day = new Date(deps.clock.now()).toISOString().slice(0, 10);
  return ok({
    name: `Holdfast export ${day}.zip`,
    type: DOWNLOAD_TYPE,
    blob: blob.value,
    items: job.done.items,
    problems: summarised(job.problems),
  });
}

interface ExportJob {
  readonly deps: ExportDeps;
  readonly paths: PathNames;
  readonly done: { items: number; bytes: number };
  readonly problems: string[];
  touch: () => void;
  /** An item broke off after it had been read whole once: the zip is no good. */
  broken?: Failure;
}

async function writeZip(
  job: ExportJob,
  readers: readonly SnapshotReader[],
  folder: string | undefined,
  file: TemporaryFile,
): Promise<Result<void>> {
  const stream = makeZip(entries(job, readers, folder)).getReader();
  for (;;) {
    const { done, value } = await stream.read();
    if (done) return job.broken ? err(job.broken) : ok();
    const written = await file.write(value);
    if (written.ok) continue;
    await stream.cancel();
    return written;
  }
}

interface ZipEntry {
  readonly name: string;
  readonly lastModified: Date;
  readonly input: Uint8Array<ArrayBuffer> | AsyncIterable<Uint8Array<ArrayBuffer>>;
}

async function* entries(
  job: ExportJob,
  readers: readonly SnapshotReader[],
  folder: string | undefined,
): AsyncIterable<ZipEntry> {
  for (const reader of readers) yield* snapshotEntries(job, reader, folder);
  if (job.problems.length === 0) return;
  const text = new TextEncoder().encode(`${job.problems.join('\n')}\n`);
  yield {
    name: job.paths.take([], 'not in this export.txt'),
    lastModified: new Date(job.deps.clock.now()),
    input: text,
  };
}

async function* snapshotEntries(
  job: ExportJob,
  reader: SnapshotReader,
  within: string | undefined,
): AsyncIterable<ZipEntry> {
  const { account, workload: name } = reader.snapshot;
  const workload = job.deps.workloads.find((each) => each.name === name);
  const folders = await reader.folders();
  if (!folders.ok || workload === undefined) {
    job.problems.push(`${account.userPrincipalName}: ${folders.ok ? name : folders.error.code}`);
    return;
  }
  const top = [account.userPrincipalName, topNames[name]];
  const wanted = within === undefined ? undefined : foldersBelow([within], folders.value);
  const pathTo = pathsBelow(top, folders.value);
  for await (const row of reader.rows()) {
    if (!row.ok) {
      job.problems.push(`${account.userPrincipalName}: ${row.error.code}`);
      if (isDamage(row.error)) continue;
      return;
    }
    if (wanted && !wanted.has(row.value.folder)) continue;
    const folders = pathTo(row.value.folder);
    const entry = await itemEntry(job, workload, row.value, folders);
    if (!entry) continue;
    yield entry;
    yield* filesAlongside(job, workload, row.value, { folders, item: entry.name });
  }
}

const topNames = { mail: 'mail', drive: 'files', tasks: 'tasks', directory: 'directory' } as const;

/** Named after the item, so that they stand beside it: `Order ply.json`, `Order ply.txt`, `Order ply – plan.pdf`. */
async function* filesAlongside(
  job: ExportJob,
  workload: Workload,
  row: Row,
  at: { readonly folders: readonly string[]; readonly item: string },
): AsyncIterable<ZipEntry> {
  const stem = at.item.replace(/^.*\//, '').replace(/\.[^.]*$/, '');
  for await (const file of workload.alongside?.(row, job.deps.content) ?? []) {
    if (!file.ok) {
      job.problems.push(`${at.item}: ${file.error.code}`);
      return;
    }
    const { isReadable, name, bytes } = file.value;
    yield {
      name: job.paths.take(at.folders, isReadable ? `${stem}.txt` : `${stem} – ${name}`),
      lastModified: dateOf(row, job.deps.clock),
      input: bytes,
    };
  }
}

/** Rows come folder by folder, and a mailbox may have ten thousand folders: a path is worked out once. */
function pathsBelow(
  top: readonly string[],
  folders: readonly Folder[],
): (folder: string) => readonly string[] {
  let last: { readonly folder: string; readonly path: readonly string[] } | undefined;
  return (folder) => {
    if (last?.folder !== folder) last = { folder, path: [...top, ...pathOf(folder, folders)] };
    return last.path;
  };
}

async function itemEntry(
  job: ExportJob,
  workload: Workload,
  row: Row,
  folders: readonly string[],
): Promise<ZipEntry | undefined> {
  const input = await itemInput(job, workload, row);
  job.touch();
  if (!input.ok) {
    job.problems.push(`${[...folders, row.name].join('/')}: ${input.error}`);
    return undefined;
  }
  job.done.items += 1;
  const named = fileName({ workload, row });
  const stamp = row.date.slice(0, 16).replace('T', ' ').replace(':', '.');
  return {
    name: job.paths.take(folders, workload.name === 'mail' ? `${stamp} ${named}` : named),
    lastModified: dateOf(row, job.deps.clock),
    input: input.value,
  };
}

/** The item's bytes once all of them have been authenticated; else why it has none. */
async function itemInput(
  job: ExportJob,
  workload: Workload,
  row: Row,
): Promise<Result<ZipEntry['input'], string>> {
  if (row.parts.length === 0) return { ok: false, error: `${row.state} ${row.reason ?? ''}`.trim() };
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of workload.original(row, job.deps.content)) {
    if (!piece.ok) return { ok: false, error: piece.error.code };
    size += piece.value.length;
    job.done.bytes += piece.value.length;
    if (size <= BUFFERED) pieces.push(piece.value);
    else pieces.length = 0;
  }
  return ok(size <= BUFFERED ? concat(...pieces) : again(job, workload, row));
}

/** A second reading of an item that has just been read whole. If it breaks now the store is going: the zip fails. */
async function* again(job: ExportJob, workload: Workload, row: Row): AsyncIterable<Uint8Array<ArrayBuffer>> {
  for await (const piece of workload.original(row, job.deps.content)) {
    if (!piece.ok) {
      job.broken = piece.error;
      return;
    }
    yield new Uint8Array(piece.value);
  }
}

function dateOf(row: Row, clock: Clock): Date {
  const time = Date.parse(row.date);
  return new Date(Number.isNaN(time) ? clock.now() : time);
}

function summarised(problems: readonly string[]): string[] {
  const more = problems.length - MOST_PROBLEMS;
  return more > 0 ? [...problems.slice(0, MOST_PROBLEMS), `and ${more} more`] : [...problems];
}
