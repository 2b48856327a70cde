import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concat, toBase64, utf8, type Bytes } from '../../workers/kernel/bytes.ts';
import { joinMime, splitMime } from '../../workers/workloads/mail/mime-split.ts';

const asBytes = (text: string): Bytes => Uint8Array.from(text, (char) => char.charCodeAt(0) & 255);

const expectSameAfterJoin = (mime: Bytes): number => {
  const { frame, attachments } = splitMime(mime);
  const joined = joinMime(frame, attachments);
  expect(joined.ok && Buffer.from(joined.value).equals(Buffer.from(mime))).toBe(true);
  return attachments.length;
};

const eol = fc.constantFrom('\r\n', '\n', '\r', '\r\n\r\n', ' \r\n', '');
const boundary = fc.constantFrom('b', 'b2', 'a b', '=_x', '', 'B'.repeat(300));
const damage = fc.constantFrom('', ' ', '=', '\0', '\r\n', '--b', 'A', '====', '-', '\xff');

const base64Body = fc
  .tuple(
    fc.uint8Array({ minLength: 0, maxLength: 9_000, size: 'max' }),
    fc.integer({ min: 1, max: 200 }),
    eol,
    damage,
    fc.double({ min: 0, max: 1, noNaN: true }),
  )
  .map(([content, length, ending, harm, where]) => {
    const lines = (toBase64(content).match(new RegExp(`.{1,${length}}`, 'g')) ?? []).join(ending);
    const at = Math.floor(lines.length * where);
    return lines.slice(0, at) + harm + lines.slice(at);
  });

const header = fc
  .tuple(
    fc.constantFrom('base64', 'BASE64', 'quoted-printable', '7bit', 'x-other', 'base64 (comment)'),
    fc.constantFrom('application/pdf', 'message/rfc822', 'text/plain; charset=x', 'multipart/mixed'),
    boundary,
    eol,
  )
  .map(
    ([encoding, type, name, ending]) =>
      `Content-Type: ${type};${ending} boundary="${name}"${ending}Content-Transfer-Encoding: ${encoding}${ending}`,
  );

const piece = fc.oneof(
  header,
  base64Body,
  eol,
  boundary.map((name) => `\r\n--${name}\r\n`),
  boundary.map((name) => `\n--${name}--\n`),
  fc.string({ maxLength: 40 }),
);

describe('splitting and joining a message', () => {
  it('gives back any bytes at all', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2_000 }), (bytes) => void expectSameAfterJoin(concat(bytes))),
    );
  });

  it('gives back anything that looks like mail', () => {
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 30 }),
        (pieces) => void expectSameAfterJoin(asBytes(pieces.join(''))),
      ),
      { numRuns: 400 },
    );
  });

  it('takes every clean attachment out, whatever its line length, and gives the message back', () => {
    const attachment = fc.uint8Array({ minLength: 4_096, maxLength: 9_000, size: 'max' });
    fc.assert(
      fc.property(
        fc.array(attachment, { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 1, max: 300 }),
        fc.constantFrom('\r\n', '\n'),
        (contents, length, ending) => {
          const parts = contents.map((content) =>
            [
              '--b',
              'Content-Type: application/octet-stream',
              'Content-Transfer-Encoding: base64',
              '',
              ...(toBase64(content).match(new RegExp(`.{1,${length}}`, 'g')) ?? []),
              '',
            ].join(ending),
          );
          const mime = utf8(
            `Content-Type: multipart/mixed; boundary=b${ending}${ending}${parts.join('')}--b--${ending}`,
          );
          expect(expectSameAfterJoin(mime)).toBe(contents.length);
          expect(splitMime(mime).attachments.map((bytes) => Buffer.from(bytes))).toEqual(
            contents.map((bytes) => Buffer.from(bytes)),
          );
        },
      ),
      { numRuns: 60 },
    );
  });
});
