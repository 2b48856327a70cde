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

interface App {
  readonly tenantId: string;
  readonly clientId: string;
}
/** Nothing is left of the round before, in the recycle bin neither. */
function clearTenant(): void {
  const { apps, grants } = world.tenant.world.directory;
  const old = apps.applications().filter(({ fields }) => fields['uniqueName'] === 'holdfast-backup');
  const principals = old.flatMap(({ appId }) => apps.servicePrincipalByAppId(appId) ?? []);
  for (const { id } of [...apps.deleted(), ...old, ...principals]) {
    grants.forget(id);
    apps.purge(id);
  }
}

/** As onboarding two devices leaves it, without its time: three roles, one grant, two certificates. */
async function install(): Promise<App> {
  const { world: there, tenantId } = world.tenant;
  const { apps, grants, users } = there.directory;
  clearTenant();
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

type Verb = 'disconnect' | 'leave';

/** The app is as it was for the other device, and this one has nothing to reach it with. */
async function expectLeft({ tenantId, clientId }: App): Promise<void> {
  const { apps, grants } = world.tenant.world.directory;
  expect(apps.applicationByAppId(clientId)?.keys.map(({ key: one }) => one)).toEqual([certificates[1]]);
  const principal = apps.servicePrincipalByAppId(clientId)?.id;
  expect(grants.assignments().filter(({ principalId }) => principalId === principal)).toHaveLength(3);
  expect(grants.scopeGrants().filter(({ clientId: id }) => id === principal)).toHaveLength(1);
  await expectForgotten(tenantId);
}

async function expectForgotten(tenantId: string): Promise<void> {
  expect(value(await world.access.connections())).toEqual([]);
  expect(value(await world.access.deviceKey(tenantId))).toBeUndefined();
  expect(value(await world.api.unfinished())).toEqual([]);
}

/** Nothing of the app is left in the tenant, its recycle bin holds no right of it, and this device has no key. */
async function expectGone({ tenantId, clientId }: App): Promise<void> {
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
  await expectForgotten(tenantId);
}

const deaf = () => undefined;

const run = (verb: Verb, tenantId: string) =>
  verb === 'leave' ? world.api.leaveTenant(tenantId, deaf) : world.api.disconnect(tenantId, deaf);

const proofs: Record<Verb, Disconnected['proof']> = {
  disconnect: [
    { what: 'Application permissions', seen: '3 removed; read back: none left' },
    { what: 'Delegated permissions', seen: '1 removed; read back: none left' },
    { what: 'Certificates', seen: '2 removed; read back: none left' },
    { what: 'Service principal', seen: 'deleted; read back: 404 Request_ResourceNotFound' },
    { what: 'Application', seen: 'deleted; read back: 404 Request_ResourceNotFound' },
    { what: 'A new token for the app', seen: 'refused by Entra: AADSTS700016' },
    { what: 'Key in this browser', seen: 'deleted; read back: none' },
  ],
  leave: [
    { what: 'This device’s certificate', seen: 'removed; read back: not among the 1 that are left' },
    { what: 'A new token with this device’s key', seen: 'refused by Entra: AADSTS700027' },
    { what: 'Key in this browser', seen: 'deleted; read back: none' },
  ],
};

/** Kinds of requests and writes that must have been cut at least once: nothing of the sequence goes unseen. */
const kinds: Record<Verb, readonly RegExp[]> = {
  disconnect: [/^DELETE .*appRole/, /^DELETE .*oauth2Perm/, /^PATCH/, /^DELETE .*applications/],
  leave: [/^PATCH/],
};
const both = [/^POST .*relay/, /^store put/, /^store forget/, /^store delete/];

/** Kills the browser at the nth moment of this kind; gives what it was doing, or undefined where it came to the end. */
async function killedAt(
  moment: 'before' | 'after',
  nth: number,
  { verb, tenantId }: { readonly verb: Verb; readonly tenantId: string },
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
  const ended = run(verb, tenantId).then((result) => void value(result));
  const at = await Promise.race([killed, ended]);
  Object.assign(world.witness, { before: deaf, after: deaf });
  return at ?? undefined;
}

describe.each(['disconnect', 'leave'] as const)('a browser that dies: %s', (verb) => {
  const expectDone = verb === 'leave' ? expectLeft : expectGone;

  it.each(['before', 'after'] as const)(
    '%s each request and write, goes on to the same end',
    async (moment) => {
      const moments: string[] = [];
      for (let nth = 1; ; nth++) {
        const app = await install();
        const at = await killedAt(moment, nth, { verb, tenantId: app.tenantId });
        if (at === undefined) {
          await expectDone(app);
          break;
        }
        moments.push(at);
        world.api = await world.reload();
        const told = value(await world.api.unfinished());
        const isConnected = value(await world.access.connection(app.tenantId)) !== undefined;
        // What is neither told nor connected has come to its end; all else can be brought there.
        if (told.length > 0 || isConnected) {
          const changed =
            world.tenant.world.directory.apps.applicationByAppId(app.clientId)?.keys.length !== 2;
          expect([at, told.map((one) => one.verb)]).toEqual([at, changed || told.length > 0 ? [verb] : []]);
          expect([at, value(await run(verb, app.tenantId)).proof]).toEqual([at, proofs[verb]]);
        }
        await expectDone(app);
      }
      for (const kind of [...kinds[verb], ...both])
        expect([kind, moments.some((at) => kind.test(at))]).toEqual([kind, true]);
    },
  );

  it('goes on by itself where an answer of Graph is lost on the way, whichever it is', async () => {
    for (let nth = 1; ; nth++) {
      const app = await install();
      world.api = await world.reload();
      const { faults } = world.tenant.world;
      faults.set([{ match: { host: 'graph.microsoft.com', nth }, answer: { lost: true } }]);
      expect([nth, value(await run(verb, app.tenantId)).proof]).toEqual([nth, proofs[verb]]);
      await expectDone(app);
      const wasLost = (faults.rules()[0]?.hits ?? 0) > 0;
      faults.clear();
      if (!wasLost) break;
      expect(nth).toBeLessThan(40);
    }
  });
});
