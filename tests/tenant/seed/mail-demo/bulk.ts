/** Thousands of plain believable mails in one mailbox, quick to make: for benches and for the patience of a screen. */
import { isoSeconds } from '../../world/clock.ts';
import { writeDate } from '../../mail/mime/write.ts';
import type { World } from '../../world/world.ts';
import { partners, type Colleague } from './cast.ts';
import { invoice } from './document.ts';
import { hall } from './picture.ts';

/** A small generator of numbers that are the same at every start. */
export function createDice(seed: number): (sides: number) => number {
  let state = seed >>> 0;
  return (sides) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % sides;
  };
}

const subjects = [
  'Delivery note',
  'Question about the drawing',
  'Offer',
  'Minutes of today',
  'Change of date',
  'Sample',
  'Reminder',
  'Measurements',
  'Thank you',
  'Photos of the site',
];
const sentences = [
  'The boards arrived this morning and look good.',
  'Could you check the second page once more before we print it?',
  'We moved the appointment to Thursday, half past nine.',
  'Two of the lamps flicker; the electrician comes tomorrow.',
  'The owner likes the darker green better than the first one.',
  'Please find the list below.',
  'I will be at the site until four and can take the keys along.',
  'The price does not include delivery.',
  'Nothing urgent, just so that you know.',
  'Bitte beachten Sie die geänderten Maße: 2,40 m × 0,85 m.',
  'Merci de confirmer la réception de ce message.',
  'ご確認のほど、よろしくお願いいたします。',
];
const folders = [
  'Inbox',
  'Inbox',
  'Inbox',
  'Inbox/Projects/Harbour Street',
  'Inbox/Projects/Northwind showroom',
  'Inbox/Suppliers',
  'Archive/2025',
  'Archive/2024',
  'Sent Items',
];

const day = 86_400_000;

const base64 = (bytes: Uint8Array): string =>
  Buffer.from(bytes).toString('base64').replace(/.{76}/g, '$&\r\n');

/** Made once, so that a bulk of mails holds the same few files, as real mailboxes do. */
let enclosures: readonly string[] | undefined;

const makeEnclosures = (): readonly string[] => {
  const lines = [{ text: 'Boards', amount: 980 }];
  const bill = invoice('2026-0200', 'Fabrikam Timber', 'Contoso', lines);
  const files = [
    ['plan.png', 'image/png', hall(17)],
    ['invoice.pdf', 'application/pdf', bill],
    ['site photo.png', 'image/png', hall(33)],
  ] as const;
  return files.map(
    ([name, type, bytes]) =>
      `Content-Type: ${type}; name="${name}"\r\nContent-Disposition: attachment; filename="${name}"\r\n` +
      `Content-Transfer-Encoding: base64\r\n\r\n${base64(bytes)}`,
  );
};

type Dice = (sides: number) => number;

function contentOf(dice: Dice, number: number): string {
  enclosures ??= makeEnclosures();
  const lines = Array.from({ length: 3 + dice(30) }, () => sentences[dice(sentences.length)]);
  const text = Buffer.from(`Hello,\r\n\r\n${lines.join('\r\n')}\r\n\r\nNo. ${number}\r\n`);
  const body = `Content-Type: text/plain; charset="utf-8"\r\nContent-Transfer-Encoding: base64\r\n\r\n${base64(text)}`;
  if (dice(12) !== 0) return body;
  const mark = `_b_${number}_`;
  const enclosed = enclosures[dice(enclosures.length)] ?? '';
  return `Content-Type: multipart/mixed; boundary="${mark}"\r\n\r\n--${mark}\r\n${body}\r\n--${mark}\r\n${enclosed}\r\n--${mark}--\r\n`;
}

/** `count` mails in about 900 days before `newest`, newest first. */
export function sendBulk(world: World, to: Colleague, count: number, newest: number): void {
  const dice = createDice(count);
  const people = Object.values(partners);
  const own = `"${to.name.replaceAll('"', '')}" <${to.address}>`;
  for (let number = 0; number < count; number++) {
    const folder = folders[dice(folders.length)] ?? 'Inbox';
    const person = people[dice(people.length)] ?? partners.ingrid;
    const partner = `=?utf-8?B?${Buffer.from(person.name).toString('base64')}?= <${person.address}>`;
    const isOwn = folder === 'Sent Items';
    const sent = newest - Math.floor((number * 900 * day) / count) - dice(3_000) * 1_000;
    const head = [
      `From: ${isOwn ? own : partner}`,
      `To: ${isOwn ? partner : own}`,
      `Subject: ${subjects[dice(subjects.length)] ?? ''} ${1_000 + number}`,
      `Date: ${writeDate(sent)}`,
      `Message-ID: <bulk-${number}-${to.userId}@mail.example>`,
      'MIME-Version: 1.0',
    ];
    const mime = Buffer.from(`${head.join('\r\n')}\r\n${contentOf(dice, number)}`);
    world.mail.deliver(to.userId, folder, mime, {
      receivedDateTime: isoSeconds(sent + 3_000),
      isRead: number > count / 20 || isOwn,
      ...(dice(20) === 0 ? { categories: ['Yellow category'] } : {}),
    });
  }
}
