import { describe, expect, it } from 'vitest';
import { concat, toBase64, utf8, type Bytes } from '../../../../../workers/kernel/bytes.ts';
import { joinMime, splitMime } from '../../../../../workers/workloads/mail/mime-split.ts';

const content = (size: number, seed = 7): Bytes =>
  Uint8Array.from({ length: size }, (_, i) => (i * seed + (i >> 8)) & 255);
const lines = (bytes: Uint8Array, length = 76, ending = '\r\n'): string =>
  (toBase64(bytes).match(new RegExp(`.{1,${length}}`, 'g')) ?? []).join(ending);
const part = (body: string, type = 'application/pdf'): string =>
  `Content-Type: ${type}\r\nContent-Transfer-Encoding: base64\r\n\r\n${body}`;
const multipart = (boundary: string, ...parts: readonly string[]): string =>
  `Content-Type: multipart/mixed;\r\n\tboundary="${boundary}"\r\n\r\npreamble\r\n` +
  parts.map((text) => `--${boundary}\r\n${text}\r\n`).join('') +
  `--${boundary}--\r\nepilogue`;

/** Splits, insists on the way back, and answers what was taken out. */
function taken(mime: Bytes): readonly Bytes[] {
  const { frame, attachments } = splitMime(mime);
  const joined = joinMime(frame, attachments);
  expect(joined.ok && Buffer.from(joined.value).equals(Buffer.from(mime))).toBe(true);
  return attachments;
}

describe('what is taken out of the frame', () => {
  it('a large attachment of a multipart, decoded', () => {
    const pdf = content(10_000);
    const [only, ...others] = taken(utf8(multipart('x', part(lines(pdf)))));
    expect(only).toEqual(pdf);
    expect(others).toEqual([]);
  });

  it('the same content in two differently broken messages, as equal bytes', () => {
    const pdf = content(5_000);
    const a = taken(utf8(multipart('x', part(lines(pdf, 76)))))[0];
    const b = taken(utf8(multipart('y', part(`\r\n${lines(pdf, 61, '\n')}\r\n\r\n`))))[0];
    expect(a).toEqual(b);
  });

  it.each([
    ['a message that is one base64 body', part(lines(content(4_096)))],
    ['nested multiparts', multipart('o', multipart('i', part(lines(content(5_000)))))],
    ['a boundary that is a prefix of another', multipart('b', multipart('b2', part(lines(content(5_000)))))],
    [
      'a forwarded message',
      multipart('o', `Content-Type: message/rfc822\r\n\r\n${part(lines(content(5_000)))}`),
    ],
    [
      'a missing closing boundary',
      multipart('b', part(lines(content(5_000)))).replace('--b--\r\nepilogue', ''),
    ],
    ['one line without breaks', multipart('b', part(lines(content(5_000), 1e6)))],
    ['lines that end in a blank and CR LF', multipart('b', part(lines(content(5_000), 76, ' \r\n')))],
    [
      'an unquoted, folded boundary in capitals',
      part(lines(content(5_000))).replace(
        /^/,
        'Content-Type:\r\n MULTIPART/MIXED;\r\n BOUNDARY=q\r\n\r\n--q\r\n',
      ),
    ],
  ])('from %s', (_, mime) => {
    expect(taken(utf8(mime))).toHaveLength(1);
  });

  it('each of several, in order', () => {
    const contents = [content(4_096, 3), content(4_097, 5), content(4_098, 11)];
    expect(taken(utf8(multipart('b', ...contents.map((bytes) => part(lines(bytes))))))).toEqual(contents);
  });
});

describe('what stays in the frame', () => {
  const clean = lines(content(6_000));
  it.each([
    ['a small attachment', part(lines(content(4_095)))],
    ['a longer line in the middle', part(`${clean.slice(0, 780)}QUJD\r\n${clean.slice(780)}`)],
    ['a character that is not base64', part(clean.replace('Q', '*'))],
    ['a NUL', part(`${clean.slice(0, 100)}\0${clean.slice(101)}`)],
    ['padding in the middle', part(`${lines(content(5_000))}\r\n${clean}`)],
    ['unused bits that are not zero', part(lines(content(6_001)).replace(/([A-Za-z])==$/, 'B=='))],
    ['a missing padding', part(lines(content(6_001)).replace(/=+$/, ''))],
    ['mixed line ends', part(clean.replace('\r\n', '\n'))],
    ['text after the padding', part(`${lines(content(6_001))}\r\ngarbage`)],
    ['another encoding', part(clean).replace('base64', 'quoted-printable')],
    ['nothing at all', ''],
  ])('%s', (_, mime) => {
    expect(taken(utf8(mime && multipart('b', mime)))).toEqual([]);
  });

  it('bytes that are no mail', () => {
    expect(taken(content(100_000))).toEqual([]);
  });
});

describe('hostile messages', () => {
  it('looks at no more than 5,000 parts and 32 levels', () => {
    const many = multipart(
      'b',
      ...Array.from({ length: 6_000 }, () => 'Content-Type: text/plain\r\n\r\nx'),
      part(lines(content(5_000))),
    );
    expect(taken(utf8(many))).toEqual([]);
    const deep = Array.from(
      { length: 40 },
      (_, i) => `Content-Type: multipart/mixed; boundary=d${i}\r\n\r\n--d${i}\r\n`,
    ).join('');
    expect(taken(utf8(deep + part(lines(content(5_000)))))).toHaveLength(0);
  });

  it.each([
    [
      'lines that look like boundaries',
      (size: number) => `Content-Type: multipart/mixed; boundary=b\r\n\r\n${'--bb\n'.repeat(size / 5)}`,
    ],
    ['one endless header field', (size: number) => `Content-Type: x${'\r\n ;'.repeat(size / 4)}`],
    ['one endless line', (size: number) => part('A'.repeat(size))],
    ['empty lines', (size: number) => part('\r\n'.repeat(size / 2))],
    ['base64 lines of one character', (size: number) => part('A\n'.repeat(size / 2))],
  ])('takes time in proportion to its size: %s', (_, make) => {
    const time = (size: number): number => {
      const mime = utf8(make(size));
      const start = performance.now();
      taken(mime);
      return performance.now() - start;
    };
    time(1 << 18);
    // Quadratic time would make this factor 16 become 256.
    expect(time(1 << 22)).toBeLessThan(Math.max(20, time(1 << 18)) * 80);
  });
});

describe('joining', () => {
  const mime = utf8(multipart('b', part(lines(content(6_000)))));
  const { frame, attachments } = splitMime(mime);
  const [attachment = content(0)] = attachments;

  it.each([
    ['an attachment missing', frame, []],
    ['an attachment too many', frame, [attachment, attachment]],
    ['an attachment of another size', frame, [attachment.subarray(1)]],
    ['no recipe', frame.subarray(5), attachments],
    ['a newer recipe', concat(utf8('{"v":2,"cuts":[]}\n'), mime), []],
    [
      'a cut outside of the frame',
      concat(utf8('{"v":1,"cuts":[{"at":99,"size":6000,"line":76,"separator":"\\n"}]}\nx')),
      attachments,
    ],
    ['nothing', content(0), []],
  ])('refuses %s', (_, badFrame, badAttachments) => {
    expect(joinMime(badFrame, badAttachments)).toMatchObject({
      ok: false,
      error: { code: 'repository/corrupt' },
    });
  });
});
