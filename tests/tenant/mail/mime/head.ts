/** The header block of a message or part: splitting, unfolding, decoding, parameters (RFC 5322, 2045, 2231). */
import { addressParser, decodeWords } from 'postal-mime';
import type { Address, HeaderField } from '../message.ts';
import { decodeText } from './charset.ts';

/** Longer blocks and fields are cut before anything is parsed: hostile mail carries megabytes here. */
const longestHead = 256 * 1024;
const longestField = 32 * 1024;
const mostFields = 2_000;

export interface Head {
  readonly fields: readonly HeaderField[];
  /** Where the body starts. */
  readonly end: number;
}

const fieldStart = /^[\x21-\x39\x3b-\x7e]{1,256}[ \t]*:/;

/** The offset after the first empty line, or the end of the bytes where there is none. */
function endOfHead(bytes: Buffer): { head: number; body: number } {
  if (bytes[0] === 10) return { head: 0, body: 1 };
  if (bytes[0] === 13 && bytes[1] === 10) return { head: 0, body: 2 };
  for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) {
    if (bytes[at + 1] === 10) return { head: at, body: at + 2 };
    if (bytes[at + 1] === 13 && bytes[at + 2] === 10) return { head: at, body: at + 3 };
  }
  return { head: bytes.length, body: bytes.length };
}

/** Puts continued lines behind their field. Lines that are no field are passed over. */
function unfold(lines: readonly string[]): HeaderField[] {
  const fields: { name: string; value: string }[] = [];
  for (const line of lines) {
    const last = fields.at(-1);
    if (/^[ \t]/.test(line)) {
      if (last && last.value.length < longestField) last.value += line;
    } else if (fieldStart.test(line) && fields.length < mostFields) {
      const colon = line.indexOf(':');
      fields.push({ name: line.slice(0, colon).trim(), value: line.slice(colon + 1) });
    }
  }
  return fields.map(({ name, value }) => ({ name, value: value.slice(0, longestField).trim() }));
}

/** Header fields in order, unfolded, not yet decoded. */
export function readHead(bytes: Buffer): Head {
  const { head, body } = endOfHead(bytes);
  const lines = decodeText(bytes.subarray(0, Math.min(head, longestHead)), undefined).split(/\r?\n/);
  const isField = (line: string | undefined): boolean => fieldStart.test(line ?? '');
  // A mailbox file's separator line.
  if (lines[0]?.startsWith('From ') && !isField(lines[0])) lines.shift();
  // Some files start with the body at once; taking it for a header would lose it.
  if (lines[0] && !isField(lines[0])) return { fields: [], end: 0 };
  return { fields: unfold(lines), end: body };
}

/** The first field of that name, undecoded. */
export function field(fields: readonly HeaderField[], name: string): string | undefined {
  const lower = name.toLowerCase();
  return fields.find((entry) => entry.name.toLowerCase() === lower)?.value;
}

/** Encoded words decoded, control characters gone. */
export const readWords = (value: string | undefined): string =>
  decodeWords(value ?? '')
    // eslint-disable-next-line no-control-regex
    .replace(/[\u0000-\u001f\u007f]+/g, ' ')
    .trim();

/** All fields of that name as one list: recipients may be spread over several. */
export const joined = (fields: readonly HeaderField[], name: string): string =>
  fields
    .filter((entry) => entry.name.toLowerCase() === name.toLowerCase())
    .map((entry) => entry.value)
    .join(', ');

/** Mailboxes of an address field; groups are flattened, entries without an address dropped. */
export function readAddresses(value: string | undefined): Address[] {
  if (!value) return [];
  const found: Address[] = [];
  for (const entry of addressParser(value, { flatten: true })) {
    const address = entry.address?.trim() ?? '';
    const name = readWords(entry.name);
    if (address || name) found.push({ name: name || address, address });
  }
  return found.slice(0, 2_000);
}

export interface Parameters {
  /** The value before the first semicolon, in lower case. */
  readonly value: string;
  readonly parameters: ReadonlyMap<string, string>;
}

const unquote = (text: string): string =>
  text.startsWith('"') ? text.replace(/^"|"$/g, '').replace(/\\(["\\])/g, '$1') : text;

/** RFC 2231: `utf-8'en'na%C3%AFve` */
function readExtended(text: string): string {
  const [, charset = '', encoded = text] = /^([^']{0,40})'[^']{0,40}'(.*)$/s.exec(text) ?? [];
  const bytes = encoded.replace(/%([0-9a-f]{2})/gi, (_, hex: string) =>
    String.fromCharCode(parseInt(hex, 16)),
  );
  return decodeText(Buffer.from(bytes, 'latin1'), charset);
}

/** One parameter, or a numbered or encoded piece of one. */
interface Piece {
  readonly key: string;
  readonly text: string;
  readonly index: number;
  readonly whole: boolean;
  readonly extended: boolean;
}

function readPiece(text: string): Piece[] {
  const match = /^\s*([^*=\s]+)\s*(?:\*(\d{1,3}))?(\*)?\s*=(.*)$/s.exec(text);
  if (!match) return [];
  const [, name = '', index, star, value = ''] = match;
  return [
    {
      key: name.toLowerCase(),
      text: unquote(value.trim()),
      index: Number(index ?? 0),
      whole: index === undefined && star === undefined,
      extended: star !== undefined,
    },
  ];
}

function joinPieces(pieces: readonly Piece[]): string {
  const joined = pieces
    .toSorted((a, b) => a.index - b.index)
    .map((piece) => piece.text)
    .join('');
  return pieces.some((piece) => piece.extended) ? readExtended(joined) : readWords(joined);
}

/** `Content-Type` and `Content-Disposition`, with continued and encoded parameters put together. */
export function readParameters(header: string | undefined): Parameters {
  const [first = '', ...rest] = (header ?? '').match(/(?:"(?:\\.|[^"\\])*"?|[^;"])+/g) ?? [];
  const parameters = new Map<string, string>();
  const pieces = rest.slice(0, 200).flatMap(readPiece);
  for (const { key, text, whole } of pieces) {
    if (whole && !parameters.has(key)) parameters.set(key, readWords(text));
  }
  // The encoded form is the better one where both are given (RFC 5987 says so for HTTP; mail agents agree).
  for (const { key, whole } of pieces) {
    if (!whole) parameters.set(key, joinPieces(pieces.filter((piece) => piece.key === key && !piece.whole)));
  }
  return { value: first.trim().toLowerCase(), parameters };
}
