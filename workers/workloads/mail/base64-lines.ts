/**
 * Base64 as mail carries it: lines of one length with one separator between them. Only text whose layout is described
 * completely by those two facts is accepted, so that `encodeLines` gives back the very bytes `decodeLines` read.
 */
import type { Bytes } from '../../kernel/bytes.ts';

export interface LineLayout {
  /** Characters before each separator. */
  readonly line: number;
  /** What stands between two lines: usually CR LF; empty where there is only one line. */
  readonly separator: string;
}

export interface DecodedLines {
  readonly content: Bytes;
  readonly layout: LineLayout;
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const codes = Uint8Array.from(alphabet, (char) => char.charCodeAt(0));
const invalid = 0xff;
const values = new Uint8Array(256).fill(invalid);
codes.forEach((code, value) => (values[code] = value));

const pad = 0x3d;
const longestSeparator = 8;

const isBlank = (byte: number | undefined): boolean =>
  byte === 0x0a || byte === 0x0d || byte === 0x20 || byte === 0x09;

/** Without line breaks, blanks and tabs at both ends. */
export function trimBlanks(text: Bytes): Bytes {
  let [start, end] = [0, text.length];
  while (start < end && isBlank(text[start])) start++;
  while (end > start && isBlank(text[end - 1])) end--;
  return text.subarray(start, end);
}

/**
 * Undefined unless `text` is canonical base64 in equal lines without anything before or after. Canonical means: whole
 * quartets, padding only at the end, unused bits zero. Such text has exactly one decoding and one encoding.
 */
export function decodeLines(text: Uint8Array): DecodedLines | undefined {
  const layout = readLayout(text);
  if (!layout) return undefined;
  const stride = layout.line + layout.separator.length;
  const whole = Math.floor(text.length / stride);
  const rest = text.length - whole * stride;
  const characters = whole * layout.line + rest;
  if (rest > layout.line || (rest === 0 && layout.separator !== '') || characters % 4 !== 0) return undefined;
  const dense = new Uint8Array(characters);
  for (let line = 0; line * layout.line < characters; line++) {
    const start = line * stride;
    dense.set(text.subarray(start, Math.min(start + layout.line, text.length)), line * layout.line);
    if (start + layout.line < text.length && !hasAt(text, start + layout.line, layout.separator))
      return undefined;
  }
  const content = decodeDense(dense);
  return content && { content, layout };
}

/** Length of `encodeLines`'s answer. */
export function encodedLength(size: number, layout: LineLayout): number {
  const characters = Math.ceil(size / 3) * 4;
  const breaks = characters === 0 ? 0 : Math.ceil(characters / layout.line) - 1;
  return characters + breaks * layout.separator.length;
}

/** Writes the encoding of `content` into `target` at `offset`; the place must hold `encodedLength` bytes. */
export function encodeLines(
  content: Uint8Array,
  layout: LineLayout,
  target: Uint8Array,
  offset: number,
): void {
  let at = offset;
  let column = 0;
  const put = (code: number): void => {
    if (column === layout.line) {
      for (let i = 0; i < layout.separator.length; i++) target[at++] = layout.separator.charCodeAt(i);
      column = 0;
    }
    target[at++] = code;
    column++;
  };
  for (let i = 0; i < content.length; i += 3) {
    const left = content.length - i;
    const triple = ((content[i] ?? 0) << 16) | ((content[i + 1] ?? 0) << 8) | (content[i + 2] ?? 0);
    put(codes[triple >> 18] ?? pad);
    put(codes[(triple >> 12) & 63] ?? pad);
    put(left > 1 ? (codes[(triple >> 6) & 63] ?? pad) : pad);
    put(left > 2 ? (codes[triple & 63] ?? pad) : pad);
  }
}

function readLayout(text: Uint8Array): LineLayout | undefined {
  if (text.length === 0 || isBlank(text[0])) return undefined;
  let line = 0;
  while (line < text.length && !isBlank(text[line])) line++;
  let separator = '';
  for (let i = line; i < text.length && isBlank(text[i]); i++) {
    separator += String.fromCharCode(text[i] ?? 0);
    if (separator.length > longestSeparator) return undefined;
  }
  return { line, separator };
}

function hasAt(text: Uint8Array, offset: number, expected: string): boolean {
  for (let i = 0; i < expected.length; i++) {
    if (text[offset + i] !== expected.charCodeAt(i)) return false;
  }
  return true;
}

function decodeDense(dense: Uint8Array): Bytes | undefined {
  const padding = dense.at(-1) !== pad ? 0 : dense.at(-2) !== pad ? 1 : 2;
  const content = new Uint8Array((dense.length / 4) * 3 - padding);
  const valueAt = (i: number): number =>
    i >= dense.length - padding ? 0 : (values[dense[i] ?? 0] ?? invalid);
  let at = 0;
  let bits = 0;
  for (let i = 0; i < dense.length; i += 4) {
    const [a, b, c, d] = [valueAt(i), valueAt(i + 1), valueAt(i + 2), valueAt(i + 3)];
    if ((a | b | c | d) > 63) return undefined;
    bits = (a << 18) | (b << 12) | (c << 6) | d;
    content[at++] = bits >> 16;
    content[at++] = (bits >> 8) & 255;
    content[at++] = bits & 255;
  }
  const unused = padding === 0 ? 0 : padding === 1 ? 0xff : 0xffff;
  return (bits & unused) === 0 ? content : undefined;
}
