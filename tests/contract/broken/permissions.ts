/** The backup app lacks one permission. */
import { exchangeAppId, graphAppId, reassignRoleId } from '../../tenant/directory/resources.ts';
import { usual, principalOf, type BrokenTenant } from './scene.ts';

const resourceAppIds = { graph: graphAppId, exchange: exchangeAppId } as const;
type Resource = keyof typeof resourceAppIds;

/** An app role of the backup app is taken back. */
function withoutRole(resource: Resource, value: string, nested: readonly string[] = []): BrokenTenant {
  return {
    ...usual,
    name: `without ${value} of ${resource}`,
    root: `role:${resource}:${value}`,
    nested,
    after: ({ world }, clientId) => {
      const { apps, grants } = world.directory;
      const service = apps.servicePrincipalByAppId(resourceAppIds[resource]);
      const role = service?.appRoles.find((one) => one.value === value);
      const { id } = principalOf(world, clientId);
      const held = grants
        .assignments()
        .find(
          (one) => one.principalId === id && one.resourceId === service?.id && one.appRoleId === role?.id,
        );
      if (!held || !grants.unassign(held.id)) throw new RangeError(`${value} is not assigned`);
    },
  };
}

/** A delegated permission of the backup app is taken out of its grant. */
function withoutScope(value: string): BrokenTenant {
  return {
    ...usual,
    name: `without ${value}, delegated`,
    root: `role:graph:${value}`,
    nested: [],
    after: ({ world }, clientId) => {
      const { id } = principalOf(world, clientId);
      const words = (scope: string) => scope.split(' ');
      const grant = world.directory.grants
        .scopeGrants()
        .find((one) => one.clientId === id && words(one.scope).includes(value));
      if (!grant) throw new RangeError(`${value} is not granted`);
      grant.scope = words(grant.scope)
        .filter((word) => word !== value)
        .join(' ');
    },
  };
}

export const missingPermissions: readonly BrokenTenant[] = [
  withoutRole('graph', 'Mail.ReadWrite', ['read-mail', 'write']),
  withoutRole('graph', 'User.ReadWrite.All'),
  withoutRole('graph', 'Application.ReadWrite.All'),
  withoutRole('graph', 'Group.Read.All'),
  withoutRole('graph', 'Contacts.ReadWrite'),
  withoutRole('graph', 'Group.Create'),
  withoutRole('graph', 'Files.ReadWrite.All', ['read-files', 'write']),
  withoutRole('graph', 'Calendars.ReadWrite'),
  withoutRole('exchange', 'full_access_as_app'),
  withoutRole('exchange', 'Mail.ReadWrite'),
  withoutRole('exchange', 'Calendars.ReadWrite.All'),
  withoutScope('Tasks.ReadWrite'),
  withoutScope('Directory.ReadWrite.All'),
  withoutScope('Group.ReadWrite.All'),
  withoutScope('offline_access'),
  {
    ...usual,
    name: 'Mail.ReadWrite has another id than when it was granted',
    root: 'role:graph:Mail.ReadWrite',
    nested: ['read-mail', 'write'],
    after: ({ world }) =>
      reassignRoleId(world, graphAppId, 'Mail.ReadWrite', '99999999-1111-4222-8333-444444444444'),
  },
];
