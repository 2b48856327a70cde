/**
 * The body of a message so simple that every mail program reads it in the same way: one text, or one text in two
 * renderings, in an encoding and a charset that it names and keeps to. Of any other message Graph is asked what it
 * takes for the body (properties.ts).
 */
import { fromBinary } from '../../kernel/bytes.ts';
import { scanMime, type MimePart } from './mime-scan.ts';

export interface MessageBody {
  readonly contentType: 'text' | 'html';
  readonly content: string;
}

const simpleShapes = new Set(['', 'text/plain', 'text/html', 'multipart/alternative text/plain text/html']);

export function readSimpleBody(mime: Uint8Array): MessageBody | undefined {
  const parts = scanMime(mime);
  const last = parts.at(-1);
  if (!last || !simpleShapes.has(parts.map(({ type }) => type).join(' '))) return undefined;
  const body = mime.subarray(last.start, parts.length > 1 ? beforeBreak(mime, last) : last.end);
  const bytes = decode(body, last.encoding);
  const text = bytes && decodeText(bytes, last.contentType);
  if (text === undefined) return undefined;
  return { contentType: last.type === 'text/html' ? 'html' : 'text', content: withCrLf(text) };
}

/** The line break before a boundary belongs to the boundary (RFC 2046, 5.1.1). */
function beforeBreak(mime: Uint8Array, { start, end }: MimePart): number {
  const line = mime[end - 1] === 0x0a ? end - 1 : end;
  return Math.max(start, mime[line - 1] === 0x0d ? line - 1 : line);
}

const withCrLf = (text: string): string => text.replace(/\r\n|\r|\n/g, '\r\n');

function decode(body: Uint8Array, encoding: string): Uint8Array | undefined {
  if (['', '7bit', '8bit', 'binary'].includes(encoding)) return body;
  const text = latin1(body);
  if (encoding === 'quoted-printable') return decodeQuotedPrintable(text);
  if (encoding !== 'base64') return undefined;
  const dense = text.replace(/[\r\n\t ]/g, '');
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(dense) || dense.length % 4 !== 0) return undefined;
  return fromBinary(atob(dense));
}

/** Undefined where it is not clean: how to go on after an error is a guess. */
function decodeQuotedPrintable(text: string): Uint8Array | undefined {
  const unfolded = text
    .split('\n')
    .map(withoutTrailingBlanks)
    .join('\n')
    .replace(/=\r?\n/g, '');
  if (/=(?![0-9A-Fa-f]{2})/.test(unfolded)) return undefined;
  const raw = unfolded.replace(/=([0-9A-Fa-f]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return fromBinary(raw);
}

/** Transport may have added them (RFC 2045, 6.7). A loop, because a pattern takes quadratic time on long runs. */
function withoutTrailingBlanks(line: string): string {
  const ending = line.endsWith('\r') ? '\r' : '';
  let end = line.length - ending.length;
  while (end > 0 && (line[end - 1] === ' ' || line[end - 1] === '\t')) end--;
  return line.slice(0, end) + ending;
}

/** Undefined where bytes do not fit the charset, or have no charset and are not ASCII. */
function decodeText(bytes: Uint8Array, contentType: string): string | undefined {
  const [, quoted, bare] = /;\s*charset\s*=\s*(?:"([^"]*)"|([^\s;"]+))/i.exec(contentType) ?? [];
  const charset = (quoted ?? bare ?? '').trim().toLowerCase();
  const isPlain = charset === '' || charset === 'us-ascii' || charset === 'ascii';
  if (isPlain) return bytes.every((byte) => byte < 128) ? latin1(bytes) : undefined;
  try {
    return new TextDecoder(charset, { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

const latin1 = (bytes: Uint8Array): string => new TextDecoder('latin1').decode(bytes);

/**
 * Whether the body begins as Graph's preview of the message does, letters and digits compared. A charset or an encoding
 * that Exchange reads otherwise than we do shows here.
 */
export function agreesWithPreview(body: MessageBody, preview: string): boolean {
  const expected = lettersOf(preview).slice(0, 100);
  const start = body.content.slice(0, 128 * 1024);
  const text = body.contentType === 'html' ? textOfHtml(start) : start;
  return lettersOf(text.slice(0, 1024)).startsWith(expected) || lettersOf(text).startsWith(expected);
}

const lettersOf = (text: string): string => text.replace(/[^\p{L}\p{N}]/gu, '');

const entities: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
};

/**
 * For comparing only: never shown, so nothing here has to be safe or beautiful. Stops at a tag that has no end; each
 * byte is looked at a fixed number of times.
 */
function textOfHtml(html: string): string {
  const lower = html.toLowerCase();
  let text = '';
  let at = 0;
  for (;;) {
    const open = lower.indexOf('<', at);
    if (open === -1) return withoutEntities(text + html.slice(at));
    text += `${html.slice(at, open)} `;
    at = endOfTag(lower, open);
    if (at === -1) return withoutEntities(text);
  }
}

const opaque = ['script', 'style', 'title'];

/** After the tag at `open`, or after the whole element where its content is no text; -1 where there is no end. */
function endOfTag(lower: string, open: number): number {
  const after = (mark: string, from: number): number => {
    const found = lower.indexOf(mark, from);
    return found === -1 ? -1 : found + mark.length;
  };
  if (lower.startsWith('!--', open + 1)) return after('-->', open);
  const name = opaque.find((candidate) => lower.startsWith(candidate, open + 1));
  if (name === undefined) return after('>', open);
  const closing = after(`</${name}`, open);
  return closing === -1 ? -1 : after('>', closing);
}

const withoutEntities = (text: string): string =>
  text.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,8}));?/gi, (raw, decimal, hex, name) => {
    const code = decimal ? Number(decimal) : hex ? Number.parseInt(String(hex), 16) : 0;
    if (code > 0 && code <= 0x10ffff) return String.fromCodePoint(code);
    return entities[String(name).toLowerCase()] ?? raw;
  });
