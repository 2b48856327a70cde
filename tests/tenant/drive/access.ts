/** Who may reach into a drive, beyond what the permission table has allowed already. */
import { GraphError, type Caller } from '../graph/context.ts';
import type { World } from '../world/world.ts';
import type { Drive } from './drive.ts';
import { ancestorsOf, type IdentitySet, type Item } from './item.ts';

/**
 * An app reaches every drive, a person only the own one, sites, and what was shared with them:
 * no directory role opens another person's OneDrive.
 */
export function requireAccess(caller: Caller, drive: Drive, item: Item | undefined): void {
  const { owner } = drive.facts;
  if (caller.kind === 'app' || !('userId' in owner) || owner.userId === caller.objectId) return;
  const holders = item ? [item, ...ancestorsOf(item)] : [];
  const grants = holders.flatMap((holder) => holder.grants);
  if (!grants.some((grant) => grant.grantedTo?.id === caller.objectId)) {
    throw new GraphError(403, 'accessDenied', 'Access denied');
  }
}

/** The `createdBy` or `lastModifiedBy` that a write of this caller leaves. */
export function identityOf(world: World, caller: Caller): IdentitySet {
  const application = { id: caller.appId };
  if (caller.kind === 'app') return { application, user: { displayName: 'SharePoint App' } };
  const user = world.directory.user(caller.objectId);
  return { application, user: { id: caller.objectId, displayName: user?.displayName ?? '' } };
}
