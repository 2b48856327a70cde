import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readMessage } from '../../../tenant/mail/mime/read.ts';
import { createMailStore } from '../../../tenant/mail/store.ts';
import { seedDemoMail } from '../../../tenant/seed/mail-demo.ts';
import { seedMailFolder } from '../../../tenant/seed/mail-folder.ts';
import { createSeedReport } from '../../../tenant/seed/report.ts';
import { createClock } from '../../../tenant/world/clock.ts';
import { createIds } from '../../../tenant/world/ids.ts';
import type { World } from '../../../tenant/world/world.ts';
import { eml } from './mail-tenant.ts';

function createWorld(): World {
  const clock = createClock(Date.parse('2026-11-23T10:00:00Z'));
  const ids = createIds('seed-test');
  const outbox = { sent: [] };
  const mail = createMailStore({ clock, ids, outbox });
  const people = ['Amy Fisher', 'Bao Nguyen', 'Chiara Rossi', 'Meeting Room'].map((displayName) => ({
    id: ids.guid(),
    displayName,
    givenName: displayName.split(' ')[0] ?? '',
    userPrincipalName: `${displayName.split(' ')[0]?.toLowerCase()}@contoso.example`,
    mail: null,
    jobTitle: null,
    purpose: displayName === 'Meeting Room' ? 'room' : 'user',
  }));
  for (const person of people) mail.addMailbox(person.id);
  const directory = { users: () => people, user: (id: string) => people.find((person) => person.id === id) };
  return { clock, ids, outbox, mail, directory } as unknown as World;
}

const userId = (world: World, number: number): string => world.directory.users()[number]?.id ?? '';

describe('mail from a folder', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'mail-seed-'));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  const write = (path: string, bytes: Uint8Array): void => {
    mkdirSync(join(directory, path, '..'), { recursive: true });
    writeFileSync(join(directory, path), bytes);
  };

  test('keeps folders, bytes and order, and dates what has no date', () => {
    write('Inbox/Projects/2026/b.eml', eml({ Subject: 'B' }));
    write(
      'Inbox/a.EML',
      eml({ Subject: 'A', Date: 'rubbish', Received: 'from x by y; Tue, 3 Mar 2026 08:00:00 +0000' }),
    );
    write('Inbox/z.eml', Buffer.from([0, 1, 2, 255]));
    write('Inbox/future.eml', eml({ Subject: 'F', Date: 'Fri, 1 Jan 2088 00:00:00 +0000' }));
    write('Drafts/d.eml', eml({ Subject: 'D' }));
    write('Inbox/notes.txt', Buffer.from('no mail'));
    const world = createWorld();
    const report = createSeedReport();
    seedMailFolder(world, userId(world, 0), directory, report);
    expect(report.counts).toMatchObject({ mails: 5, dropped: 1 });
    expect(report.lines()).toEqual([expect.stringMatching(/notes\.txt" is no \.eml file: left out$/)]);
    const { messages } = world.mail.state(userId(world, 0));
    expect(
      messages.map(({ folderPath, subject, receivedDateTime, isDraft }) => [
        folderPath,
        subject,
        receivedDateTime,
        isDraft,
      ]),
    ).toEqual([
      ['Drafts', 'D', '2026-03-02T10:00:00Z', true],
      ['Inbox/Projects/2026', 'B', '2026-03-02T10:00:00Z', false],
      ['Inbox', 'A', '2026-03-03T08:00:00Z', false],
      ['Inbox', 'F', '2026-01-05T09:03:00Z', false],
      ['Inbox', '', '2026-01-05T09:04:00Z', false],
    ]);
    const again = createWorld();
    seedMailFolder(again, userId(again, 0), directory, createSeedReport());
    expect(again.mail.state(userId(again, 0))).toEqual(world.mail.state(userId(world, 0)));
  });

  test('is none where there is no mail folder', () => {
    const world = createWorld();
    const report = createSeedReport();
    seedMailFolder(world, userId(world, 0), join(directory, 'nobody'), report);
    expect(report.counts).toMatchObject({ mails: 0, dropped: 0 });
  });
});

describe('the demo mail', () => {
  test('is the same at every start', () => {
    const [one, two] = [createWorld(), createWorld()];
    for (const world of [one, two]) seedDemoMail(world, 'small');
    for (let number = 0; number < 3; number++) {
      expect(one.mail.state(userId(one, number))).toEqual(two.mail.state(userId(two, number)));
    }
  });

  test('has what a real mailbox has', () => {
    const world = createWorld();
    seedDemoMail(world, 'small');
    const all = [0, 1, 2].flatMap((number) => world.mail.state(userId(world, number)).messages);
    expect(all.length).toBeGreaterThan(100);
    const some = (test: (message: (typeof all)[number]) => boolean): boolean => all.some(test);
    expect(some((one) => one.attachments.some((file) => file.contentType === 'application/pdf'))).toBe(true);
    expect(
      some((one) => one.attachments.some((file) => file.isInline && file.contentType === 'image/png')),
    ).toBe(true);
    expect(some((one) => one.attachments.some((file) => /[぀-ヿ一-龯]/.test(file.name)))).toBe(true);
    for (const script of [/[一-龯]/, /[\u0600-\u06ff]/, /[\u0370-\u03ff]/])
      expect(some((one) => script.test(one.subject))).toBe(true);
    expect(some((one) => !one.isRead) && some((one) => one.flag.flagStatus === 'flagged')).toBe(true);
    expect(some((one) => one.categories.length > 0) && some((one) => one.isDraft)).toBe(true);
    expect(new Set(all.map((one) => one.folderPath)).size).toBeGreaterThan(10);
    expect(all.every((one) => Date.parse(one.receivedDateTime) <= world.clock.now())).toBe(true);
    expect(world.outbox.sent).toEqual([]);
    expect(world.mail.state(userId(world, 3)).messages).toEqual([]);
  });

  test('is written only from domains that nobody owns', () => {
    const world = createWorld();
    seedDemoMail(world, 'small');
    const addresses = world.mail
      .state(userId(world, 0))
      .messages.flatMap((one) => [one.from, ...one.toRecipients, ...one.ccRecipients])
      .map((person) => person?.emailAddress.address ?? '');
    expect(addresses.filter((address) => address !== '' && !address.endsWith('.example'))).toEqual([]);
  });

  test('fills one mailbox with 5,000 mails', () => {
    const world = createWorld();
    seedDemoMail(world, 'large');
    const mailbox = world.mail.mailbox(userId(world, 0));
    expect([...(mailbox?.items() ?? [])]).toHaveLength(5_000);
    for (const item of [...(mailbox?.items() ?? [])].slice(-200)) {
      const { body, attachments } = readMessage(world.mail.contents.mime(item));
      expect(body.content.startsWith('Hello,')).toBe(true);
      for (const attachment of attachments) expect(attachment.bytes().length).toBeGreaterThan(500);
    }
  });
});
