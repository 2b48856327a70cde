/** The tree of parts of a message. Parts are views into the message: nothing is copied or decoded here. */
import type { HeaderField } from '../message.ts';
import { field, readHead, readParameters, type Parameters } from './head.ts';

export interface Part {
  readonly fields: readonly HeaderField[];
  /** Media type in lower case, `text/plain` where none is given. */
  readonly type: string;
  readonly contentType: Parameters;
  readonly disposition: Parameters;
  readonly encoding: string;
  readonly content: Buffer;
  readonly children: readonly Part[];
}

/** What a message may cost; beyond it parts stay closed and count as attachments. */
const deepest = 40;
const mostParts = 1_000;

const lineEnd = (bytes: Buffer, at: number): boolean =>
  bytes[at] === 10 || (bytes[at] === 13 && bytes[at + 1] === 10) || at >= bytes.length;

interface Delimiter {
  readonly start: number;
  readonly next: number;
  readonly last: boolean;
}

/** The next line that is this boundary (RFC 2046 5.1.1: white space may follow it). */
function findDelimiter(bytes: Buffer, mark: Buffer, from: number): Delimiter | undefined {
  for (let at = bytes.indexOf(mark, from); at >= 0; at = bytes.indexOf(mark, at + 1)) {
    if (at > 0 && bytes[at - 1] !== 10) continue;
    let after = at + mark.length;
    const last = bytes[after] === 45 && bytes[after + 1] === 45;
    if (last) after += 2;
    while (bytes[after] === 32 || bytes[after] === 9) after++;
    if (!lineEnd(bytes, after)) continue;
    const newline = bytes.indexOf(10, after);
    return { start: at, next: newline < 0 ? bytes.length : newline + 1, last };
  }
  return undefined;
}

/** The line break before a boundary belongs to the boundary. */
function withoutLastBreak(bytes: Buffer, start: number, end: number): Buffer {
  let stop = end;
  if (stop > start && bytes[stop - 1] === 10) stop--;
  if (stop > start && bytes[stop - 1] === 13) stop--;
  return bytes.subarray(start, stop);
}

function splitParts(bytes: Buffer, boundary: string): Buffer[] {
  const mark = Buffer.from(`--${boundary}`, 'latin1');
  const parts: Buffer[] = [];
  let delimiter = findDelimiter(bytes, mark, 0);
  while (delimiter && !delimiter.last && parts.length < mostParts) {
    const next = findDelimiter(bytes, mark, delimiter.next);
    parts.push(withoutLastBreak(bytes, delimiter.next, next?.start ?? bytes.length));
    delimiter = next;
  }
  return parts;
}

function readPart(bytes: Buffer, depth: number, budget: { parts: number }, inherited: string): Part {
  budget.parts--;
  const head = readHead(bytes);
  const contentType = readParameters(field(head.fields, 'Content-Type'));
  const content = bytes.subarray(head.end);
  const type = /^[\w.+-]+\/[\w.+-]+$/.test(contentType.value) ? contentType.value : inherited;
  const boundary = contentType.parameters.get('boundary');
  const opens = type.startsWith('multipart/') && boundary && boundary.length <= 256 && depth < deepest;
  const slices = opens ? splitParts(content, boundary) : [];
  const childType = type === 'multipart/digest' ? 'message/rfc822' : 'text/plain';
  const children: Part[] = [];
  for (const slice of slices) {
    if (budget.parts > 0) children.push(readPart(slice, depth + 1, budget, childType));
  }
  return {
    fields: head.fields,
    type,
    contentType,
    disposition: readParameters(field(head.fields, 'Content-Disposition')),
    encoding: /[\w-]+/.exec(field(head.fields, 'Content-Transfer-Encoding') ?? '')?.[0].toLowerCase() ?? '',
    content,
    children,
  };
}

/** Reads any bytes; what is no MIME becomes one text part. */
export function readParts(mime: Uint8Array): Part {
  const bytes = Buffer.from(mime.buffer, mime.byteOffset, mime.byteLength);
  return readPart(bytes, 0, { parts: mostParts }, 'text/plain');
}
