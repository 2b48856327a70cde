/** Gives a user what the licences promise: a mailbox, a OneDrive. */
import { hasExchange, hasOneDrive } from '../directory/licences.ts';
import type { DirectoryUser, NewUser } from '../directory/store.ts';
import type { MailboxOptions } from '../mail/store.ts';
import type { World } from '../world/world.ts';

export interface AccountMailbox extends MailboxOptions {
  /** The mailbox is on the customer's own server: Graph knows the person and no mailbox. */
  readonly isOnPremises?: boolean;
}

/** Shared mailboxes and rooms have a mailbox without a licence. */
export function addAccount(world: World, fields: NewUser, mailbox: AccountMailbox = {}): DirectoryUser {
  const { isOnPremises = false, ...options } = mailbox;
  const user = world.directory.addUser(fields);
  const { id, userPrincipalName, displayName, purpose } = user;
  const hasMailbox = hasExchange(user) || purpose !== 'user';
  if (hasMailbox && !isOnPremises) world.mail.addMailbox(id, options);
  if (hasOneDrive(user)) world.drives.addDrive({ userId: id, upn: userPrincipalName, displayName });
  return user;
}

export function addSite(world: World, name: string): string {
  return world.drives.addDrive({ siteId: world.ids.guid(), name });
}
