/** The tenant has not bought what it takes, or has not given it to somebody. */
import { skuId } from '../../tenant/directory/licences.ts';
import { exchangeAppId, removeResource, sharePointAppId } from '../../tenant/directory/resources.ts';
import type { Subscription } from '../../tenant/directory/store.ts';
import type { World } from '../../tenant/world/world.ts';
import { shared, usual, byHand, type BrokenTenant } from './scene.ts';

/** Everybody has these licences and the tenant no others. */
function sellOnly({ directory }: World, partNumbers: readonly string[], more: Partial<Subscription> = {}) {
  const assignedSkus = partNumbers.map((partNumber) => skuId(partNumber));
  directory.subscriptions.splice(
    0,
    Infinity,
    ...assignedSkus.map((id) => ({ skuId: id, units: 10, capabilityStatus: 'Enabled' as const, ...more })),
  );
  for (const user of directory.users()) user.assignedSkus = [...assignedSkus];
}

const buy = (what: string) => byHand('administrator', what);

export const licences: readonly BrokenTenant[] = [
  {
    ...usual,
    name: 'no Exchange',
    before: ({ world }) => {
      sellOnly(world, ['O365_BUSINESS']);
      for (const { id } of world.directory.users()) world.mail.removeMailbox(id);
      removeResource(world, exchangeAppId);
      world.switches.resourceCreation = 'refused';
    },
    root: 'licence-exchange',
    nested: [
      'resource-exchange',
      'role:exchange:full_access_as_app',
      'role:exchange:Mail.ReadWrite',
      'role:exchange:Calendars.ReadWrite.All',
      'read-mail',
    ],
    repair: buy('Buy a licence with Exchange Online.'),
  },
  {
    ...usual,
    name: 'no SharePoint',
    before: ({ world }) => {
      sellOnly(world, ['EXCHANGESTANDARD']);
      removeResource(world, sharePointAppId);
      world.switches.resourceCreation = 'refused';
    },
    root: 'licence-onedrive',
    nested: ['resource-sharepoint', 'read-files'],
    repair: buy('Buy a licence with SharePoint or OneDrive.'),
  },
  {
    ...usual,
    name: 'nothing but kiosk mailboxes',
    before: ({ world }) => sellOnly(world, ['SPE_F1']),
    root: 'accounts-kiosk',
    nested: [],
    repair: buy('Buy a licence with a whole mailbox for who needs one.'),
  },
  {
    ...usual,
    name: 'a suspended subscription',
    before: ({ world }) => sellOnly(world, ['SPB'], { capabilityStatus: 'Suspended' }),
    root: 'licence-business',
    nested: ['licence-exchange', 'licence-onedrive'],
    repair: buy('Renew the subscription.'),
  },
  {
    ...usual,
    name: 'nothing but a trial',
    before: ({ world }) => sellOnly(world, ['SPB'], { isTrial: true }),
    root: 'licence-business',
    nested: ['licence-exchange', 'licence-onedrive'],
    repair: buy('Buy what is being tried.'),
  },
  {
    ...usual,
    name: 'a shared mailbox without a licence',
    before: ({ world }) => {
      const mailbox = world.directory.user(shared);
      if (mailbox) mailbox.assignedSkus = [];
    },
    root: 'shared-unlicensed',
    nested: [],
    repair: buy('Assign a licence to the shared mailbox, or back it up anyway.'),
  },
];
