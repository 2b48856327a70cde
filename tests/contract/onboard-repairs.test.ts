/**
 * The 33 broken tenants, the repairing side: installing or joining mends the tenant, or says who must do what. And what
 * no installation ever asks for: the blank row of the reference page, and those it prints under SharePoint.
 */
import { afterEach, describe, expect, it } from 'vitest';
import { join } from '../../workers/access/join.ts';
import { onboard } from '../../workers/access/onboard.ts';
import { permissionsOf } from '../../workers/access/profiles.ts';
import type { Profile } from '../../workers/contract/check.ts';
import type { Connection } from '../../workers/contract/connections.ts';
import type { Result } from '../../workers/kernel/result.ts';
import { exchangeAppId, graphAppId, sharePointAppId } from '../tenant/directory/resources.ts';
import { spareKey, standing } from '../unit/workers/access/installed.ts';
import { createWorldWith, tidyUp } from '../unit/workers/access/tenant-world.ts';
import { plainTenant, type BrokenTenant } from './broken/scene.ts';
import { brokenTenants } from './broken/tenants.ts';

afterEach(tidyUp);

const administrator = 'ada@contoso.example';
type World = Awaited<ReturnType<typeof createWorldWith>>;
type Device = Awaited<ReturnType<World['device']>>;

interface Outcome {
  readonly result: Result<Connection>;
  /** What the steps said. */
  readonly notes: string;
}

async function attempt({ install, progress }: Device, how: Profile | 'join'): Promise<Outcome> {
  const result = await (how === 'join' ? join(install) : onboard(how, install));
  return { result, notes: progress.map(({ note }) => note).join('; ') };
}

/** The tenant as the catalogue breaks it; the device is the one that installed. */
async function broken(tenant: BrokenTenant) {
  const world = await createWorldWith({ ...plainTenant, demo: true });
  tenant.before(world.tenant);
  const device = await world.device(administrator);
  await device.store.saveNextKey(await spareKey(world.tenant.tenantId, 1));
  let clientId = '';
  if (tenant.installed) {
    const { result } = await attempt(device, tenant.installed);
    // A policy or the lack of a service stands in the way from the start; what came of it is the test's matter.
    if (result.ok) clientId = result.value.clientId;
  }
  if (clientId !== '' || tenant.installed === null) tenant.after(world.tenant, clientId);
  return { world, device, clientId };
}

/** As everything that the tenant offers of the profile. */
function expectWhole(world: World, profile: Profile): void {
  const { apps } = world.tenant.world.directory;
  const appIds = { graph: graphAppId, exchange: exchangeAppId, sharepoint: sharePointAppId } as const;
  const wanted = permissionsOf(profile).flatMap(({ resource, value, kind }) => {
    const service = apps.servicePrincipalByAppId(appIds[resource]);
    return kind === 'Role' && service ? `${service.displayName}: ${value}` : [];
  });
  const there = standing(world.tenant);
  expect(there.roles).toEqual(wanted.toSorted());
  const scopes = permissionsOf(profile).flatMap(({ kind, value }) => (kind === 'Scope' ? value : []));
  expect(there.scopes.map(({ scope }) => scope)).toEqual(scopes.length > 0 ? [scopes.join(' ')] : []);
  expect(there.principals.map(({ fields }) => fields['accountEnabled'] ?? true)).toEqual(
    there.principals.map(() => true),
  );
}

const repairable = brokenTenants.filter(({ repair }) => typeof repair === 'string');
const byHand = brokenTenants.filter(({ repair }) => typeof repair !== 'string');

it.each(repairable.map((tenant) => [tenant.name, tenant] as const))(
  '%s: one button mends it',
  async (_, tenant) => {
    const { world, device } = await broken(tenant);
    const profile = tenant.installed ?? 'reference';
    const { result } = await attempt(device, tenant.repair === 'join' ? 'join' : profile);
    expect(result).toMatchObject({ ok: true, value: { profile } });
    expectWhole(world, profile);
    expect(standing(world.tenant)).toMatchObject({ apps: [{}], principals: [{}], certificates: [{}] });
  },
);

const error = (fields: object) => ({ result: { ok: false, error: fields } });
const done = { result: { ok: true } };

/** What an installation says where no button helps, by root cause; who must do what stands in the words of the code. */
const said: Readonly<Record<string, object>> = {
  'role-eligible': error({ code: 'sign-in/not-administrator', detail: 'signed in with: no directory role' }),
  administrator: error({ code: 'sign-in/not-administrator', detail: 'signed in with: no directory role' }),
  consent: error({ code: 'sign-in/not-administrator', detail: 'signed in with: Global Reader' }),
  partner: error({ code: 'sign-in/not-administrator', detail: 'signed in with: Global Reader' }),
  'credential-policy': error({
    code: 'graph/credential-refused',
    facts: { policy: 'Credential restrictions' },
  }),
  'conditional-access': error({ code: 'relay/policy-blocked', retry: 'after-user' }),
  replication: done,
  'app-duplicate': { ...done, notes: expect.stringContaining('Another app has the same name') },
  'licence-exchange': {
    ...done,
    notes: expect.stringContaining('buys a licence with Office 365 Exchange Online'),
  },
  // Nothing of these is the app's: it is whole, and the check tells the licences.
  'licence-onedrive': done,
  'accounts-kiosk': done,
  'licence-business': done,
  'shared-unlicensed': done,
};

it.each(byHand.map((tenant) => [tenant.name, tenant] as const))(
  '%s: says who must act',
  async (_, tenant) => {
    const { world, device } = await broken(tenant);
    const person =
      tenant.signInAs === administrator ? device : await signedInAs(world, device, tenant.signInAs);
    const outcome = await attempt(person, tenant.installed ?? 'reference');
    expect(outcome).toMatchObject(said[tenant.root] ?? { root: tenant.root });
    if (outcome.result.ok) expectWhole(world, tenant.installed ?? 'reference');
    if (tenant.root === 'app-duplicate') expect(standing(world.tenant).apps).toHaveLength(2);
  },
);

/** Whom Entra does not let sign in without an administrator's consent is known by role alone: no call is made for them. */
async function signedInAs(world: World, device: Device, upn: string): Promise<Device> {
  const person = world.tenant.world.directory.person(upn);
  if (!person) throw new Error(`nobody is called ${upn}`);
  if (person.roles.length === 0) return world.device(upn, device.store);
  const account = { objectId: person.id, userPrincipalName: upn, name: person.displayName };
  const signedIn = { ...device.signedIn, account, directoryRoles: [...person.roles] };
  return { ...device, signedIn, install: { ...device.install, signedIn } };
}

describe.each(['read-only', 'reference', 'complete'] as const)('the profile %s', (profile) => {
  it('never asks for the rows that the page leaves blank or prints under SharePoint', async () => {
    const world = await createWorldWith();
    const device = await world.device();
    await device.store.saveNextKey(await spareKey(world.tenant.tenantId, 1));
    const sent: { method: string; path: string; body: string }[] = [];
    const { fetch } = world.tenant;
    Object.assign(world.tenant, {
      fetch: async (request: Request) => {
        const { method, url } = request;
        if (method !== 'GET')
          sent.push({ method, path: new URL(url).pathname, body: await request.clone().text() });
        return fetch(request);
      },
    });
    const { result } = await attempt(device, profile);
    expect(result).toMatchObject({ ok: true });
    const { apps } = world.tenant.world.directory;
    const idOf = (appId: string) => apps.servicePrincipalByAppId(appId)?.id ?? 'absent';
    const written = sent.filter(({ path }) => path.startsWith('/v1.0/'));
    const assigned = written.filter(({ path }) => path.endsWith('/appRoleAssignments'));
    expect(assigned).toHaveLength(permissionsOf(profile).filter(({ kind }) => kind === 'Role').length);
    // Rows 21 to 24: nothing names SharePoint, neither by its application nor by its service principal.
    for (const { body } of written) {
      expect(body).not.toContain(sharePointAppId);
      expect(body).not.toContain(idOf(sharePointAppId));
    }
    // Row 20: nothing delegated is asked of Exchange.
    const grants = written.filter(({ path }) => path.includes('oauth2PermissionGrants'));
    for (const { body } of grants) expect(body).not.toContain(idOf(exchangeAppId));
    const asked = written.flatMap(({ body }) => readRequired(body));
    expect(asked.filter(({ resourceAppId }) => resourceAppId === exchangeAppId)).toEqual(
      asked.filter(({ resourceAppId, type }) => resourceAppId === exchangeAppId && type === 'Role'),
    );
    // Every assignment is of a role that the very resource publishes.
    for (const { body } of assigned) {
      const { resourceId, appRoleId } = JSON.parse(body) as Record<string, string>;
      const published = apps.servicePrincipal(resourceId ?? '')?.appRoles.map(({ id }) => id);
      expect(published).toContain(appRoleId);
    }
  });
});

interface Required {
  readonly resourceAppId: string;
  readonly resourceAccess: readonly { readonly id: string; readonly type: string }[];
}

function readRequired(body: string) {
  if (!body.startsWith('{')) return [];
  const { requiredResourceAccess = [] } = JSON.parse(body) as { requiredResourceAccess?: Required[] };
  return requiredResourceAccess.flatMap(({ resourceAppId, resourceAccess }) =>
    resourceAccess.map(({ id, type }) => ({ resourceAppId, id, type })),
  );
}
