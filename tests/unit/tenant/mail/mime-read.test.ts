import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readDate, readMessage } from '../../../tenant/mail/mime/read.ts';
import { eml } from './mail-tenant.ts';

const lines = (...text: string[]): Buffer => Buffer.from(`${text.join('\r\n')}\r\n`);
const bytesOf = (content: { bytes(): Uint8Array } | undefined): string =>
  Buffer.from(content?.bytes() ?? []).toString();

describe('headers', () => {
  test('encoded words, folded fields and several recipient fields are put together', () => {
    const read = readMessage(
      lines(
        'From: =?utf-8?Q?Zofia_=C5=81=C4=99cka?= <zofia@trey.example>',
        'To: "Fisher, Amy" <amy@contoso.example>,',
        '\tbao@contoso.example',
        'To: Team: cleo@contoso.example, dan@contoso.example;',
        'Subject: =?iso-2022-jp?B?GyRCRnxLXBsoQg==?=',
        ' =?utf-8?B?8J+Zgg==?=',
        '',
        'Hi',
      ),
    );
    expect(read.from).toEqual({ name: 'Zofia Łęcka', address: 'zofia@trey.example' });
    expect(read.to).toEqual([
      { name: 'Fisher, Amy', address: 'amy@contoso.example' },
      { name: 'bao@contoso.example', address: 'bao@contoso.example' },
      { name: 'cleo@contoso.example', address: 'cleo@contoso.example' },
      { name: 'dan@contoso.example', address: 'dan@contoso.example' },
    ]);
    expect(read.subject).toBe('日本🙂');
  });

  test('raw eight-bit subjects are read as UTF-8, else as Western', () => {
    expect(readMessage(Buffer.from('Subject: Grüße\r\n\r\n')).subject).toBe('Grüße');
    expect(readMessage(Buffer.from('Subject: Gr\xfc\xdfe\r\n\r\n', 'latin1')).subject).toBe('Grüße');
  });

  test.each([
    ['Importance: high', 'high'],
    ['X-Priority: 1 (Highest)', 'high'],
    ['X-Priority: 5', 'low'],
    ['Subject: plain', 'normal'],
  ])('%s is %s importance', (header, importance) => {
    expect(readMessage(lines(header, '', 'x')).importance).toBe(importance);
  });

  test.each([
    ['Mon, 02 Mar 2026 10:00:00 +0100', '2026-03-02T09:00:00.000Z'],
    ['2 March 2026 10:00 GMT', '2026-03-02T10:00:00.000Z'],
    ['Mon, 02 Mar 2026 10:00:00 -0500 (EST)', '2026-03-02T15:00:00.000Z'],
    ['Fri, 31 Dec 9999 23:59:59 +0000', undefined],
    ['yesterday', undefined],
    ['', undefined],
  ])('date %j', (text, iso) => {
    const time = readDate(text);
    expect(time === null ? undefined : new Date(time).toISOString()).toBe(iso);
  });

  test('answers share the conversation of the first message', () => {
    const first = readMessage(eml());
    const answer = readMessage(
      eml({ 'Message-ID': '<two@x.example>', References: '<one@fabrikam.example>\r\n <three@x.example>' }),
    );
    expect(answer.conversation).toBe(first.conversation);
  });
});

describe('bodies', () => {
  test('HTML is preferred to its text, wherever it stands in the alternative', () => {
    const read = readMessage(
      lines(
        'Content-Type: multipart/alternative; boundary="b"',
        '',
        'preamble',
        '--b',
        'Content-Type: text/html; charset=utf-8',
        'Content-Transfer-Encoding: quoted-printable',
        '',
        '<p>Gr=C3=BC=C3=9Fe =',
        'an alle</p>',
        '--b',
        'Content-Type: text/plain',
        '',
        'plain',
        '--b--',
        'epilogue',
      ),
    );
    expect(read.body).toEqual({ type: 'html', content: '<p>Grüße an alle</p>' });
    expect(read.attachments).toEqual([]);
  });

  test.each([
    ['windows-1251', Buffer.from([0xcf, 0xf0, 0xe8, 0xe2, 0xe5, 0xf2]), 'Привет'],
    ['gb2312', Buffer.from([0xc4, 0xe3, 0xba, 0xc3]), '你好'],
    ['shift_jis', Buffer.from([0x93, 0xfa, 0x96, 0x7b]), '日本'],
    ['x-unknown', Buffer.from('Grüße'), 'Grüße'],
    ['no-such-charset', Buffer.from([0xfc]), 'ü'],
    ['us-ascii', Buffer.from('Grüße'), 'Grüße'],
  ])('charset %s', (charset, bytes, text) => {
    const mime = Buffer.concat([Buffer.from(`Content-Type: text/plain; charset=${charset}\r\n\r\n`), bytes]);
    expect(readMessage(mime).body.content).toBe(text);
  });
});

describe('attachments', () => {
  const mixed = lines(
    'Content-Type: multipart/mixed; boundary=outer',
    '',
    '--outer',
    'Content-Type: multipart/related; boundary="inner"',
    '',
    '--inner',
    'Content-Type: text/html',
    '',
    '<img src="cid:pic@x">',
    '--inner',
    'Content-Type: image/png; name=pic.png',
    'Content-ID: <pic@x>',
    'Content-Transfer-Encoding: base64',
    '',
    'iVBORw0KGgo=',
    '--inner--',
    '--outer',
    "Content-Type: application/pdf; name*0*=utf-8''%E8%AB%8B; name*1*=%E6%B1%82.pdf",
    "Content-Disposition: attachment; filename*=utf-8''%E8%AB%8B%E6%B1%82.pdf",
    '',
    'pdf bytes',
    '--outer',
    'Content-Type: message/rfc822',
    '',
    'Subject: Inner',
    '',
    'inner body',
    '--outer',
    'Content-Type: text/plain',
    '',
    'a footer',
    '--outer--',
  );

  test('are files, inline pictures and messages', () => {
    const { attachments } = readMessage(mixed);
    expect(
      attachments.map(({ kind, name, contentType, isInline, contentId }) => ({
        kind,
        name,
        contentType,
        isInline,
        contentId,
      })),
    ).toEqual([
      { kind: 'file', name: 'pic.png', contentType: 'image/png', isInline: true, contentId: 'pic@x' },
      { kind: 'file', name: '請求.pdf', contentType: 'application/pdf', isInline: false, contentId: null },
      { kind: 'item', name: 'Inner', contentType: null, isInline: false, contentId: null },
      { kind: 'file', name: 'ATT00004.txt', contentType: 'text/plain', isInline: false, contentId: null },
    ]);
    expect(bytesOf(attachments[1])).toBe('pdf bytes');
    expect(bytesOf(attachments[2])).toBe('Subject: Inner\r\n\r\ninner body');
  });

  test('names lose their paths', () => {
    const mime = lines(
      'Content-Type: application/octet-stream',
      'Content-Disposition: attachment; filename="C:\\temp\\..\\a b.bin"',
      '',
      'x',
    );
    expect(readMessage(mime).attachments[0]?.name).toBe('a b.bin');
  });
});

describe('broken and hostile mail', () => {
  test.each([
    ['nothing', Buffer.alloc(0)],
    ['only line ends', Buffer.from('\r\n\r\n\r\n')],
    ['zero bytes', Buffer.alloc(10_000)],
    ['no header', Buffer.from('just some text\r\nand more')],
    ['a header without end', Buffer.from('Subject: x')],
    ['a boundary that never comes', lines('Content-Type: multipart/mixed; boundary=x', '', 'text')],
    ['no boundary', lines('Content-Type: multipart/mixed', '', 'text')],
    [
      'an open part',
      lines('Content-Type: multipart/mixed; boundary=x', '', '--x', 'Content-Type: text/plain', '', 'text'),
    ],
    ['bad base64', lines('Content-Transfer-Encoding: base64', '', '!!!!')],
  ])('%s is read as far as it goes', (_, mime) => {
    const read = readMessage(mime);
    expect(typeof read.body.content).toBe('string');
    for (const attachment of read.attachments) expect(attachment.bytes()).toBeInstanceOf(Uint8Array);
  });

  test('whatever the bytes are, something is read', () => {
    const shreds = fc.constantFrom(
      '\r\n',
      '\r\n\r\n',
      '--b',
      '--b--',
      'Content-Type: multipart/mixed; boundary=b',
      'Content-Type: message/rfc822',
      'Content-Transfer-Encoding: base64',
      'From: ',
      '"',
      '<',
      '(',
      ';',
      '=?utf-8?B?',
      '*0*=',
      '\u0000',
      'ß',
    );
    const mail = fc
      .array(fc.oneof(shreds, fc.string({ maxLength: 20 })), { maxLength: 60 })
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(mail, (text) => {
        const { body, attachments } = readMessage(Buffer.from(text));
        return typeof body.content === 'string' && attachments.every((one) => one.bytes().length >= 0);
      }),
      { numRuns: 500 },
    );
  });

  test('text without any header is the body', () => {
    expect(readMessage(Buffer.from('just some text\r\nand more')).body.content).toBe(
      'just some text\r\nand more',
    );
  });

  test('nesting without end and parts without number stay cheap', () => {
    let nested = 'Content-Type: text/plain\r\n\r\nx';
    for (let depth = 0; depth < 200; depth++)
      nested = `Content-Type: multipart/mixed; boundary=b${depth}\r\n\r\n--b${depth}\r\n${nested}\r\n--b${depth}--`;
    const many = `Content-Type: multipart/mixed; boundary=b\r\n\r\n${'--b\r\n\r\nx\r\n'.repeat(50_000)}`;
    const longWord = `Subject: ${'=?utf-8?Q?a?= '.repeat(200_000)}\r\n\r\n`;
    const open = `Content-Type: text/html\r\n\r\n${'<style><!--'.repeat(50_000)}`;
    const before = performance.now();
    for (const mime of [nested, many, longWord, open]) readMessage(Buffer.from(mime));
    expect(performance.now() - before).toBeLessThan(3_000);
    expect(readMessage(Buffer.from(many)).attachments.length).toBeLessThanOrEqual(1_000);
  });
});
