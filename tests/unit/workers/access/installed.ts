/** What stands in a simulated tenant for the backup app, read off its world. */
import { createDeviceKey, type DeviceKey } from '../../../../workers/access/device-key.ts';
import { systemClock, systemRandom } from '../../../../workers/kernel/clock.ts';
import type { Tenant } from '../../../tenant/tenant.ts';

export function standing({ world }: Pick<Tenant, 'world'>) {
  const { apps, grants } = world.directory;
  const mine = apps.applications().filter(({ fields }) => fields['displayName'] === 'Holdfast Backup');
  const principals = apps.servicePrincipals().filter(({ appId }) => mine.some((app) => app.appId === appId));
  const isOurs = (id: string) => principals.some((principal) => principal.id === id);
  const roles = grants
    .assignments()
    .filter(({ principalId }) => isOurs(principalId))
    .map(({ resourceId, appRoleId }) => {
      const service = apps.servicePrincipal(resourceId);
      return `${service?.displayName ?? '?'}: ${service?.appRoles.find(({ id }) => id === appRoleId)?.value ?? '?'}`;
    });
  return {
    apps: mine,
    principals,
    roles: roles.toSorted(),
    scopes: grants.scopeGrants().filter(({ clientId }) => isOurs(clientId)),
    /** Base64 of the certificates, of all apps of that name. */
    certificates: mine.flatMap(({ keys }) => keys.map(({ key }) => key)),
  };
}

export const certificateOf = (key: DeviceKey): string => Buffer.from(key.certificate).toString('base64');

const spare = new Map<string, Promise<DeviceKey>>();

/** Making one takes a second: tests that do not need a new one share those of a number. */
export function spareKey(tenantId: string, number: number): Promise<DeviceKey> {
  const name = `${tenantId} ${number}`;
  const known = spare.get(name) ?? createDeviceKey(tenantId, { clock: systemClock, random: systemRandom });
  spare.set(name, known);
  return known;
}
