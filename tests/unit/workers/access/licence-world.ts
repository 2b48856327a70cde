/** A tenant with an account of every kind and every state of licence. */
import { skuId } from '../../../tenant/directory/licences.ts';
import { roleIds } from '../../../tenant/directory/roles.ts';
import type { NewUser, Subscription } from '../../../tenant/directory/store.ts';
import { addAccount, type AccountMailbox } from '../../../tenant/seed/accounts.ts';
import type { TenantOptions } from '../../../tenant/tenant.ts';

type Made = Omit<NewUser, 'userPrincipalName' | 'displayName' | 'assignedSkus'>;
type Row = readonly [alias: string, skus: readonly string[], user?: Made, mailbox?: AccountMailbox];

const shared = { purpose: 'shared', accountEnabled: false } as const;
const gibi = 2 ** 30;

const rows: readonly Row[] = [
  ['ada', ['SPB'], { roles: [roleIds.globalAdministrator] }],
  ['drive-only', ['O365_BUSINESS']],
  ['kiosk', ['SPE_F1']],
  ['suspended', ['EXCHANGESTANDARD']],
  ['grace', ['O365_BUSINESS_PREMIUM']],
  ['trial', ['STANDARDPACK']],
  ['trial-and-paid', ['STANDARDPACK', 'SPB']],
  ['consumer', ['TEAMS_EXPLORATORY']],
  ['foundation', ['FLOW_FREE']],
  ['blocked', ['SPB'], { accountEnabled: false }],
  ['leaver', []],
  ['shared', [], shared],
  ['shared-licensed', ['SPB'], shared],
  ['shared-archive', ['EXCHANGEARCHIVE_ADDON'], shared],
  ['shared-near', [], shared, { bytes: 49.8 * gibi }],
  ['shared-full', [], shared, { bytes: 51 * gibi }],
  ['room', [], { purpose: 'room', accountEnabled: false }],
  ['device', [], { purpose: 'equipment', accountEnabled: false }],
  ['guest', [], { userType: 'Guest' }],
  ['on-premises', [], { onPremisesSyncEnabled: true }, { isOnPremises: true }],
];

const bought: readonly (readonly [sku: string, more: Partial<Subscription>])[] = [
  ['SPB', {}],
  ['O365_BUSINESS', {}],
  ['SPE_F1', {}],
  ['EXCHANGESTANDARD', { capabilityStatus: 'Suspended' }],
  ['O365_BUSINESS_PREMIUM', { capabilityStatus: 'Warning' }],
  ['STANDARDPACK', { isTrial: true }],
  ['TEAMS_EXPLORATORY', {}],
  ['FLOW_FREE', {}],
  ['EXCHANGEARCHIVE_ADDON', {}],
];

export const tenantOfAllLicences: TenantOptions = {
  seed: 'empty',
  furnish: (world) => {
    for (const [sku, more] of bought) {
      const subscription = { skuId: skuId(sku), units: 10, capabilityStatus: 'Enabled' } as const;
      world.directory.subscriptions.push({ ...subscription, ...more });
    }
    for (const [alias, skus, user = {}, mailbox = {}] of rows) {
      const names = { userPrincipalName: `${alias}@contoso.example`, displayName: alias };
      const made = addAccount(world, { ...user, ...names, assignedSkus: skus.map(skuId) }, mailbox);
      // Whose licence was taken away: the mailbox is still there for 30 days.
      if (alias === 'leaver') world.mail.addMailbox(made.id);
    }
  },
};
