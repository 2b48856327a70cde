/** Everything in the tenant, item by item with hashes: what a restore is compared against. */
import type { DriveState } from '../drive/store.ts';
import type { MailState } from '../mail/state.ts';
import type { World } from '../world/world.ts';

export interface TenantState {
  readonly tenantId: string;
  readonly users: readonly {
    readonly id: string;
    readonly userPrincipalName: string;
    readonly mail: MailState | null;
    readonly drive: DriveState | null;
  }[];
  readonly sites: readonly { readonly id: string; readonly name: string; readonly drive: DriveState }[];
}

export function tenantState(world: World): TenantState {
  const { directory, drives, mail, tenant } = world;
  const users = directory.users().map(({ id, userPrincipalName }) => {
    const driveId = drives.driveOfUser(id);
    return {
      id,
      userPrincipalName,
      mail: mail.hasMailbox(id) ? mail.state(id) : null,
      drive: driveId === undefined ? null : drives.state(driveId),
    };
  });
  const sites = drives.all().flatMap((drive) => {
    const { owner, siteId } = drive.facts;
    return 'userId' in owner ? [] : { id: siteId, name: owner.name, drive: drives.state(drive.id) };
  });
  return { tenantId: tenant.id, users, sites };
}
