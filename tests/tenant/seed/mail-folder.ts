/** Real mail from a folder: `<directory>/<Folder/Path>/*.eml`. Any bytes are taken as they are. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync, type Dirent } from 'node:fs';
import { join } from 'node:path';
import { readHead } from '../mail/mime/head.ts';
import { receivedDateOf } from '../mail/mime/read.ts';
import { isoSeconds } from '../world/clock.ts';
import type { World } from '../world/world.ts';

interface MailFile {
  readonly folderPath: string;
  readonly file: string;
}

const byName = (a: Dirent, b: Dirent): number => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);

/** Every `.eml` below the directory, folders and files in the order of their names' code units. */
function mailFiles(directory: string, folderPath: string): MailFile[] {
  return readdirSync(directory, { withFileTypes: true })
    .sort(byName)
    .flatMap((entry): MailFile[] => {
      const path = join(directory, entry.name);
      if (entry.isDirectory()) {
        return mailFiles(path, folderPath === '' ? entry.name : `${folderPath}/${entry.name}`);
      }
      return /\.eml$/i.test(entry.name) ? [{ folderPath: folderPath || 'Inbox', file: path }] : [];
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
export function seedMailFolder(world: World, userId: string, directory: string): { messages: number } {
  if (!world.mail.hasMailbox(userId)) world.mail.addMailbox(userId);
  if (!statSync(directory, { throwIfNoEntry: false })?.isDirectory()) return { messages: 0 };
  const files = mailFiles(directory, '');
  for (const [index, { folderPath, file }] of files.entries()) {
    const mime = readFileSync(file);
    const dated = receivedDateOf(readHead(mime).fields);
    const received = dated !== null && dated <= world.clock.now() ? dated : undated + index * 60_000;
    world.mail.deliver(userId, folderPath, mime, {
      receivedDateTime: isoSeconds(received),
      ...traits(mime, folderPath),
    });
  }
  return { messages: files.length };
}
