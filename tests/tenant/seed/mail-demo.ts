/** The built-in mail of the demo tenant: a small firm's correspondence, the same whenever the tenant is started in a week. */
import type { World } from '../world/world.ts';
import { sendBulk } from './mail-demo/bulk.ts';
import { colleagueOf, createCast } from './mail-demo/cast.ts';
import { sendSingles } from './mail-demo/singles.ts';
import { sendThreads } from './mail-demo/correspondence.ts';

const day = 86_400_000;

/** Monday, 7:00 UTC, of the week of `now`, or of the week before where that is still to come. */
function lastMonday(now: number): number {
  const date = new Date(now - 7 * 3_600_000);
  const sinceMonday = (date.getUTCDay() + 6) % 7;
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate(), 7) - sinceMonday * day;
}

/** Mails in the fullest mailbox; the others keep the small size. */
const fullest = { small: 0, large: 5_000, huge: 50_000 } as const;

/** So many take part in the firm's correspondence; whoever comes after them has a handful of mails. */
const correspondents = 8;

/**
 * Fills the mailboxes of everyone who has one. `large` gives the first person 5,000 mails, `huge` 50,000. Nothing is
 * added to mailboxes of rooms and equipment.
 */
export function seedDemoMail(world: World, size: 'small' | 'large' | 'huge'): void {
  const people = world.directory
    .users()
    .filter(
      (user) => world.mail.hasMailbox(user.id) && (user.purpose === 'user' || user.purpose === 'shared'),
    );
  const cast = createCast(people.slice(0, correspondents));
  const first = cast?.colleagues[0];
  if (!cast || !first) return;
  const newest = lastMonday(world.clock.now());
  sendThreads(world, cast, newest);
  sendSingles(world, cast, newest);
  for (const user of people.slice(correspondents)) sendBulk(world, colleagueOf(user), 5, newest);
  if (size === 'small') return;
  const already = [...(world.mail.mailbox(first.userId)?.items() ?? [])].length;
  sendBulk(world, first, fullest[size] - already, newest);
}
