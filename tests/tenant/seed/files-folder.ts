/** Real files from a folder into a drive: any bytes, any names that a file system can hold. */
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { freeName, nameFault } from '../drive/names.ts';
import type { World } from '../world/world.ts';
import { GraphError } from '../graph/context.ts';

export interface SeededFiles {
  readonly files: number;
  /** Paths that no drive can hold (longer than 400 characters), as they would be there. */
  readonly skipped: readonly string[];
}

/**
 * Copies everything below `directory`. Names that SharePoint forbids are spelled with look-alikes, and names that
 * differ only in case get numbers: a drive cannot hold them otherwise. Links are left out. A folder that is not
 * there is an empty one.
 */
export function seedFiles(world: World, driveId: string, directory: string): SeededFiles {
  const skipped: string[] = [];
  let files = 0;
  const visit = (source: Buffer, target: string) => {
    const taken = new Set<string>();
    for (const { name, path, kind, modified } of entriesOf(source)) {
      const free = freeName(allowedName(name), (candidate) => taken.has(candidate.toLowerCase()));
      taken.add(free.toLowerCase());
      const place = `${target}/${free}`;
      try {
        const fields = { createdDateTime: modified, lastModifiedDateTime: modified };
        if (kind === 'folder') world.drives.putFolder(driveId, place, fields);
        else world.drives.put(driveId, place, readFileSync(path), fields);
      } catch (error) {
        if (!(error instanceof GraphError)) throw error;
        skipped.push(place);
        continue;
      }
      if (kind === 'folder') visit(path, place);
      else files++;
    }
  };
  visit(Buffer.from(directory), '');
  return { files, skipped };
}

/** Names and paths as bytes: a file system need not speak UTF-8. */
function entriesOf(directory: Buffer) {
  const separator = Buffer.from('/');
  return listOf(directory)
    .filter((entry) => entry.isFile() || entry.isDirectory())
    .map((entry) => {
      const path = Buffer.concat([directory, separator, entry.name]);
      const modified = statSync(path).mtime.toISOString();
      const kind = entry.isDirectory() ? ('folder' as const) : ('file' as const);
      return { name: entry.name.toString(), path, kind, modified };
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
const LONGEST = 200;

export function allowedName(name: string): string {
  const visible = name
    .replace(/["*:<>?\\|]/g, (character) => lookalikes[character] ?? '_')
    .replace(/\p{Cc}/gu, (character) =>
      String.fromCodePoint(0x2400 + ((character.codePointAt(0) ?? 0) % 0x21)),
    )
    .replace(/^ |[ .]$/g, (character) => lookalikes[character] ?? '_')
    .replace(/_vti_/gi, '-vti-');
  const short = visible.length > LONGEST ? visible.slice(0, LONGEST - 20) + visible.slice(-20) : visible;
  return nameFault(short) === null ? short : `_${short}`;
}
