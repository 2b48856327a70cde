import { describe, expect, it } from 'vitest';
import { readAttachment, readMessage } from '../../../../workers/jobs/message.ts';
import { fromBase64, utf8 } from '../../../../workers/kernel/bytes.ts';
import { mailWorkload as workload, storedItem } from './fakes/stored.ts';

const pngBase64 =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

const show = (mime: string | Uint8Array) => {
  const { row, content } = storedItem('mail', [typeof mime === 'string' ? utf8(mime) : mime]);
  return readMessage(workload, row, content);
};

const lines = (...text: string[]) => text.join('\r\n');

const related = (parts: readonly string[]) =>
  lines(
    'From: =?utf-8?B?w4RybmU=?= <arne@contoso.test>',
    'To: a@x.test, Team: b@x.test, c@x.test;',
    'Subject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?=',
    'Date: Fri, 20 Nov 2026 10:30:00 +0000',
    'MIME-Version: 1.0',
    'Content-Type: multipart/related; boundary=b',
    '',
    ...parts.flatMap((part) => ['--b', part]),
    '--b--',
  );

const image = (id: string, type: string, base64: string) =>
  lines(
    `Content-Type: ${type}; name=pic`,
    `Content-ID: <${id}>`,
    'Content-Disposition: inline',
    'Content-Transfer-Encoding: base64',
    '',
    base64,
  );

describe('readMessage', () => {
  it('decodes people, subject and body and leaves the HTML as it is', async () => {
    const shown = await show(
      related([
        lines('Content-Type: text/html; charset=utf-8', '', '<p onclick=x()>Grüße</p><script>1</script>'),
      ]),
    );
    expect(shown).toMatchObject({
      ok: true,
      value: {
        subject: 'Grüße',
        from: 'Ärne <arne@contoso.test>',
        to: ['a@x.test', 'b@x.test', 'c@x.test'],
        attachments: [],
      },
    });
    expect(shown.ok && shown.value.html).toContain('<script>1</script>');
  });

  it('shows cid pictures only where the bytes are a raster picture, whatever the label says', async () => {
    const svg = btoa('<svg xmlns="http://www.w3.org/2000/svg" onload="x()"/>');
    const shown = await show(
      related([
        lines('Content-Type: text/html', '', '<img src="cid:good"><img src="cid:lie">'),
        image('good', 'application/octet-stream', pngBase64),
        image('lie', 'image/png', svg),
        image('vector', 'image/svg+xml', svg),
      ]),
    );
    expect(
      shown.ok && shown.value.attachments.map(({ contentId, imageDataUrl }) => [contentId, imageDataUrl]),
    ).toEqual([
      ['good', `data:image/png;base64,${pngBase64}`],
      ['lie', undefined],
      ['vector', undefined],
    ]);
  });

  it('refuses a picture whose header promises a bomb', async () => {
    const bomb = fromBase64(pngBase64) ?? new Uint8Array();
    new DataView(bomb.buffer).setUint32(16, 60_000);
    new DataView(bomb.buffer).setUint32(20, 60_000);
    const shown = await show(related([image('bomb', 'image/png', btoa(String.fromCharCode(...bomb)))]));
    expect(shown.ok && shown.value.attachments[0]).not.toHaveProperty('imageDataUrl');
  });

  it('gives forwarded mails as attachments, never opened', async () => {
    const shown = await show(
      related([lines('Content-Type: message/rfc822', '', 'Subject: inner', '', '<script>inner</script>')]),
    );
    expect(shown).toMatchObject({
      ok: true,
      value: { attachments: [{ name: 'message.eml', type: 'message/rfc822' }] },
    });
  });

  it.each([
    [
      'nesting without end',
      Array.from(
        { length: 10_000 },
        (_, i) => `Content-Type: multipart/mixed; boundary=b${i}\r\n\r\n--b${i}\r\n`,
      ).join(''),
    ],
    ['a header of 2 MB', `Subject: ${'x'.repeat(2_000_000)}\r\n\r\nhi`],
  ])('refuses %s as too much to show', async (_, mime) => {
    expect(await show(mime)).toMatchObject({ ok: false, error: { code: 'repository/limit' } });
  });

  it.each([
    ['nothing', ''],
    ['NUL bytes', '\0\0\0'],
    ['no header', 'just text'],
    ['a missing boundary', 'Content-Type: multipart/mixed; boundary=x\r\n\r\nno parts'],
    ['bare line feeds', 'Subject: s\n\nbody\n'],
    ['bare carriage returns', 'Subject: s\r\rbody\r'],
    ['an unknown charset', 'Content-Type: text/plain; charset=x-unknown\r\n\r\nhi'],
    ['utf-7', 'Content-Type: text/html; charset=utf-7\r\n\r\n+ADw-script+AD4-'],
    ['base64 garbage', 'Content-Transfer-Encoding: base64\r\n\r\n!!!!====%%%'],
    ['a nonsense date', 'Date: Fri, 99 Foo 0000 99:99:99\r\n\r\nhi'],
  ])('shows a mail with %s as well as it can', async (_, mime) => {
    const shown = await show(mime);
    expect(shown.ok).toBe(true);
    expect(JSON.stringify(shown)).not.toContain('<script');
  });

  it('survives 50,000 parts', async () => {
    const shown = await show(related(Array.from({ length: 50_000 }, () => 'Content-Type: image/x\r\n\r\nx')));
    expect(shown.ok ? shown.value.attachments.length : shown.error.code).toSatisfy(
      (seen) => seen === 1_000 || seen === 'repository/limit',
    );
  });

  it('shortens a text of 10 MB and says so', async () => {
    const shown = await show(`Content-Type: text/plain\r\n\r\n${'x'.repeat(10_000_000)}`);
    expect(shown).toMatchObject({ ok: true, value: { shortened: true } });
    expect(shown.ok && shown.value.text?.length).toBe(4 * 1024 * 1024);
  });

  it('passes on that a blob is damaged', async () => {
    const { row, content } = storedItem('mail', [undefined]);
    expect(await readMessage(workload, row, content)).toMatchObject({
      ok: false,
      error: { code: 'repository/corrupt' },
    });
  });
});

describe('readAttachment', () => {
  it('gives the bytes of the attachment that was listed', async () => {
    const { row, content } = storedItem('mail', [utf8(related([image('a', 'image/png', pngBase64)]))]);
    const read = await readAttachment({ workload, row, content }, 0);
    expect(read).toMatchObject({ ok: true, value: { name: 'pic' } });
    expect(read.ok && read.value.bytes).toEqual(fromBase64(pngBase64));
    expect(await readAttachment({ workload, row, content }, 1)).toMatchObject({ ok: false });
  });
});
