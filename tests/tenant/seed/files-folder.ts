/** Real files from a folder into a drive: any bytes, any names that a file system can hold. */
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { freeName, MAX_NAME, MAX_PATH, nameFault, nameKey } from '../drive/names.ts';
import type { World } from '../world/world.ts';
import { GraphError } from '../graph/context.ts';
import type { SeedReport } from './report.ts';

type Taken = (name: string) => boolean;

/** A name a drive can hold, as near as possible to the one on disk. */
function nameIn(isTaken: Taken, name: string): string {
  const allowed = allowedName(name);
  const free = freeName(allowed, isTaken);
  return free.length <= MAX_NAME ? free : freeName(shortened(allowed, MAX_NAME - 15), isTaken);
}

/** Why an item has another name than on disk; undefined where it has not. */
function renameReason({ bytes, name }: Entry, given: string): string | undefined {
  if (!Buffer.from(name).equals(bytes)) return 'is not UTF-8';
  return name === given ? undefined : (nameFault(name) ?? 'differs from another name only in case');
}

const tooLong = `is longer than ${MAX_PATH} characters with its folders`;

/** Why a drive did not take an item; throws what is no such refusal. */
function dropReason(error: unknown): string {
  if (!(error instanceof GraphError)) throw error;
  return error.options.innerCode === 'pathIsTooLong' ? tooLong : error.message;
}

/**
 * Copies everything below `directory`. Names that SharePoint forbids are spelled with look-alikes, and names that
 * differ only in case get numbers: a drive cannot hold them otherwise. Links are left out, and paths that no drive can
 * hold; `report` is told of each. A folder that is not there is an empty one.
 */
export function seedFiles(world: World, driveId: string, directory: string, report: SeedReport): void {
  const put = (entry: Entry, place: string) => {
    const fields = { createdDateTime: entry.modified, lastModifiedDateTime: entry.modified };
    if (entry.kind === 'folder') world.drives.putFolder(driveId, place, fields);
    else world.drives.put(driveId, place, readFileSync(entry.path), fields);
  };
  const visit = (source: Buffer, target: string) => {
    const taken = new Set<string>();
    for (const entry of entriesOf(source, report)) {
      const name = nameIn((candidate) => taken.has(nameKey(candidate)), entry.name);
      taken.add(nameKey(name));
      const place = `${target}/${name}`;
      try {
        put(entry, place);
        if (entry.kind === 'file') report.counts.files++;
        const renamed = renameReason(entry, name);
        if (renamed !== undefined) report.rename(entry.path.toString(), name, renamed);
      } catch (error) {
        report.drop(entry.path.toString(), dropReason(error));
      }
      // Below a folder that was refused nothing is taken either; it is to be named all the same.
      if (entry.kind === 'folder') visit(entry.path, place);
    }
  };
  visit(Buffer.from(directory), '');
}

interface Entry {
  readonly name: string;
  readonly bytes: Buffer;
  readonly path: Buffer;
  readonly kind: 'file' | 'folder';
  readonly modified: string;
}

/** Names and paths as bytes: a file system need not speak UTF-8. */
function entriesOf(directory: Buffer, report: SeedReport): Entry[] {
  const separator = Buffer.from('/');
  return listOf(directory)
    .flatMap((entry): Entry[] => {
      const path = Buffer.concat([directory, separator, entry.name]);
      if (!entry.isFile() && !entry.isDirectory()) {
        report.drop(path.toString(), entry.isSymbolicLink() ? 'is a link' : 'is neither file nor folder');
        return [];
      }
      const modified = statSync(path).mtime.toISOString();
      const kind = entry.isDirectory() ? ('folder' as const) : ('file' as const);
      return [{ name: entry.name.toString(), bytes: entry.name, path, kind, modified }];
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function listOf(directory: Buffer) {
  try {
    return readdirSync(directory, { withFileTypes: true, encoding: 'buffer' });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}

const lookalikes: Readonly<Record<string, string>> = {
  '"': '＂',
  '*': '＊',
  ':': '：',
  '<': '＜',
  '>': '＞',
  '?': '？',
  '\\': '＼',
  '|': '｜',
  ' ': '␠',
  '.': '．',
};

/** Keeps the end, which says what kind of file it is. */
const shortened = (name: string, length: number) =>
  name.length > length ? name.slice(0, length - 20) + name.slice(-20) : name;

export function allowedName(name: string): string {
  const visible = name
    .replace(/["*:<>?\\|]/g, (character) => lookalikes[character] ?? '_')
    .replace(/\p{Cc}/gu, (character) =>
      String.fromCodePoint(0x2400 + ((character.codePointAt(0) ?? 0) % 0x21)),
    )
    .replace(/^ |[ .]$/g, (character) => lookalikes[character] ?? '_')
    .replace(/_vti_/gi, '-vti-');
  const short = shortened(visible, MAX_NAME);
  return nameFault(short) === null ? short : shortened(`_${short}`, MAX_NAME);
}
