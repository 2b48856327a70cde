/**
 * The browser dies at every moment of installing, joining and renewing: before each call that changes something in the
 * tenant or on this device, and after every exchange, when it was done and its answer is lost. A fresh engine on the same
 * stores comes to the same end: one app, each grant once, the certificates of both devices, the right connection. What
 * installing and joining have begun is told until then, or until it was undone.
 */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createDeviceKey, type DeviceKey } from '../../workers/access/device-key.ts';
import { permissionsOf } from '../../workers/access/profiles.ts';
import type { Connection } from '../../workers/contract/connections.ts';
import { systemClock, systemRandom } from '../../workers/kernel/clock.ts';
import { parseKey } from '../tenant/directory/credentials.ts';
import { selfSigned } from '../unit/tenant/core/self-signed.ts';
import { certificateOf, standing } from '../unit/workers/access/installed.ts';
import { engineWorld, value, type EngineWorld } from './engine-world.ts';

vi.setConfig({ testTimeout: 240_000, hookTimeout: 60_000 });

const day = 86_400_000;
const deaf = () => undefined;

let world: EngineWorld;
/** Base64 DER: another device's certificate, from before. */
let theirs: string;
/** Of this device, 61 of 90 days old. */
let aged: DeviceKey;

beforeAll(async () => {
  world = await engineWorld();
  theirs = selfSigned('CN=another device').der.toString('base64');
  const clock = { ...systemClock, now: () => Date.now() - 61 * day };
  aged = await createDeviceKey(world.tenant.tenantId, { clock, random: systemRandom });
  await reuseKeyPairs();
});

/** Making a pair takes a second, and rounds are many: certificates differ by their numbers all the same. */
async function reuseKeyPairs(): Promise<void> {
  const pair = async () =>
    crypto.subtle.generateKey(
      { name: 'RSA-PSS', modulusLength: 3072, publicExponent: new Uint8Array([1, 0, 1]), hash: 'SHA-256' },
      false,
      ['sign', 'verify'],
    );
  const pairs = [await pair(), await pair()];
  let next = 0;
  vi.spyOn(crypto.subtle, 'generateKey').mockImplementation(async () => {
    const taken = pairs[next++ % pairs.length];
    if (!taken) throw new Error('no key pair');
    return taken as never;
  });
}

/** Nothing is left of the round before, in the recycle bin neither. */
async function clear(): Promise<void> {
  const { apps, grants } = world.tenant.world.directory;
  const { apps: old, principals } = standing(world.tenant);
  for (const { id } of [...apps.deleted(), ...old, ...principals]) {
    grants.forget(id);
    apps.purge(id);
  }
  await world.access.forget(world.tenant.tenantId);
}

/** The app as another device has installed it; in the end that device's certificate must still be there. */
let template: Connection | undefined;
async function installedByAnother(mine: readonly DeviceKey[] = []): Promise<void> {
  if (template?.clientId !== standing(world.tenant).apps[0]?.appId) {
    await clear();
    template = value(await world.api.onboard('reference', deaf));
  }
  const [app] = standing(world.tenant).apps;
  if (!app || !template) throw new Error('nothing is installed');
  app.keys = [theirs, ...mine.map(certificateOf)].map((key) =>
    parseKey(world.tenant.world, { type: 'AsymmetricX509Cert', usage: 'Verify', key }),
  );
  await world.access.forget(world.tenant.tenantId);
  const own = mine[0];
  if (!own) return;
  const keyId = app.keys.find(({ key }) => key === certificateOf(own))?.keyId;
  await world.access.saveDeviceKey({ ...own, ...(keyId && { keyId }) });
  const certificateExpires = new Date(own.expires).toISOString();
  await world.access.saveConnection({ ...template, certificateExpires });
}

const verbs = {
  install: {
    prepare: clear,
    run: () => world.api.onboard('reference', deaf),
    others: [] as string[],
    kinds: [/^PATCH .*uniqueName/, /^POST .*servicePrincipals$/, /^POST .*appRoleAss/, /^POST .*oauth2Perm/],
  },
  join: {
    prepare: () => installedByAnother(),
    run: () => world.api.join(deaf),
    others: ['theirs'],
    kinds: [/^PATCH .*applications/],
  },
  renew: {
    prepare: () => installedByAnother([aged]),
    run: () => world.api.renew(world.tenant.tenantId),
    others: ['theirs'],
    kinds: [/addKey$/, /removeKey$/],
  },
};
type Verb = keyof typeof verbs;

/** What every one of them has to be killed in at least once, or the matrix has lost a part of the sequence. */
const always = [/^POST .*relay/, /^store saveNextKey/, /^store promoteNextKey/, /^store saveConnection/];

const writes = /^(POST|PATCH|DELETE) |^store (save|promote|put|delete)/;

/** Whether the browser is to die at this moment: its number in the run, and what it is doing. */
type Fate = (nth: number, what: string) => boolean;

/** Gives what the browser was doing when it died, or undefined where it came to the end. */
async function killedAt(verb: Verb, moment: 'before' | 'after', fate: Fate): Promise<string | undefined> {
  // The relay counts tokens a minute: rounds that follow at once would not all be alike.
  vi.setSystemTime(Date.now() + 600_000);
  await verbs[verb].prepare();
  let seen = 0;
  const killed = new Promise<string>((resolve) => {
    world.witness[moment] = (what) => {
      // Before a read it is as it was after whatever came before.
      if (moment === 'before' && !writes.test(what)) return;
      seen += 1;
      if (!fate(seen, what)) return;
      world.kill();
      resolve(what);
    };
  });
  const at = await Promise.race([killed, finish(verb)]);
  Object.assign(world.witness, { before: deaf, after: deaf });
  return at ?? undefined;
}

/** As a person does it, who presses _Try again_: on a busy machine this world's bent time may end a wait too early. */
async function finish(verb: Verb): Promise<void> {
  for (let tries = 1; ; tries++) {
    const result = await verbs[verb].run();
    if (!result.ok && tries < 3) continue;
    expect(value(result).profile).toBe('reference');
    return;
  }
}

const services = {
  graph: 'Microsoft Graph',
  exchange: 'Office 365 Exchange Online',
  sharepoint: 'Office 365 SharePoint Online',
} as const;
const scopes = 'Tasks.ReadWrite Directory.ReadWrite.All Group.ReadWrite.All offline_access';

const wantedRoles = permissionsOf('reference')
  .filter(({ kind }) => kind === 'Role')
  .map(({ resource, value: name }) => `${services[resource]}: ${name}`)
  .toSorted();

async function expectRight(verb: Verb, at: string): Promise<void> {
  const { tenantId } = world.tenant;
  const there = standing(world.tenant);
  expect([at, there.apps.length, there.principals.length]).toEqual([at, 1, 1]);
  expect([at, there.roles]).toEqual([at, wantedRoles]);
  expect([at, there.scopes.map(({ scope }) => scope)]).toEqual([at, [scopes]]);
  const key = value(await world.access.deviceKey(tenantId));
  const others = verbs[verb].others.length > 0 ? [theirs] : [];
  expect([at, there.certificates.toSorted()]).toEqual([
    at,
    [...others, key ? certificateOf(key) : 'none of this device'].toSorted(),
  ]);
  expect([at, value(await world.access.nextKey(tenantId))]).toEqual([at, undefined]);
  expect([at, value(await world.api.unfinished())]).toEqual([at, []]);
  expect([at, value(await world.access.connections())]).toMatchObject([
    at,
    [
      {
        tenantId,
        clientId: there.apps[0]?.appId,
        applicationId: there.apps[0]?.id,
        profile: 'reference',
        certificateExpires: new Date(key?.expires ?? 0).toISOString(),
      },
    ],
  ]);
}

/** What a start says of it: whatever has been changed is told, and what is told was begun. Renewing goes on by itself. */
async function expectTold(verb: Verb, at: string): Promise<void> {
  const { tenantId } = world.tenant;
  const there = standing(world.tenant);
  const before = verb === 'install' ? 0 : 1;
  const key = value(await world.access.nextKey(tenantId));
  const connection = value(await world.access.connection(tenantId));
  const isChanged = there.certificates.length > before || there.apps.length > before || key !== undefined;
  const isWhole = connection !== undefined && Date.parse(connection.certificateExpires) > Date.now();
  const told = value(await world.api.unfinished());
  const profile = verb === 'install' ? 'reference' : null;
  if (verb === 'renew') expect([at, told]).toEqual([at, []]);
  else if (told.length > 0) expect([at, told]).toMatchObject([at, [{ tenantId, verb, profile }]]);
  // The last moment is the end of the note itself.
  else expect([at, isChanged && !isWhole]).toEqual([at, false]);
}

/** One round: dies, starts again, comes to the same end. */
async function round(verb: Verb, moment: 'before' | 'after', fate: Fate): Promise<string | undefined> {
  const at = await killedAt(verb, moment, fate);
  if (at !== undefined) {
    world.api = await world.reload();
    await expectTold(verb, at);
    await finish(verb);
  }
  await expectRight(verb, at ?? 'never killed');
  return at;
}

describe.each(['install', 'join', 'renew'] as const)('a browser that dies: %s', (verb) => {
  it.each(['before', 'after'] as const)(
    '%s each exchange and write, comes to the same end',
    async (moment) => {
      world.kill();
      world.api = await world.reload();
      const moments: string[] = [];
      for (let number = 1; ; number++) {
        const at = await round(verb, moment, (nth) => nth === number);
        if (at === undefined) break;
        moments.push(at);
      }
      // A call that was made twice in one of the rounds moves the numbers; what matters most is never left out.
      const missed = [...always, ...verbs[verb].kinds].filter((kind) => !moments.some((at) => kind.test(at)));
      for (const kind of missed)
        expect(await round(verb, moment, (_, what) => kind.test(what))).toMatch(kind);
      expect(moments.length).toBeGreaterThan(5);
    },
  );
});

describe('a browser that died is told to, and undoes it', () => {
  const nothing = { apps: [], principals: [], roles: [], scopes: [], certificates: [] };

  it.each<[string, RegExp]>([
    ['before there is an app', /^store put/],
    ['before it knows the app that it has made', /^PATCH .*uniqueName/],
    ['before the app has a certificate', /^POST .*servicePrincipals$/],
    ['with half of its rights', /^POST .*appRoleAss/],
  ])('an installation %s', async (_, kind) => {
    const { tenantId } = world.tenant;
    await verbs.install.prepare();
    const at = await killedAt('install', 'after', (__, what) => kind.test(what));
    expect(at).toMatch(kind);
    world.api = await world.reload();
    expect(value(await world.api.unfinished())).toMatchObject([{ tenantId, verb: 'install' }]);
    const { apps } = standing(world.tenant);
    const preview = value(await world.api.previewRemoval(tenantId));
    expect(preview).toMatchObject({ mayRemove: true, otherCertificates: [] });
    const { proof } = value(await world.api.disconnect(tenantId, deaf));
    const seen = apps.length === 0 ? /has none/ : /^deleted; read back: 404/;
    expect(proof.find(({ what }) => what === 'Application')?.seen).toMatch(seen);
    expect(standing(world.tenant)).toEqual(nothing);
    expect(value(await world.api.unfinished())).toEqual([]);
    expect(value(await world.access.connections())).toEqual([]);
  });

  it('a joining whose certificate is added already: the other device stays', async () => {
    const { tenantId } = world.tenant;
    await verbs.join.prepare();
    const kind = /^PATCH .*applications/;
    expect(await killedAt('join', 'after', (_, what) => kind.test(what))).toMatch(kind);
    world.api = await world.reload();
    expect(standing(world.tenant).certificates).toHaveLength(2);
    expect(value(await world.access.connection(tenantId))).toBeUndefined();
    expect(value(await world.api.unfinished())).toMatchObject([{ tenantId, verb: 'join' }]);
    const preview = value(await world.api.previewRemoval(tenantId));
    expect(preview.ownCertificate).toBe(true);
    expect(preview.otherCertificates).toHaveLength(1);
    value(await world.api.leaveTenant(tenantId, deaf));
    expect(standing(world.tenant).certificates).toEqual([theirs]);
    expect(value(await world.access.nextKey(tenantId))).toBeUndefined();
    expect(value(await world.api.unfinished())).toEqual([]);
  });

  it('but nothing that has changed nothing: nobody’s rights, no app to join', async () => {
    await clear();
    expect(await world.api.join(deaf)).toMatchObject({ error: { code: 'graph/not-found' } });
    world.person.upn = 'jonas@contoso.example';
    expect(await world.api.onboard('reference', deaf)).toMatchObject({ ok: false });
    expect(value(await world.api.unfinished())).toEqual([]);
  });
});

afterAll(() => vi.restoreAllMocks());
