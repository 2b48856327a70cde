/**
 * Finds the parts of a raw message and where it has base64 bodies, by one pass over its lines. It need not agree with
 * any mail client: `mime-split.ts` keeps byte exactness whatever is found here; a body overlooked only stays in the
 * frame.
 */
const maxParts = 5_000;
const maxDepth = 32;
const maxBoundary = 256;
/** Of one header field with its continuation lines. */
const maxField = 4_096;

const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const dash = 0x2d;

export interface MimePart {
  /** Media type in lower case; empty where the part names none. */
  readonly type: string;
  /** The whole Content-Type field, bounded. */
  readonly contentType: string;
  /** Content-Transfer-Encoding in lower case; empty where there is none. */
  readonly encoding: string;
  /** First byte after the blank line that ends the part's header. */
  readonly start: number;
  /** First byte of the boundary line that ends the part, or the end of the message; `start` for what holds parts. */
  readonly end: number;
}

interface Scan {
  readonly boundaries: string[];
  readonly parts: MimePart[];
  /** Undefined outside of a header. */
  header: Header | undefined;
  /** The leaf whose body is being read. */
  open: MimePart | undefined;
  headers: number;
}

interface Header {
  fields: { type: string; encoding: string };
  /** The field that continuation lines belong to, if it is one of the two. */
  open: 'type' | 'encoding' | undefined;
}

/** Parts in the order of their headers. Time is linear in the message; at most 5,000 parts are looked at. */
export function scanMime(mime: Uint8Array): readonly MimePart[] {
  const scan: Scan = { boundaries: [], parts: [], header: newHeader(), open: undefined, headers: 1 };
  for (let start = 0; start < mime.length && scan.headers <= maxParts;) {
    const feed = mime.indexOf(lineFeed, start);
    const next = feed === -1 ? mime.length : feed + 1;
    readLine(scan, mime, start, next);
    start = next;
  }
  if (scan.headers <= maxParts) closeLeaf(scan, mime.length);
  return scan.parts;
}

const newHeader = (): Header => ({ fields: { type: '', encoding: '' }, open: undefined });

function readLine(scan: Scan, mime: Uint8Array, start: number, next: number): void {
  if (mime[start] === dash && mime[start + 1] === dash && scan.boundaries.length > 0) {
    if (readBoundary(scan, textOf(mime, start + 2, Math.min(next, start + maxBoundary + 8)), start)) return;
  }
  if (!scan.header) return;
  if (isBlankLine(mime, start, next)) endHeader(scan, next);
  else readHeaderLine(scan.header, mime, start, next);
}

/** True where the line, its leading dashes cut off, is a boundary of an open multipart. */
function readBoundary(scan: Scan, line: string, start: number): boolean {
  const text = line.trimEnd();
  for (let depth = scan.boundaries.length - 1; depth >= 0; depth--) {
    const boundary = scan.boundaries[depth] ?? '';
    const closes = text === `${boundary}--`;
    if (!closes && text !== boundary) continue;
    closeLeaf(scan, start);
    scan.boundaries.length = closes ? depth : depth + 1;
    scan.header = closes ? undefined : newHeader();
    if (!closes) scan.headers++;
    return true;
  }
  return false;
}

function closeLeaf(scan: Scan, end: number): void {
  if (scan.open) scan.parts[scan.parts.length - 1] = { ...scan.open, end };
  scan.open = undefined;
}

function readHeaderLine(header: Header, mime: Uint8Array, start: number, next: number): void {
  const first = mime[start];
  if (first === 0x20 || first === 0x09) {
    if (header.open && header.fields[header.open].length < maxField) {
      header.fields[header.open] += textOf(mime, start, Math.min(next, start + maxField));
    }
    return;
  }
  header.open = undefined;
  if (first !== 0x63 && first !== 0x43) return;
  const line = textOf(mime, start, Math.min(next, start + maxField));
  const field = /^content-(type|transfer-encoding)[ \t]*:/i.exec(line);
  if (!field) return;
  header.open = field[1]?.toLowerCase() === 'type' ? 'type' : 'encoding';
  header.fields[header.open] = line.slice(field[0].length);
}

function endHeader(scan: Scan, start: number): void {
  const part = toPart(scan.header ?? newHeader(), start);
  const boundary = part.type.startsWith('multipart/') ? readBoundaryParameter(part.contentType) : undefined;
  scan.parts.push(part);
  scan.header = undefined;
  if (boundary !== undefined && scan.boundaries.length < maxDepth) scan.boundaries.push(boundary);
  else if (/^message\/(rfc822|global)$/.test(part.type) && part.encoding !== 'base64') {
    scan.header = newHeader();
    scan.headers++;
  } else scan.open = part;
}

const toPart = ({ fields: { type, encoding } }: Header, start: number): MimePart => ({
  type: /^\s*([^\s;]*)/.exec(type)?.[1]?.toLowerCase() ?? '',
  contentType: type,
  encoding: /^\s*([\w-]*)/.exec(encoding)?.[1]?.toLowerCase() ?? '',
  start,
  end: start,
});

function readBoundaryParameter(type: string): string | undefined {
  const found = /;\s*boundary\s*=\s*(?:"([^"]*)"|([^\s;"]+))/i.exec(type);
  const boundary = (found?.[1] ?? found?.[2])?.trimEnd();
  return boundary && boundary.length <= maxBoundary ? boundary : undefined;
}

const isBlankLine = (mime: Uint8Array, start: number, next: number): boolean =>
  mime[start] === lineFeed ||
  (mime[start] === carriageReturn && next - start === 2 && mime[start + 1] === lineFeed);

/** Bytes as characters 0–255: headers are compared, never shown. */
function textOf(mime: Uint8Array, start: number, end: number): string {
  return String.fromCharCode(...mime.subarray(start, end));
}
