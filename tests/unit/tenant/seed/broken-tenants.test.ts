import { describe, expect, it } from 'vitest';
import { plainTenant, type BrokenTenant } from '../../../contract/broken/scene.ts';
import { brokenTenants } from '../../../contract/broken/tenants.ts';
import { parseKey } from '../../../tenant/directory/credentials.ts';
import { exchangeAppId, graphAppId } from '../../../tenant/directory/resources.ts';
import { clientIds } from '../../../tenant/entra/known-clients.ts';
import { addVendorApp } from '../../../tenant/seed/vendors.ts';
import { startTenant } from '../../../tenant/tenant.ts';
import type { World } from '../../../tenant/world/world.ts';
import { userToken } from '../core/clients.ts';
import { selfSigned } from '../core/self-signed.ts';

const graphRoles = [
  'Mail.ReadWrite',
  'User.ReadWrite.All',
  'Application.ReadWrite.All',
  'Group.Read.All',
  'Contacts.ReadWrite',
  'Group.Create',
  'Files.ReadWrite.All',
  'Calendars.ReadWrite',
];
const exchangeRoles = ['full_access_as_app', 'Mail.ReadWrite', 'Calendars.ReadWrite.All'];
const scopes = ['Tasks.ReadWrite', 'Directory.ReadWrite.All', 'Group.ReadWrite.All', 'offline_access'];

const device = selfSigned('CN=device').der.toString('base64');

/** What installing leaves behind, without anybody who installs. */
function install(world: World): string {
  const hasExchange = world.directory.apps.servicePrincipalByAppId(exchangeAppId) !== undefined;
  const { appId } = addVendorApp(world, {
    name: 'Backup',
    roles: { [graphAppId]: graphRoles, ...(hasExchange ? { [exchangeAppId]: exchangeRoles } : {}) },
    scopes: { [graphAppId]: scopes },
  });
  const key = parseKey(world, { type: 'AsymmetricX509Cert', usage: 'Verify', key: device });
  world.directory.apps.applicationByAppId(appId)?.keys.push(key);
  return appId;
}

/** Differ from one start to the next. */
const volatile = new Set(['addedAt', 'createdAt', 'createdDateTime', 'deletedAt', 'keyId']);

/** Everything a check could notice, as text. */
function seen({ directory, switches, replication, mail }: World): string {
  const { apps, grants } = directory;
  const all = {
    switches,
    replication,
    people: [...directory.users(), ...directory.partners()],
    mailboxes: directory.users().map(({ id }) => mail.hasMailbox(id)),
    bought: directory.subscriptions,
    apps: [apps.applications(), apps.servicePrincipals(), apps.deleted()],
    granted: [grants.assignments(), grants.scopeGrants()],
  };
  return JSON.stringify(all, (name, value: unknown) => (volatile.has(name) ? undefined : value));
}

type Made = Pick<BrokenTenant, 'before' | 'after' | 'installed'>;

async function make({ before, after, installed }: Made): Promise<World> {
  const tenant = await startTenant(plainTenant);
  const scope = 'openid https://graph.microsoft.com/User.Read';
  before(tenant);
  // Somebody has looked before.
  await userToken(tenant, { clientId: clientIds.registrator, scope, upn: 'ada@contoso.example' });
  const clientId = installed === null ? '' : install(tenant.world);
  after(tenant, clientId);
  return tenant.world;
}

const nothing = () => undefined;
const whole = { before: nothing, after: nothing, installed: 'reference' } as const;

describe('tenants with one thing wrong', () => {
  it('are 33, each under a name of its own', () => {
    expect(new Set(brokenTenants.map(({ name }) => name)).size).toBe(33);
  });

  it.each(brokenTenants)('$name: $root', async (broken) => {
    const world = await make(broken);
    expect(world.directory.person(broken.signInAs)?.accountEnabled).toBe(true);
    expect(seen(world)).not.toBe(seen(await make(whole)));
    expect(broken.nested).not.toContain(broken.root);
  });

  it('come from one in which nothing is, the same at each start', async () => {
    expect(seen(await make(whole))).toBe(seen(await make(whole)));
  });
});
