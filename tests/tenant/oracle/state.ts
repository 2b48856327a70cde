/** Everything in the tenant, item by item with hashes: what a restore is compared against. */
import { groupStates, userFacts, type GroupState, type UserFacts } from '../directory/state.ts';
import type { DriveState } from '../drive/store.ts';
import type { MailState } from '../mail/state.ts';
import { todoState, type TaskListState } from '../todo/state.ts';
import type { World } from '../world/world.ts';

export interface TenantState {
  readonly tenantId: string;
  readonly users: readonly {
    readonly id: string;
    readonly userPrincipalName: string;
    readonly facts: UserFacts;
    readonly mail: MailState | null;
    readonly drive: DriveState | null;
    /** Lists of Microsoft To Do. */
    readonly tasks: readonly TaskListState[] | null;
  }[];
  readonly sites: readonly { readonly id: string; readonly name: string; readonly drive: DriveState }[];
  readonly groups: readonly GroupState[];
}

export function tenantState(world: World): TenantState {
  const { directory, drives, mail, tenant } = world;
  const users = directory.users().map((user) => {
    const { id, userPrincipalName } = user;
    const driveId = drives.driveOfUser(id);
    return {
      id,
      userPrincipalName,
      facts: userFacts(user),
      mail: mail.hasMailbox(id) ? mail.state(id) : null,
      drive: driveId === undefined ? null : drives.state(driveId),
      tasks: todoState(world, id),
    };
  });
  const sites = drives.all().flatMap((drive) => {
    const { owner, siteId } = drive.facts;
    return 'userId' in owner ? [] : { id: siteId, name: owner.name, drive: drives.state(drive.id) };
  });
  return { tenantId: tenant.id, users, sites, groups: groupStates(world) };
}
