import { expect, test } from 'vitest';
import { utf8 } from '#workers/kernel/bytes.ts';
import { exactAttachments } from '#workers/workloads/mail/exact-attachments.ts';

const part = (headers: string, body: string) => `--b\r\n${headers}\r\n\r\n${body}\r\n`;
const message = (...parts: string[]) =>
  utf8(`From: a@b.example\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n${parts.join('')}--b--\r\n`);
const attached = (name: string, encoding: string, type = 'application/octet-stream') =>
  `Content-Type: ${type}; name="${name}"\r\nContent-Disposition: attachment; filename="${name}"\r\nContent-Transfer-Encoding: ${encoding}`;

const named = async (mime: ReturnType<typeof utf8>) =>
  (await exactAttachments(mime)).map(({ attachment, index }) => [index, attachment.name]);

test('attachments in clean base64 are exact, whatever their size and type; others are not', async () => {
  const mime = message(
    part('Content-Type: text/plain', 'Hello'),
    part(attached('one.bin', 'base64'), btoa('x'.repeat(30))),
    part(attached('two.txt', 'quoted-printable', 'text/plain'), 'caf=C3=A9'),
    part(attached('three.txt', 'base64', 'text/plain; charset=utf-16'), btoa('three')),
    part(attached('four.txt', '8bit', 'text/plain'), 'plain'),
    part(attached('five.bin', 'base64'), `${btoa('five')}!`),
  );
  expect(await named(mime)).toEqual([
    [0, 'one.bin'],
    [2, 'three.txt'],
  ]);
});

test('a body in base64 and a nested message take no place of an attachment', async () => {
  const mime = message(
    part('Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64', btoa('Hello')),
    part('Content-Type: message/rfc822', 'Subject: inner\r\n\r\ninner text'),
    part(attached('after.bin', 'base64'), btoa('after')),
  );
  expect(await named(mime)).toEqual([[1, 'after.bin']]);
});

test('what no parser reads has no exact attachment', async () => {
  expect(await named(utf8(''))).toEqual([]);
});
