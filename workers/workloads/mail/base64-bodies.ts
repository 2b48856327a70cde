/** The parts of a message that are clean base64: their decoding and line layout describe their text completely. */
import type { Bytes } from '../../kernel/bytes.ts';
import { decodeLines, trimBlanks, type DecodedLines } from './base64-lines.ts';
import { scanMime } from './mime-scan.ts';

export interface Base64Body extends DecodedLines {
  /** Offsets of the text in the message, without blanks around it. */
  readonly start: number;
  readonly end: number;
}

/** In the order of the message. Texts below `shortest` characters are passed over undecoded. */
export function* base64Bodies(mime: Bytes, shortest = 1): Generator<Base64Body> {
  for (const part of scanMime(mime)) {
    if (part.encoding !== 'base64') continue;
    const text = trimBlanks(mime.subarray(part.start, part.end));
    const decoded = text.length < shortest ? undefined : decodeLines(text);
    if (!decoded) continue;
    const start = text.byteOffset - mime.byteOffset;
    yield { ...decoded, start, end: start + text.length };
  }
}
