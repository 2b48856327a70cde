/** Sends the threads: each letter stands in the inboxes it was sent to and in the sender's sent items. */
import type { World } from '../../world/world.ts';
import { isoSeconds } from '../../world/clock.ts';
import type { Cast, Role } from './cast.ts';
import { htmlDocument, messageIdOf, paragraphs, quote, writeLetter, type Letter } from './letter.ts';
import { officeThreads } from './office-threads.ts';
import { projectThreads } from './project-threads.ts';
import type { Thread, Turn } from './thread.ts';

const hour = 3_600_000;
const day = 24 * hour;

export const isArabic = (text: string): boolean => /[\u0600-\u06ff]/.test(text);

/** The first turn starts the thread; later ones answer it and quote the one before. */
function letterOf(cast: Cast, thread: Thread, turn: Turn, earlier: readonly Letter[]): Omit<Letter, 'sent'> {
  const text = cast.fill(turn.text);
  const picture = turn.picture ? `\r\n<p><img src="cid:${turn.picture}" alt="" width="320"></p>` : '';
  const before = earlier.at(-1);
  const inner = `${paragraphs(text, isArabic(text) ? 'rtl' : 'ltr')}${picture}${before ? `\r\n${quote(before)}` : ''}`;
  const plain = earlier.length === 0 && turn.picture === undefined && thread.daysAgo % 4 === 0;
  return {
    from: cast.address(turn.from),
    to: turn.to.map(cast.address),
    cc: (turn.cc ?? []).map(cast.address),
    subject: before ? `Re: ${thread.subject}` : thread.subject,
    body: plain
      ? { type: 'text', content: `${text.replaceAll('\n', '\r\n')}\r\n` }
      : { type: 'html', content: htmlDocument(inner) },
    enclosures: turn.enclosures?.() ?? [],
    thread: earlier.map(messageIdOf),
  };
}

/** Mailboxes of the roles, each once. */
const mailboxesOf = (cast: Cast, roles: readonly Role[]): string[] => [
  ...new Set(roles.flatMap((role) => cast.userId(role) ?? [])),
];

export function sendThreads(world: World, cast: Cast, newest: number): void {
  for (const [number, thread] of [...projectThreads, ...officeThreads].entries()) {
    const start = newest - thread.daysAgo * day - (number % 5) * hour;
    const letters: Letter[] = [];
    for (const turn of thread.turns) {
      const letter = { ...letterOf(cast, thread, turn, letters), sent: start + turn.after * hour };
      letters.push(letter);
      if (letter.sent > newest) continue;
      const mime = writeLetter(letter);
      const receivedDateTime = isoSeconds(letter.sent + 5_000);
      const sender = cast.userId(turn.from);
      if (sender) world.mail.deliver(sender, 'Sent Items', mime, { isRead: true, receivedDateTime });
      for (const reader of mailboxesOf(cast, [...turn.to, ...(turn.cc ?? [])])) {
        if (reader === sender) continue;
        world.mail.deliver(reader, thread.folder ?? 'Inbox', mime, {
          receivedDateTime,
          isRead: newest - letter.sent > 4 * day,
          flagged: turn === thread.turns[0] && number % 3 === 0,
          ...(thread.category ? { categories: [thread.category] } : {}),
        });
      }
    }
  }
}
