import { skuId } from '../../../tenant/directory/licences.ts';
import { roleIds } from '../../../tenant/directory/roles.ts';
import { addAccount } from '../../../tenant/seed/accounts.ts';
import { startTenant, type TenantOptions } from '../../../tenant/tenant.ts';

export const admin = 'admin@contoso.example';
export const amy = 'amy@contoso.example';

/** A tenant with an administrator, a licensed user, a guest and an app administrator, and nothing in their mailboxes. */
export async function smallTenant(options: TenantOptions = {}) {
  const tenant = await startTenant({ seed: 'empty', ...options });
  const { world } = tenant;
  const premium = skuId('SPB');
  world.directory.subscriptions.push({ skuId: premium, units: 5, capabilityStatus: 'Enabled' });
  const person = (userPrincipalName: string, displayName: string, roles: string[] = []) =>
    addAccount(world, { userPrincipalName, displayName, roles, assignedSkus: [premium] });
  person(admin, 'Ada Admin', [roleIds.globalAdministrator]);
  person(amy, 'Amy Adams');
  person('carl@contoso.example', 'Carl Cloud', [roleIds.applicationAdministrator]);
  world.directory.addUser({
    userPrincipalName: 'guest#EXT#@contoso.onmicrosoft.com',
    displayName: 'Guest',
    userType: 'Guest',
  });
  return tenant;
}
