/** Gives a user what the licences promise: a mailbox, a OneDrive. */
import { hasExchange, hasOneDrive } from '../directory/licences.ts';
import type { DirectoryUser, NewUser } from '../directory/store.ts';
import type { World } from '../world/world.ts';

/** Shared mailboxes and rooms have a mailbox without a licence. */
export function addAccount(world: World, fields: NewUser): DirectoryUser {
  const user = world.directory.addUser(fields);
  const { id, userPrincipalName, displayName, purpose } = user;
  if (hasExchange(user) || purpose !== 'user') world.mail.addMailbox(id);
  if (hasOneDrive(user)) world.drives.addDrive({ userId: id, upn: userPrincipalName, displayName });
  return user;
}

export function addSite(world: World, name: string): string {
  return world.drives.addDrive({ siteId: world.ids.guid(), name });
}
