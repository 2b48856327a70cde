/** Looks for texts in every file below a folder, whichever way a browser may have written them down. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

export interface Find {
  readonly text: string;
  readonly encoding: string;
  readonly file: string;
}

/** The inside of the base64 of `bytes` standing `shift` bytes after a multiple of three: the same whatever is around it. */
function base64Inside(bytes: Buffer, shift: number): string {
  const whole = Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64');
  const start = Math.ceil((shift * 8) / 6);
  return whole.slice(start, Math.floor(((shift + bytes.length) * 8) / 6));
}

const urlSafe = (base64: string) => base64.replaceAll('+', '-').replaceAll('/', '_');

/** Each way to write `text`: UTF-8, UTF-16LE, and base64 of either at its three alignments, also in its URL-safe letters. */
export function spellings(text: string): ReadonlyMap<string, Buffer> {
  const plain = new Map([
    ['UTF-8', Buffer.from(text, 'utf8')],
    ['UTF-16LE', Buffer.from(text, 'utf16le')],
  ]);
  const all = new Map(plain);
  for (const [name, bytes] of plain) {
    for (const shift of [0, 1, 2]) {
      const inside = base64Inside(bytes, shift);
      all.set(`base64+${shift} of ${name}`, Buffer.from(inside));
      all.set(`base64url+${shift} of ${name}`, Buffer.from(urlSafe(inside)));
    }
  }
  return all;
}

interface Needle {
  readonly text: string;
  readonly encoding: string;
  readonly bytes: Buffer;
}

/** Three letters and more of two parts each: a JSON Web Token, in one byte a letter or two. */
const tokens: readonly (readonly [string, RegExp])[] = [
  ['UTF-8', /eyJ[\w-]{8,}\.eyJ[\w-]{8,}/],
  // eslint-disable-next-line no-control-regex
  ['UTF-16LE', /e\0y\0J\0(?:[\w-]\0){8,}\.\0e\0y\0J\0(?:[\w-]\0){8,}/],
];

/** One pass over each file, however many texts: needles are looked up by their first two bytes. */
export function searchFiles(folder: string, texts: readonly string[]): Find[] {
  const byStart = new Map<number, Needle[]>();
  for (const text of texts) {
    for (const [encoding, bytes] of spellings(text)) {
      const start = bytes.readUInt16BE(0);
      byStart.set(start, [...(byStart.get(start) ?? []), { text, encoding, bytes }]);
    }
  }
  const starts = new Uint8Array(65_536);
  for (const start of byStart.keys()) starts[start] = 1;
  return filesBelow(folder).flatMap((path) => {
    const content = readFileSync(path);
    const file = relative(folder, path);
    return [...searchBytes(content, starts, byStart), ...searchTokens(content)].map((find) => ({
      ...find,
      file,
    }));
  });
}

const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

function searchBytes(
  content: Buffer,
  starts: Uint8Array,
  byStart: ReadonlyMap<number, readonly Needle[]>,
): Omit<Find, 'file'>[] {
  const found: Omit<Find, 'file'>[] = [];
  for (let at = 0; at + 1 < content.length; at++) {
    const start = ((content[at] ?? 0) << 8) | (content[at + 1] ?? 0);
    if (starts[start] === 0) continue;
    for (const { text, encoding, bytes } of byStart.get(start) ?? []) {
      if (content.subarray(at, at + bytes.length).equals(bytes)) found.push({ text, encoding });
    }
  }
  return found;
}

function searchTokens(content: Buffer): Omit<Find, 'file'>[] {
  const letters = content.toString('latin1');
  return tokens.flatMap(([encoding, pattern]) => {
    const [text] = pattern.exec(letters) ?? [];
    return text === undefined ? [] : [{ text: `token ${text.slice(0, 40)}`, encoding }];
  });
}
