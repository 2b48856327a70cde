import { describe, expect, it } from 'vitest';
import { agreesWithPreview, readSimpleBody } from '../../../../../workers/workloads/mail/simple-body.ts';

const read = (...lines: readonly string[]) => readSimpleBody(Buffer.from(lines.join('\r\n'), 'latin1'));
const text = (content: string) => ({ contentType: 'text' as const, content });
const utf8 = (value: string): string => Buffer.from(value).toString('latin1');

describe('a simple body', () => {
  it.each([
    ['without any type', ['', 'plain'], text('plain')],
    ['with its last line break', ['', 'plain', ''], text('plain\r\n')],
    ['with bare line feeds', ['', 'a\nb'], text('a\r\nb')],
    ['in UTF-8', ['Content-Type: text/plain; charset="UTF-8"', '', utf8('Grüße')], text('Grüße')],
    ['in Latin-1', ['Content-Type: text/plain; charset=iso-8859-1', '', 'Gr\xfc\xdfe'], text('Grüße')],
    ['in Shift_JIS', ['Content-Type: text/plain; charset=Shift_JIS', '', '\x82\xb1'], text('こ')],
    ['quoted', ['Content-Transfer-Encoding: Quoted-Printable', '', 'a =', 'b=3D  ', 'c'], text('a b=\r\nc')],
    ['in base64', ['Content-Transfer-Encoding: base64', '', 'YWJj', 'ZA=='], text('abcd')],
    [
      'in HTML',
      ['Content-Type: text/html; charset=us-ascii', '', '<p>'],
      { contentType: 'html', content: '<p>' },
    ],
    [
      'in two renderings',
      [
        'Content-Type: multipart/alternative; boundary=x',
        '',
        '--x',
        'Content-Type: text/plain',
        '',
        'text',
        '--x',
        'Content-Type: text/html',
        '',
        '<b>',
        '--x--',
      ],
      { contentType: 'html', content: '<b>' },
    ],
  ])('is read %s', (_, lines, body) => {
    expect(read(...lines)).toEqual(body);
  });

  it.each([
    ['bytes without a charset', ['', 'caf\xe9']],
    ['bytes against the charset', ['Content-Type: text/plain; charset=utf-8', '', 'caf\xe9']],
    ['a charset no one knows', ['Content-Type: text/plain; charset=x-mine', '', 'a']],
    ['an encoding no one knows', ['Content-Transfer-Encoding: uuencode', '', 'a']],
    ['base64 with garbage', ['Content-Transfer-Encoding: base64', '', 'YWJj*ZA==']],
    ['another type', ['Content-Type: application/pdf', '', 'a']],
    [
      'HTML before text',
      [
        'Content-Type: multipart/alternative; boundary=x',
        '',
        '--x',
        'Content-Type: text/html',
        '',
        'a',
        '--x--',
      ],
    ],
  ])('is not guessed from %s', (_, lines) => {
    expect(read(...lines)).toBeUndefined();
  });
});

describe('agreement with the preview', () => {
  it.each([
    [text('Hello,\r\n\r\n  Amy!'), 'Hello, Amy!', true],
    [
      { contentType: 'html', content: '<style>x</style><p>A&amp;B &#252;ber&nbsp;alles' },
      'A&B über alles',
      true,
    ],
    [text('CafÃ©'), 'Café', false],
    [text(''), 'Something', false],
  ] as const)('of %j with %j: %s', (body, preview, agrees) => {
    expect(agreesWithPreview(body, preview)).toBe(agrees);
  });
});

describe('hostile bodies', () => {
  it.each([
    [
      'blanks without end',
      (size: number) => `Content-Transfer-Encoding: quoted-printable\r\n\r\n${' '.repeat(size)}x`,
    ],
    [
      'soft breaks',
      (size: number) => `Content-Transfer-Encoding: quoted-printable\r\n\r\n${'=\r\n'.repeat(size / 3)}`,
    ],
    ['comments without end', (size: number) => `Content-Type: text/html\r\n\r\n${'<!--'.repeat(size / 4)}`],
    ['tags without end', (size: number) => `Content-Type: text/html\r\n\r\n${'<'.repeat(size)}`],
    [
      'scripts in scripts',
      (size: number) => `Content-Type: text/html\r\n\r\n${'<script></scrip>'.repeat(size / 16)}`,
    ],
    ['entities', (size: number) => `Content-Type: text/html\r\n\r\n${'&#x'.repeat(size / 3)}`],
  ])('take time in proportion to their size: %s', (_, make) => {
    const time = (size: number): number => {
      const mime = Buffer.from(make(size), 'latin1');
      const start = performance.now();
      const body = readSimpleBody(mime);
      expect(body).toBeDefined();
      if (body) agreesWithPreview(body, 'preview');
      return performance.now() - start;
    };
    /** Of several tries, the one that other work on this machine disturbed least. */
    const least = (size: number) => Math.min(...[1, 2, 3].map(() => time(size)));
    // Quadratic time would make this factor 16 become 256.
    expect(least(1 << 21)).toBeLessThan(Math.max(20, least(1 << 17)) * 80);
  });
});
