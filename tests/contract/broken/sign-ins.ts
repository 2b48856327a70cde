/** Whoever signs in may not do what it takes. */
import { skuId } from '../../tenant/directory/licences.ts';
import { roleIds } from '../../tenant/directory/roles.ts';
import { clientIds } from '../../tenant/entra/known-clients.ts';
import {
  employee,
  usual,
  noApp,
  licencesAndServices,
  byHand,
  principalOf,
  type BrokenTenant,
} from './scene.ts';

const reader = 'reader@contoso.example';
const eligible = 'priya@contoso.example';
const partner = 'olga@partner.example';
const tellAdministrator = byHand('administrator', 'Sign in as a Global Administrator and install the app.');

export const signIns: readonly BrokenTenant[] = [
  {
    ...usual,
    name: 'nobody consents any more to the check',
    signInAs: reader,
    before: ({ world }) => {
      const roles = [roleIds.globalReader];
      world.directory.addUser({ userPrincipalName: reader, displayName: 'Rita Reader', roles });
    },
    after: ({ world }) => world.directory.grants.forget(principalOf(world, clientIds.registrator).id),
    root: 'consent',
    // With User.Read alone neither what was bought nor service principals can be read.
    nested: [...licencesAndServices, 'backup-app', ...noApp],
    repair: byHand('administrator', 'Open the link for administrators and accept.'),
  },
  {
    ...usual,
    name: 'an administrator who has not activated the role',
    signInAs: eligible,
    installed: null,
    before: ({ world: { directory } }) => {
      directory.subscriptions.push({
        skuId: skuId('AAD_PREMIUM_P2'),
        units: 1,
        capabilityStatus: 'Enabled',
      });
      const eligibleRoles = [roleIds.globalAdministrator];
      directory.addUser({ userPrincipalName: eligible, displayName: 'Priya Ramanathan', eligibleRoles });
    },
    root: 'role-eligible',
    nested: ['administrator', 'backup-app', ...noApp],
    repair: byHand('you', 'Activate the role in Privileged Identity Management and sign in again.'),
  },
  {
    ...usual,
    name: 'not an administrator',
    signInAs: employee,
    installed: null,
    root: 'administrator',
    nested: ['backup-app', ...noApp],
    repair: tellAdministrator,
  },
  {
    ...usual,
    name: 'a partner’s technician who may only read',
    signInAs: partner,
    installed: null,
    before: ({ world }) => {
      const homeTenantId = 'bbbbbbbb-1111-4222-8333-444444444444';
      const roles = [roleIds.globalReader];
      const names = { userPrincipalName: partner, displayName: 'Partner Technician' };
      world.directory.addPartner({ ...names, homeTenantId, roles });
    },
    root: 'partner',
    nested: ['administrator', 'backup-app', ...noApp],
    repair: tellAdministrator,
  },
];
