/** Index segments on disk: what lies in which packs, so that opening a repository need not read every footer. */
import { BinaryReader, BinaryWriter } from '../kernel/binary.ts';
import { concat, fromHex, type Bytes } from '../kernel/bytes.ts';
import { failure } from '../kernel/failure.ts';
import { forEachLimited } from '../kernel/limit.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import type { FileName } from '../storage/blob-store.ts';
import { fileName, folderOf, idLength, objectOfName, type PackKind } from './format.ts';
import { fullSegmentEntries, indexFanIn, mostFiles } from './limits.ts';
import { newObjectId, readObject, writeObject } from './object-file.ts';
import {
  unreadableOf,
  type DamagedFile,
  type OpenRepository,
  type UnindexedPack,
} from './open-repository.ts';
import { readPackContents } from './pack.ts';
import { encodeEntries, parseEntries } from './pack-entry.ts';

const packKinds: readonly PackKind[] = ['data-pack', 'tree-pack'];
const verifiedFlag = 1;
const mostSuperseded = 65_535;

export interface Segment {
  /** Ids of segments whose packs are all in this one, or in those that were written before it on the same occasion. */
  readonly supersedes: readonly Bytes[];
  readonly packs: readonly UnindexedPack[];
}

function encodeSegment({ supersedes, packs }: Segment): Bytes {
  const head = new BinaryWriter(2 + supersedes.length * idLength + 4).u16(supersedes.length);
  for (const id of supersedes) head.put(id);
  const parts: Bytes[] = [head.u32(packs.length).bytes];
  for (const { contents, verified } of packs) {
    const { pack, kind, entries } = contents;
    const place = new BinaryWriter(idLength + 1 + 1 + 4);
    place
      .put(pack)
      .u8(packKinds.indexOf(kind))
      .u8(verified ? verifiedFlag : 0);
    parts.push(place.u32(entries.length).bytes, encodeEntries(entries));
  }
  return concat(...parts);
}

/** Undefined for anything but a whole, well-formed segment. */
export function parseSegment(bytes: Bytes): Segment | undefined {
  const reader = new BinaryReader(bytes);
  const supersedes: Bytes[] = [];
  for (let left = reader.u16(); left > 0 && !reader.overrun; left--) supersedes.push(reader.take(idLength));
  const packs: UnindexedPack[] = [];
  for (let left = reader.u32(); left > 0 && !reader.overrun; left--) {
    const pack = reader.take(idLength);
    const kind = packKinds[reader.u8()];
    const verified = reader.u8() === verifiedFlag;
    const entries = kind && parseEntries(reader, kind, reader.u32());
    if (!entries || !kind) return undefined;
    packs.push({ contents: { pack, kind, entries }, verified });
  }
  return reader.complete ? { supersedes, packs } : undefined;
}

async function readSegment(open: OpenRepository, name: FileName): Promise<Result<Segment>> {
  const bytes = await readObject(open.sealing, open.store, 'index', name);
  if (!bytes.ok) return bytes;
  const segment = parseSegment(bytes.value);
  return segment ? ok(segment) : err(failure('repository/corrupt', `${name}: layout`));
}

const entriesOf = (packs: readonly UnindexedPack[]) =>
  packs.reduce((sum, { contents }) => sum + contents.entries.length, 0);

const tooMany = (what: string) => err(failure('repository/limit', what));

async function loadSegments(open: OpenRepository, damage: DamagedFile[]): Promise<Result<void>> {
  const files = await open.store.list(folderOf('index'));
  if (!files.ok) return files;
  if (files.value.length > mostFiles) return tooMany(`${files.value.length} index segments`);
  let full = false;
  const fresh = files.value.filter((name) => !open.segments.has(name));
  await forEachLimited(fresh, 8, async (name) => {
    const segment = await readSegment(open, name);
    if (!segment.ok) {
      // Gone since the listing: another writer has merged it into one that the pack listing makes up for.
      if (segment.error.code !== 'storage/missing') damage.push({ name, failure: segment.error });
      return;
    }
    for (const { contents, verified } of segment.value.packs) full ||= !open.index.add(contents, verified);
    open.segments.set(name, entriesOf(segment.value.packs));
  });
  return full ? tooMany('blobs in the index') : ok();
}

/** Packs that no readable segment names: of a run that was cut off, of another writer, or of a damaged segment. */
async function adoptPacks(open: OpenRepository, damage: DamagedFile[]): Promise<Result<void>> {
  // Known before the listing, so written before it: what it does not show is gone.
  const known = open.index.packCount;
  const files = await open.store.list(folderOf('data-pack'));
  if (!files.ok) return files;
  if (files.value.length > mostFiles) return tooMany(`${files.value.length} packs`);
  open.index.notePresence(new Set(files.value.map((name) => objectOfName(name) ?? name)), known);
  let full = false;
  const orphans = files.value.filter((name) => !open.index.hasPack(objectOfName(name) ?? name));
  await forEachLimited(orphans, 8, async (name) => {
    const contents = await readPackContents(open.sealing, open.store, name);
    if (!contents.ok) {
      // Missing: the trace of a write that was cut off.
      if (contents.error.code !== 'storage/missing') damage.push({ name, failure: contents.error });
      return;
    }
    full ||= !open.index.add(contents.value, false);
    open.unindexed.set(name, { contents: contents.value, verified: false });
  });
  return full ? tooMany('blobs in the index') : ok();
}

/**
 * Brings the index up to what is in the store, from segments and, where these are missing or damaged, from the packs'
 * own footers: losing every segment costs time and nothing else. Blobs of packs that are no longer there count as
 * absent. Gives the files that could not be used.
 */
export async function refreshIndex(open: OpenRepository): Promise<Result<readonly DamagedFile[]>> {
  const damage: DamagedFile[] = [];
  const segments = await loadSegments(open, damage);
  if (!segments.ok) return segments;
  const packs = await adoptPacks(open, damage);
  open.trouble = unreadableOf(damage);
  return packs.ok ? ok(damage) : packs;
}

interface Merged {
  readonly names: string[];
  readonly ids: Bytes[];
  readonly packs: UnindexedPack[];
}

/** Small segments to fold into the next one, once they are many: a repository of frequent commits stays quick to open. */
async function mergeSmall(open: OpenRepository): Promise<Merged> {
  const merged: Merged = { names: [], ids: [], packs: [] };
  const small = [...open.segments].filter(([, entries]) => entries < fullSegmentEntries);
  if (small.length < indexFanIn - 1) return merged;
  for (const [name] of small.slice(0, mostSuperseded)) {
    const id = fromHex(objectOfName(name) ?? '');
    const segment = await readSegment(open, name);
    // One that cannot be read now stays as it is; another writer may have merged it already.
    if (!segment.ok && segment.error.code === 'storage/missing') open.segments.delete(name);
    if (!segment.ok || !id) continue;
    merged.names.push(name);
    merged.ids.push(id);
    merged.packs.push(...segment.value.packs);
  }
  return merged;
}

const uniquePacks = (packs: readonly UnindexedPack[]): UnindexedPack[] => {
  const byName = new Map<string, UnindexedPack>();
  for (const pack of packs) {
    const key = pack.contents.pack.join();
    if (pack.verified || !byName.has(key)) byName.set(key, pack);
  }
  return [...byName.values()];
};

/** Packs by the segment that each goes into: all but the last are full, and so never merged again. */
function bySegment(packs: readonly UnindexedPack[]): UnindexedPack[][] {
  const groups: UnindexedPack[][] = [];
  let group: UnindexedPack[] = [];
  for (const pack of packs) {
    if (group.length === 0) groups.push(group);
    group.push(pack);
    if (entriesOf(group) >= fullSegmentEntries) group = [];
  }
  return groups;
}

async function writeSegment(open: OpenRepository, segment: Segment): Promise<Result<void>> {
  const written = await writeObject(open, 'index', newObjectId(open.sealing), encodeSegment(segment));
  if (!written.ok) return written;
  open.segments.set(written.value, entriesOf(segment.packs));
  for (const { contents } of segment.packs) open.unindexed.delete(fileName(contents.kind, contents.pack));
  return ok();
}

/** Writes the packs that are in no segment yet into one, or several. Ok when all is durable, or there was nothing to write. */
export async function saveIndex(open: OpenRepository): Promise<Result<void>> {
  if (open.unindexed.size === 0) return ok();
  const merged = await mergeSmall(open);
  const groups = bySegment(uniquePacks([...merged.packs, ...open.unindexed.values()]));
  for (const packs of groups) {
    const supersedes = packs === groups.at(-1) ? merged.ids : [];
    const written = await writeSegment(open, { supersedes, packs });
    if (!written.ok) return written;
  }
  for (const name of merged.names) {
    // What is left behind by a failed delete is read twice and does no harm.
    const deleted = await open.store.delete(name);
    if (deleted.ok) open.segments.delete(name);
  }
  return ok();
}
