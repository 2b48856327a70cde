import { afterEach, describe, expect, it, vi } from 'vitest';
import { createMemoryAccessStore } from '../../../../workers/access/access-store.ts';
import { disconnect } from '../../../../workers/access/disconnect.ts';
import { join } from '../../../../workers/access/join.ts';
import { leaveDevice } from '../../../../workers/access/leave-device.ts';
import type { LeaveDeps } from '../../../../workers/access/remove-by-proof.ts';
import { onboard } from '../../../../workers/access/onboard.ts';
import { previewRemoval } from '../../../../workers/access/removal-preview.ts';
import type { RemovalFacts } from '../../../../workers/access/removal.ts';
import { documentedInstallScopes } from '../../../../workers/access/scopes.ts';
import type { Profile } from '../../../../workers/contract/check.ts';
import type { DisconnectProgress } from '../../../../workers/contract/disconnect.ts';
import { ok } from '../../../../workers/kernel/result.ts';
import { addPassword } from '../../../tenant/directory/credentials.ts';
import { admin, amy } from '../../tenant/core/start.ts';
import { codeOf } from '../graph/fixtures.ts';
import { refusingFirstWrite } from './refused-write.ts';
import { createWorldWith, tidyUp } from './tenant-world.ts';

afterEach(tidyUp);

type World = Awaited<ReturnType<typeof createWorldWith>>;
type Device = Awaited<ReturnType<World['device']>>;

async function installed(world: World, profile: Profile = 'reference', upn = admin) {
  const device = await world.device(upn);
  const connection = await onboard(profile, device.install);
  if (!connection.ok) throw new Error(connection.error.detail);
  return { device, app: connection.value };
}

/** What the removal is given on this device; `facts` as a browser keeps them. */
function removal(
  { install }: Device,
  app: { tenantId: string; clientId: string },
  { graphWith }: Pick<World, 'graphWith'>,
) {
  const progress: DisconnectProgress[] = [];
  let facts: RemovalFacts = {};
  const appTokens = install.appTokens(app);
  const deps: LeaveDeps = {
    ...install,
    appTokens,
    appGraph: graphWith(appTokens),
    report: (step) => void progress.push(step),
    facts: () => facts,
    reach: async (_step, more = {}) => {
      facts = { ...facts, ...more };
      return ok();
    },
  };
  return { deps, progress };
}

/** What a restored app would come back with. */
function inTheBin({ tenant }: World) {
  const { apps, grants } = tenant.world.directory;
  const ids = apps.deleted().map(({ id }) => id);
  return {
    kinds: apps
      .deleted()
      .map((one) => ('keys' in one ? 'application' : 'servicePrincipal'))
      .toSorted(),
    credentials: apps.deleted().flatMap((one) => ('keys' in one ? [...one.keys, ...one.passwords] : [])),
    rights: [
      ...grants.assignments().filter(({ principalId }) => ids.includes(principalId)),
      ...grants.scopeGrants().filter(({ clientId }) => ids.includes(clientId)),
    ],
  };
}

const noted = (progress: readonly DisconnectProgress[], state: DisconnectProgress['state']) =>
  progress.filter((one) => one.state === state).map(({ step, note }) => `${step}: ${note}`);

describe('disconnecting', () => {
  it('takes rights, credentials, service principal, app and key, in this order, and shows what it saw', async () => {
    const world = await createWorldWith();
    const { device, app } = await installed(world);
    const { deps, progress } = removal(device, app, world);
    const result = await disconnect(app, deps);
    expect(result).toMatchObject({
      ok: true,
      value: {
        proof: [
          { what: 'Application permissions', seen: '11 removed; read back: none left' },
          { what: 'Delegated permissions', seen: '1 removed; read back: none left' },
          { what: 'Certificates', seen: '1 removed; read back: none left' },
          { what: 'Service principal', seen: 'deleted; read back: 404 Request_ResourceNotFound' },
          { what: 'Application', seen: 'deleted; read back: 404 Request_ResourceNotFound' },
          { what: 'A new token for the app', seen: 'refused by Entra: AADSTS700016' },
          { what: 'Key in this browser', seen: 'deleted; read back: none' },
        ],
      },
    });
    expect(noted(progress, 'running').filter((note) => /: Removing (1|11) of 11/.test(note))).toHaveLength(2);
    expect(noted(progress, 'done').map((note) => note.split(':', 1)[0])).toEqual([
      'roles',
      'grants',
      'certificates',
      'service-principal',
      'application',
      'token',
      'key',
    ]);
    const { apps } = world.tenant.world.directory;
    expect(apps.applicationByAppId(app.clientId)).toBeUndefined();
    expect(inTheBin(world)).toEqual({
      kinds: ['application', 'servicePrincipal'],
      credentials: [],
      rights: [],
    });
    expect(await device.store.connections()).toEqual({ ok: true, value: [] });
    expect(await device.store.deviceKey(app.tenantId)).toEqual({ ok: true, value: undefined });
    // A second time there is nothing to do, and nothing that could be refused a token.
    expect(await disconnect(app, removal(device, app, world).deps)).toMatchObject({
      value: {
        proof: expect.arrayContaining([
          { what: 'Application permissions', seen: 'read back: none' },
          { what: 'A new token for the app', seen: 'not asked for: this device has no valid key' },
        ]),
      },
    });
    expect(codeOf(await onboard('read-only', device.install))).toBe('ok');
  });

  it('says until when what cannot be revoked lives on', async () => {
    const world = await createWorldWith();
    const { device, app } = await installed(world, 'read-only');
    const token = await device.install.appTokens(app).fresh();
    const result = await disconnect(app, removal(device, app, world).deps);
    if (!result.ok || !token.ok) throw new Error('not removed');
    const { exp } = JSON.parse(
      Buffer.from(token.value.token.split('.')[1] ?? '', 'base64url').toString(),
    ) as { exp: number };
    expect(Date.parse(result.value.tokensEnd)).toBeGreaterThan(exp * 1000);
    expect(Date.parse(result.value.tokensEnd) - Date.now()).toBeLessThanOrEqual(90 * 60_000);
    expect(Date.parse(result.value.restorableUntil ?? '') - Date.now()).toBeLessThanOrEqual(30 * 86_400_000);
  });

  it('takes secrets along that somebody else has added', async () => {
    const world = await createWorldWith();
    const { device, app } = await installed(world, 'read-only');
    const there = world.tenant.world.directory.apps.applicationByAppId(app.clientId);
    if (!there) throw new Error('no app');
    addPassword(world.tenant.world, there, {});
    addPassword(world.tenant.world, there, {});
    const result = await disconnect(app, removal(device, app, world).deps);
    expect(result.ok && result.value.proof[3]).toEqual({
      what: 'Secrets that somebody else had added',
      seen: '2 removed; read back: none left',
    });
    expect(inTheBin(world).credentials).toEqual([]);
  });

  it('waits while the directory still shows what was removed, tells so, and looks as often as that takes', async () => {
    const world = await createWorldWith();
    const { device, app } = await installed(world);
    world.tenant.world.replication.deletionMs = 100_000;
    const { deps, progress } = removal(device, app, world);
    expect(codeOf(await disconnect(app, deps))).toBe('ok');
    const waits = noted(progress, 'waiting');
    expect(new Set(waits.map((note) => note.split(':', 1)[0]))).toEqual(
      new Set(['roles', 'service-principal']),
    );
    expect(waits.every((note) => /Waiting until it is gone everywhere \(\d+ s\)$/.test(note))).toBe(true);
    expect(inTheBin(world).rights).toEqual([]);
  });

  it('keeps the key where the app could not be removed, and goes on with the documented scopes', async () => {
    const world = await createWorldWith();
    const { device, app } = await installed(world, 'read-only');
    world.tenant.world.switches.accessAsUser = 'refused';
    expect(await disconnect(app, removal(device, app, world).deps)).toMatchObject({
      error: { code: 'sign-in/consent-missing', facts: { scopes: documentedInstallScopes.join(' ') } },
    });
    expect(await device.store.deviceKey(app.tenantId)).toMatchObject({ value: { tenantId: app.tenantId } });
    const documented = await world.device(admin, device.store, documentedInstallScopes);
    expect(codeOf(await disconnect(app, removal(documented, app, world).deps))).toBe('ok');
    expect(await device.store.connections()).toEqual({ ok: true, value: [] });
  });

  it('takes an administrator: others are told what they are, and nothing is touched', async () => {
    const world = await createWorldWith();
    const { app } = await installed(world, 'read-only');
    const before = world.tenant.world.directory.grants.assignments().length;
    for (const [upn, held] of [
      [amy, 'no directory role'],
      ['carl@contoso.example', 'Application Administrator'],
    ] as const) {
      const other = await world.device(upn);
      expect(await disconnect(app, removal(other, app, world).deps)).toMatchObject({
        error: { code: 'sign-in/not-administrator', detail: `signed in with: ${held}` },
      });
    }
    expect(world.tenant.world.directory.grants.assignments()).toHaveLength(before);
  });
});

describe('before a removal', () => {
  it('counts what it takes, and whose certificates they are', async () => {
    const world = await createWorldWith();
    const { device, app } = await installed(world);
    const second = await world.device(admin, createMemoryAccessStore());
    expect(codeOf(await onboard('reference', second.install))).toBe('ok');
    const here = await previewRemoval(app, device.install);
    expect(here).toMatchObject({
      value: {
        mayRemove: true,
        heldRoles: ['Global Administrator'],
        roles: 11,
        grants: 1,
        ownCertificate: true,
      },
    });
    const other = await second.store.deviceKey(app.tenantId);
    expect(here.ok && here.value.otherCertificates).toEqual([
      {
        name: `Holdfast device ${other.ok && other.value?.thumbprint.slice(0, 8)}`,
        ends: expect.stringMatching(/^2027-02-/),
      },
    ]);
  });

  it('says who may not, and that nothing is there', async () => {
    const world = await createWorldWith();
    const { app } = await installed(world, 'read-only');
    const carl = await world.device('carl@contoso.example');
    expect(await previewRemoval(app, carl.install)).toMatchObject({
      value: {
        mayRemove: false,
        mayLeave: true,
        heldRoles: ['Application Administrator'],
        ownCertificate: false,
      },
    });
    const none = { ...app, clientId: '11111111-2222-3333-4444-555555555555' };
    expect(await previewRemoval(none, carl.install)).toMatchObject({
      value: { roles: 0, grants: 0, otherCertificates: [] },
    });
  });
});

describe('leaving with this device alone', () => {
  it('takes out its certificate and key, and leaves the app to the others', async () => {
    const world = await createWorldWith();
    const { device, app } = await installed(world, 'read-only');
    const second = await world.device(admin, createMemoryAccessStore());
    expect(codeOf(await onboard('read-only', second.install))).toBe('ok');
    // Taking out a certificate takes less than removing the app: Carl may.
    const carl = await world.device('carl@contoso.example', device.store);
    expect(await leaveDevice(app, removal(carl, app, world).deps)).toMatchObject({
      value: {
        proof: [
          {
            what: 'This device’s certificate',
            seen: 'removed; read back: not among the 1 that are left',
          },
          { what: 'A new token with this device’s key', seen: 'refused by Entra: AADSTS700027' },
          { what: 'Key in this browser', seen: 'deleted; read back: none' },
        ],
        restorableUntil: null,
      },
    });
    expect(await device.store.connections()).toEqual({ ok: true, value: [] });
    expect(codeOf(await second.install.appTokens(app).fresh())).toBe('ok');
  });

  it('drops no device that comes while its own certificate is being taken out', async () => {
    const world = await createWorldWith();
    const { device, app } = await installed(world, 'read-only');
    const second = await world.device(admin, createMemoryAccessStore());
    const meanwhile = async () => expect(codeOf(await join(second.install))).toBe('ok');
    const { graph, writes } = refusingFirstWrite(world, device, { status: 503, meanwhile });
    const { deps } = removal({ ...device, install: { ...device.install, graph } }, app, world);
    expect(codeOf(await leaveDevice(app, deps))).toBe('ok');
    expect(writes()).toBe(2);
    expect(codeOf(await second.install.appTokens(app).fresh())).toBe('ok');
  });

  it('needs nobody’s rights while its key is alive: Entra takes the proof', async () => {
    const world = await createWorldWith();
    const { device, app } = await installed(world, 'read-only');
    const nobody = await world.device(amy, device.store);
    expect(await previewRemoval(app, nobody.install)).toMatchObject({
      value: { mayRemove: false, mayLeave: true, ownCertificate: true },
    });
    expect(codeOf(await leaveDevice(app, removal(nobody, app, world).deps))).toBe('ok');
    expect(world.tenant.world.directory.apps.applicationByAppId(app.clientId)?.keys).toEqual([]);
    expect(await device.store.connections()).toEqual({ ok: true, value: [] });
  });

  it('is refused to those who may not change the app once the key has ended, and nothing is touched', async () => {
    const world = await createWorldWith();
    const { device, app } = await installed(world, 'read-only');
    vi.setSystemTime(Date.now() + 91 * 24 * 3_600_000);
    const nobody = await world.device(amy, device.store);
    expect(await previewRemoval(app, nobody.install)).toMatchObject({
      value: { mayRemove: false, mayLeave: false, ownCertificate: true },
    });
    expect(codeOf(await leaveDevice(app, removal(nobody, app, world).deps))).toBe(
      'sign-in/not-administrator',
    );
    expect(world.tenant.world.directory.apps.applicationByAppId(app.clientId)?.keys).toHaveLength(1);
    expect(await device.store.connections()).toMatchObject({ value: [{ clientId: app.clientId }] });
  });

  it('needs nobody’s rights where the app is gone already', async () => {
    const world = await createWorldWith();
    const { device, app } = await installed(world, 'read-only');
    const second = await world.device(admin, createMemoryAccessStore());
    expect(codeOf(await onboard('read-only', second.install))).toBe('ok');
    expect(codeOf(await disconnect(app, removal(second, app, world).deps))).toBe('ok');
    const nobody = await world.device(amy, device.store);
    expect(await leaveDevice(app, removal(nobody, app, world).deps)).toMatchObject({
      value: {
        proof: [
          { seen: 'was not there; read back: not among the 0 that are left' },
          { seen: 'refused by Entra: AADSTS700016' },
          { seen: 'deleted; read back: none' },
        ],
      },
    });
  });
});
