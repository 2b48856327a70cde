/** Mails of every kind that matters to a backup, made here: no one wrote them. */
import type { Tenant } from '../tenant/tenant.ts';

const day = 86_400_000;
const lines = (...all: readonly string[]): string => `${all.join('\r\n')}\r\n`;

export const simpleMail = (number: number, days: number): Uint8Array =>
  Buffer.from(
    lines(
      'From: Cleo <cleo@fabrikam.example>',
      'To: Amy <amy@contoso.example>',
      `Subject: Message ${number}`,
      `Date: ${new Date(Date.UTC(2026, 0, 1) + (days % 300) * day).toUTCString()}`,
      `Message-ID: <m${number}@fabrikam.example>`,
      '',
      `This is message ${number}.`,
    ),
  );

const bytes = (size: number, seed: number): Buffer =>
  Buffer.from(Uint8Array.from({ length: size }, (_, i) => (i * seed + (i >> 8)) & 255));
const base64 = (content: Buffer): string => (content.toString('base64').match(/.{1,76}/g) ?? []).join('\r\n');

const head = (number: number, subject: string, ...more: readonly string[]): string =>
  lines(
    'From: =?utf-8?Q?J=C3=BCrgen_M=C3=BCller?= <juergen@fabrikam.example>',
    'To: Amy <amy@contoso.example>, "Nguyen, Bao" <bao@contoso.example>',
    'Cc: =?utf-8?B?44GT44KT44Gr44Gh44Gv?= <kon@fabrikam.example>',
    `Subject: ${subject}`,
    `Date: ${new Date(Date.UTC(2026, 5, 1, 7, 8, 9) + number * day).toUTCString()}`,
    `Message-ID: <rich${number}@fabrikam.example>`,
    'MIME-Version: 1.0',
    ...more,
  );

const part = (type: string, encoding: string, body: string, ...more: readonly string[]): string =>
  lines(`Content-Type: ${type}`, `Content-Transfer-Encoding: ${encoding}`, ...more, '', body);

const multipart = (kind: string, boundary: string, ...parts: readonly string[]): string =>
  lines(`Content-Type: multipart/${kind}; boundary="${boundary}"`, '') +
  parts.map((text) => `--${boundary}\r\n${text}`).join('') +
  `--${boundary}--\r\n`;

const html = '<html><body><p>Gr=C3=BC=C3=9Fe <img src=3D"cid:logo@x"> &amp; more</p></body></html>';
const attachment = (name: string, content: Buffer, type = 'application/pdf'): string =>
  part(type, 'base64', base64(content), `Content-Disposition: attachment; filename="${name}"`);

const samples: readonly (readonly [subject: string, rest: string, headers?: readonly string[]])[] = [
  ['Plain', part('text/plain; charset=utf-8', '8bit', 'Zwei Zeilen\r\nmit Gruß')],
  [
    '=?iso-8859-1?Q?Gr=FC=DFe?=',
    part('text/plain; charset=iso-8859-1', 'quoted-printable', 'sch=F6n =3D gut'),
  ],
  [
    'Base64 text',
    part('text/plain; charset=utf-8', 'base64', base64(Buffer.from('こんにちは '.repeat(900)))),
  ],
  [
    'Two renderings',
    multipart(
      'alternative',
      'a',
      part('text/plain; charset=utf-8', '7bit', 'Greetings'),
      part('text/html; charset=utf-8', 'quoted-printable', '<p>Gr=C3=BC=C3=9Fe</p>'),
    ),
  ],
  [
    'Picture inside',
    multipart(
      'related',
      'r',
      part('text/html; charset=utf-8', 'quoted-printable', html),
      part(
        'image/png',
        'base64',
        base64(bytes(5_000, 3)),
        'Content-ID: <logo@x>',
        'Content-Disposition: inline; filename="logo.png"',
      ),
    ),
  ],
  [
    'Two attachments of one name',
    multipart(
      'mixed',
      'm',
      part('text/plain; charset=utf-8', '7bit', 'See both'),
      attachment('report.pdf', bytes(9_000, 5)),
      attachment('report.pdf', bytes(300, 7)),
    ),
  ],
  [
    'Large attachment',
    multipart(
      'mixed',
      'l',
      part('text/plain', '7bit', 'Large'),
      attachment('film.bin', bytes(3_500_000, 11), 'application/octet-stream'),
    ),
  ],
  [
    'Forwarded',
    multipart(
      'mixed',
      'f',
      part('text/plain', '7bit', 'See inside'),
      lines('Content-Type: message/rfc822', '') +
        head(90, 'Inside') +
        part('text/plain; charset=utf-8', '8bit', 'Der innere Gruß'),
    ),
  ],
  [
    'Attachments that are texts',
    multipart(
      'mixed',
      't',
      part('text/plain', '7bit', 'Texts'),
      part(
        'text/csv; charset=iso-8859-1',
        'quoted-printable',
        'a;=FC',
        'Content-Disposition: attachment; filename="data.csv"',
      ),
      part('text/calendar; method=REQUEST', '7bit', 'BEGIN:VCALENDAR\r\nEND:VCALENDAR'),
    ),
  ],
  [
    'Headers of its own',
    part('text/plain', '7bit', 'Headers'),
    [
      'Reply-To: Desk <desk@fabrikam.example>',
      'X-Ticket: 4711',
      'X-Priority: 1',
      'Disposition-Notification-To: cleo@fabrikam.example',
    ],
  ],
  ['Unknown charset', part('text/plain', '8bit', 'caf\u00e9 \u0080')],
  ['Empty', part('text/plain', '7bit', '')],
  ['', part('text/plain', '7bit', 'Without a subject')],
];

type Graph = (method: string, path: string, body?: unknown) => Promise<Record<string, unknown>>;

export async function richMails(tenant: Tenant, userId: string, graph: Graph): Promise<void> {
  const { mail } = tenant.world;
  for (const [i, [subject, rest, headers = []]] of samples.entries()) {
    const mime = Buffer.from(
      head(i, subject, ...headers) + rest,
      subject === 'Unknown charset' ? 'latin1' : 'utf8',
    );
    mail.deliver(userId, i % 2 ? 'Inbox/Rich' : 'Archive', mime, { isRead: i % 3 === 0 });
  }
  const [first, second, third] = mail
    .state(userId)
    .messages.filter(({ folderPath }) => /Rich|Archive/.test(folderPath));
  const due = { dateTime: '2026-12-24T00:00:00.0000000', timeZone: 'UTC' };
  await graph('PATCH', `messages/${first?.id}`, {
    categories: ['Red category', 'Ünïcode'],
    flag: { flagStatus: 'flagged', startDateTime: due, dueDateTime: due },
    importance: 'high',
  });
  await graph('PATCH', `messages/${second?.id}`, {
    flag: { flagStatus: 'complete' },
    inferenceClassification: 'other',
  });
  await graph('PATCH', `messages/${third?.id}`, {
    singleValueExtendedProperties: [
      { id: 'Integer 0x1080', value: '261' },
      { id: 'Integer 0x1081', value: '102' },
    ],
  });
  await graph('POST', 'messages', {
    subject: 'A draft',
    body: { contentType: 'html', content: '<p>Not yet sent</p>' },
    toRecipients: [{ emailAddress: { address: 'bao@contoso.example' } }],
    bccRecipients: [{ emailAddress: { address: 'cleo@fabrikam.example', name: 'Cleo' } }],
  });
}
