/**
 * The browser dies at every step of a disconnection: before each request and after each answer, before and after each
 * write of its own. A fresh start on the same stores brings it to its end, with the same proof.
 */
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { createDeviceKey, type DeviceKey } from '../../workers/access/device-key.ts';
import type { Disconnected } from '../../workers/contract/disconnect.ts';
import { systemClock, systemRandom } from '../../workers/kernel/clock.ts';
import { toBase64 } from '../../workers/kernel/bytes.ts';
import { parseKey } from '../tenant/directory/credentials.ts';
import { graphAppId } from '../tenant/directory/resources.ts';
import { selfSigned } from '../unit/tenant/core/self-signed.ts';
import { engineWorld, value, type EngineWorld } from './engine-world.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let world: EngineWorld;
let key: DeviceKey;
/** Base64 DER: this device's certificate, and another's. */
let certificates: readonly string[];

beforeAll(async () => {
  world = await engineWorld();
  key = await createDeviceKey(world.tenant.tenantId, { clock: systemClock, random: systemRandom });
  certificates = [toBase64(key.certificate), selfSigned('CN=another device').der.toString('base64')];
});

/** As onboarding two devices leaves it, without its time: three roles, one grant, two certificates. */
async function install(): Promise<{ readonly tenantId: string; readonly clientId: string }> {
  const { world: there, tenantId } = world.tenant;
  const { apps, grants, users } = there.directory;
  for (const { id } of apps.deleted()) {
    grants.forget(id);
    apps.purge(id);
  }
  const app = apps.addApplication({
    fields: { displayName: 'Holdfast Backup', uniqueName: 'holdfast-backup', signInAudience: 'AzureADMyOrg' },
    keys: certificates.map((certificate) =>
      parseKey(there, { type: 'AsymmetricX509Cert', usage: 'Verify', key: certificate }),
    ),
  });
  const principal = apps.addServicePrincipal({ appId: app.appId, displayName: 'Holdfast Backup' });
  const graph = apps.servicePrincipalByAppId(graphAppId);
  for (const { id } of graph?.appRoles.slice(0, 3) ?? [])
    grants.assign({ principalId: principal.id, resourceId: graph?.id ?? '', appRoleId: id });
  grants.grant({
    clientId: principal.id,
    consentType: 'Principal',
    principalId: users()[0]?.id ?? null,
    resourceId: graph?.id ?? '',
    scope: 'Tasks.ReadWrite',
  });
  await world.access.saveDeviceKey(key);
  await world.access.saveConnection({
    tenantId,
    tenantName: 'Contoso',
    clientId: app.appId,
    profile: 'read-only',
    certificateExpires: new Date(key.expires).toISOString(),
    kind: 'app',
    applicationId: app.id,
    account: null,
    homeTenantId: tenantId,
  });
  return { tenantId, clientId: app.appId };
}

/** Nothing of the app is left in the tenant, its recycle bin holds no right of it, and this device has no key. */
async function expectGone({ tenantId, clientId }: { tenantId: string; clientId: string }): Promise<void> {
  const { apps, grants } = world.tenant.world.directory;
  expect([apps.applicationByAppId(clientId), apps.servicePrincipalByAppId(clientId)]).toEqual([
    undefined,
    undefined,
  ]);
  const bin = apps.deleted().map(({ id }) => id);
  expect(bin).toHaveLength(2);
  expect(grants.assignments().filter(({ principalId }) => bin.includes(principalId))).toEqual([]);
  expect(grants.scopeGrants().filter(({ clientId: id }) => bin.includes(id))).toEqual([]);
  expect(apps.deleted().flatMap((one) => ('keys' in one ? one.keys : []))).toEqual([]);
  expect(value(await world.access.connections())).toEqual([]);
  expect(value(await world.access.deviceKey(tenantId))).toBeUndefined();
  expect(value(await world.api.unfinished())).toEqual([]);
}

const proof: Disconnected['proof'] = [
  { what: 'Application permissions', seen: '3 removed; read back: none left' },
  { what: 'Delegated permissions', seen: '1 removed; read back: none left' },
  { what: 'Certificates', seen: '2 removed; read back: none left' },
  { what: 'Service principal', seen: 'deleted; read back: 404 Request_ResourceNotFound' },
  { what: 'Application', seen: 'deleted; read back: 404 Request_ResourceNotFound' },
  { what: 'A new token for the app', seen: 'refused by Entra: AADSTS700016' },
  { what: 'Key in this browser', seen: 'deleted; read back: none' },
];

const deaf = () => undefined;

/** Kills the browser at the nth moment of this kind; gives what it was doing, or undefined where it came to the end. */
async function disconnectKilledAt(
  moment: 'before' | 'after',
  nth: number,
  tenantId: string,
): Promise<string | undefined> {
  let seen = 0;
  const killed = new Promise<string>((resolve) => {
    Object.assign(world.witness, { before: deaf, after: deaf });
    world.witness[moment] = (what) => {
      seen += 1;
      if (seen !== nth) return;
      world.kill();
      resolve(what);
    };
  });
  const ended = world.api.disconnect(tenantId, deaf).then((result) => void value(result));
  const at = await Promise.race([killed, ended]);
  Object.assign(world.witness, { before: deaf, after: deaf });
  return at ?? undefined;
}

describe('a browser that dies while it disconnects', () => {
  it.each(['before', 'after'] as const)(
    '%s each request and write: goes on to the same end',
    async (moment) => {
      const moments: string[] = [];
      for (let nth = 1; ; nth++) {
        const app = await install();
        const at = await disconnectKilledAt(moment, nth, app.tenantId);
        if (at === undefined) break;
        moments.push(at.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, '{id}'));
        world.api = await world.reload();
        const left = value(await world.api.unfinished());
        const isConnected = value(await world.access.connection(app.tenantId)) !== undefined;
        // Whatever was begun is told; and what is told or still connected can be brought to its end.
        if (left.length === 0 && !isConnected) {
          await expectGone(app);
          continue;
        }
        expect(left.every(({ verb, tenantId }) => verb === 'disconnect' && tenantId === app.tenantId)).toBe(
          true,
        );
        const before = new Set(world.tenant.world.directory.apps.deleted());
        const result = value(await world.api.disconnect(app.tenantId, deaf));
        expect([at, result.proof]).toEqual([at, proof]);
        expect(left.length === 1 || before.size === 0).toBe(true);
        await expectGone(app);
      }
      await expectGone({ tenantId: world.tenant.tenantId, clientId: 'none' });
      // Every kind of request was cut once: nothing of the sequence went unseen.
      for (const kind of [
        /^DELETE .*appRole/,
        /^DELETE .*oauth2Perm/,
        /^PATCH/,
        /^DELETE .*applications/,
        /^POST .*relay/,
        /^store forget/,
        /^store delete/,
      ])
        expect(moments.filter((at) => kind.test(at)).length).toBeGreaterThan(0);
    },
  );

  it('with each answer of Graph lost on the way, it still comes to its end by itself', async () => {
    for (let nth = 1; ; nth++) {
      const app = await install();
      world.api = await world.reload();
      const { faults } = world.tenant.world;
      faults.set([{ match: { host: 'graph.microsoft.com', nth }, answer: { lost: true } }]);
      const result = value(await world.api.disconnect(app.tenantId, deaf));
      expect([nth, result.proof]).toEqual([nth, proof]);
      await expectGone(app);
      const wasLost = (faults.rules()[0]?.hits ?? 0) > 0;
      faults.clear();
      if (!wasLost) break;
      expect(nth).toBeLessThan(40);
    }
  });
});
