/** Real mail from a folder: `<directory>/<Folder/Path>/*.eml`. Any bytes are taken as they are. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync, type Dirent } from 'node:fs';
import { readHead } from '../mail/mime/head.ts';
import { receivedDateOf } from '../mail/mime/read.ts';
import { isoSeconds } from '../world/clock.ts';
import type { World } from '../world/world.ts';
import type { SeedReport } from './report.ts';

interface MailFile {
  readonly folderPath: string;
  readonly file: Buffer;
}

type Entry = Dirent<Buffer>;
const byName = (a: Entry, b: Entry): number => Buffer.compare(a.name, b.name);
const separator = Buffer.from('/');

/** Every `.eml` below the directory, in the order of the names' bytes: a file system need not speak UTF-8. */
function mailFiles(directory: Buffer, folderPath: string, report: SeedReport): MailFile[] {
  return readdirSync(directory, { withFileTypes: true, encoding: 'buffer' })
    .sort(byName)
    .flatMap((entry): MailFile[] => {
      const path = Buffer.concat([directory, separator, entry.name]);
      const name = entry.name.toString();
      if (entry.isDirectory()) {
        return mailFiles(path, folderPath === '' ? name : `${folderPath}/${name}`, report);
      }
      if (entry.isFile() && /\.eml$/i.test(name)) return [{ folderPath: folderPath || 'Inbox', file: path }];
      report.drop(path.toString(), entry.isFile() ? 'is no .eml file' : 'is a link or no file');
      return [];
    });
}

/** Mail that does not say when it came is put on this day, a minute apart. */
const undated = Date.UTC(2026, 0, 5, 9);

/** Read, flagged and categorised as the file's own bytes decide, so that each start gives the same mailbox. */
function traits(mime: Uint8Array, folderPath: string) {
  const hash = createHash('sha256').update(mime).digest();
  const own = /^(Sent Items|Drafts)\b/i.test(folderPath);
  return {
    isRead: own || (hash[0] ?? 0) % 4 !== 0,
    isDraft: /^Drafts\b/i.test(folderPath),
    flagged: (hash[1] ?? 0) % 13 === 0,
    categories: (hash[2] ?? 0) % 11 === 0 ? ['Blue category'] : [],
  };
}

/** Adds the mailbox where it is missing; it stays empty where there is no such directory. */
export function seedMailFolder(world: World, userId: string, directory: string, report: SeedReport): void {
  if (!world.mail.hasMailbox(userId)) world.mail.addMailbox(userId);
  if (!statSync(directory, { throwIfNoEntry: false })?.isDirectory()) return;
  const files = mailFiles(Buffer.from(directory), '', report);
  for (const [index, { folderPath, file }] of files.entries()) {
    const mime = readFileSync(file);
    const dated = receivedDateOf(readHead(mime).fields);
    const received = dated !== null && dated <= world.clock.now() ? dated : undated + index * 60_000;
    world.mail.deliver(userId, folderPath, mime, {
      receivedDateTime: isoSeconds(received),
      ...traits(mime, folderPath),
    });
  }
  report.counts.mails += files.length;
}
