import { unknown } from 'valibot';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createAppTokens } from '../../../../workers/access/app-token.ts';
import { daysOf } from '../../../../workers/access/device-key.ts';
import { onboard } from '../../../../workers/access/onboard.ts';
import { renew, type RenewDeps } from '../../../../workers/access/renew-certificate.ts';
import type { Connection } from '../../../../workers/contract/connections.ts';
import type { GraphClient } from '../../../../workers/graph/client.ts';
import { systemRandom } from '../../../../workers/kernel/clock.ts';
import { failure } from '../../../../workers/kernel/failure.ts';
import { err } from '../../../../workers/kernel/result.ts';
import { codeOf } from '../graph/fixtures.ts';
import { certificateOf, spareKey, standing } from './installed.ts';
import { createWorldWith, relayUrl, steppingClock, tidyUp } from './tenant-world.ts';

afterEach(tidyUp);

const day = 24 * 60 * 60_000;

/** Two devices; the first of them is looked at, `days` later. */
async function later(days: number) {
  const world = await createWorldWith();
  const { tenantId } = world.tenant;
  const { install, store } = await world.device();
  const { install: others, store: othersStore } = await world.device();
  await store.saveNextKey(await spareKey(tenantId, 1));
  await othersStore.saveNextKey(await spareKey(tenantId, 2));
  const installed = await onboard('read-only', install);
  if (!installed.ok) throw new Error(installed.error.detail);
  expect(codeOf(await onboard('read-only', others))).toBe('ok');
  vi.setSystemTime(Date.now() + days * day);
  const connection: Connection = installed.value;
  const tokens = createAppTokens(connection, { ...world.deps, clock: steppingClock, relay: relayUrl, store });
  const graph = world.graphWith(tokens);
  const deps: RenewDeps = { graph, tokens, store, clock: steppingClock, random: systemRandom };
  const keyOf = async (which: 'deviceKey' | 'nextKey') => {
    const key = await store[which](tenantId);
    return key.ok ? key.value : undefined;
  };
  return { world, connection, deps, store, keyOf, others: certificateOf(await spareKey(tenantId, 2)) };
}

type Scene = Awaited<ReturnType<typeof later>>;

/** After a renewal: one certificate a device, of which this device's is the one it has. */
async function expectRenewed({ world, deps, keyOf, others, connection, store }: Scene) {
  const key = await keyOf('deviceKey');
  if (!key) throw new Error('the key is gone');
  const there = standing(world.tenant);
  expect(there.certificates.toSorted()).toEqual([others, certificateOf(key)].toSorted());
  expect(await keyOf('nextKey')).toBeUndefined();
  expect(key.thumbprint).not.toBe((await spareKey(connection.tenantId, 1)).thumbprint);
  const kept = await store.connection(connection.tenantId);
  expect(kept).toMatchObject({ value: { certificateExpires: new Date(key.expires).toISOString() } });
  const users = await deps.graph.get('/users?$top=1', unknown(), { pool: 'directory' });
  expect(codeOf(users)).toBe('ok');
}

/** Breaks off at one call that rolls a key, before it is made or after. */
function interrupted(graph: GraphClient, path: string, when: 'before' | 'after'): GraphClient {
  return {
    ...graph,
    send: async (...call) => {
      if (!call[1].endsWith(path)) return graph.send(...call);
      if (when === 'after') await graph.send(...call);
      return err(failure('network/offline', 'cut short'));
    },
  };
}

describe('a certificate', () => {
  it('is left alone before day 60', async () => {
    const scene = await later(59);
    const before = standing(scene.world.tenant).certificates;
    expect(await renew(scene.connection, scene.deps)).toEqual({ ok: true, value: scene.connection });
    expect(standing(scene.world.tenant).certificates).toEqual(before);
  });

  it('is renewed from day 60 on without an administrator, and the old one is taken out', async () => {
    const scene = await later(60);
    const before = standing(scene.world.tenant);
    expect(codeOf(await renew(scene.connection, scene.deps))).toBe('ok');
    await expectRenewed(scene);
    expect(standing(scene.world.tenant).roles).toEqual(before.roles);
  });

  it.each([
    ['addKey', 'before'],
    ['addKey', 'after'],
    ['removeKey', 'before'],
    ['removeKey', 'after'],
  ] as const)('is renewed once when %s is cut short %s it was done', async (path, when) => {
    const scene = await later(60);
    const { connection, deps } = scene;
    const cut = { ...deps, graph: interrupted(deps.graph, `/${path}`, when) };
    expect(codeOf(await renew(connection, cut))).toBe('network/offline');
    // Whichever key it is, the device still has one that brings a token.
    deps.tokens.invalidate('');
    expect(codeOf(await deps.tokens.fresh())).toBe('ok');
    expect(codeOf(await renew(connection, deps))).toBe('ok');
    await expectRenewed(scene);
  });

  it('is not added twice while the directory has not shown it everywhere yet', async () => {
    const scene = await later(60);
    const { connection, deps } = scene;
    scene.world.tenant.world.replication.credentialMs = 300_000;
    const cut = { ...deps, graph: interrupted(deps.graph, '/addKey', 'after') };
    expect(codeOf(await renew(connection, cut))).toBe('network/offline');
    expect(codeOf(await renew(connection, deps))).toBe('ok');
    await expectRenewed(scene);
  });

  it('of 30 days is made where the policy wants it, and renewed from day 20 on', async () => {
    const scene = await later(60);
    const { connection, deps, world, keyOf } = scene;
    world.tenant.world.switches.appCertificates = 'short';
    const first = await renew(connection, deps);
    await expectRenewed(scene);
    const key = await keyOf('deviceKey');
    expect(key && daysOf(key)).toBe(30);
    if (!first.ok) throw new Error(first.error.detail);
    vi.setSystemTime(Date.now() + 19 * day);
    expect(await renew(first.value, deps)).toEqual(first);
    vi.setSystemTime(Date.now() + day);
    const second = await renew(first.value, deps);
    expect(second.ok && second.value.certificateExpires > first.value.certificateExpires).toBe(true);
  });

  it('stays what it is where the policy refuses every new one', async () => {
    const scene = await later(60);
    const { connection, deps, world, keyOf } = scene;
    world.tenant.world.switches.appCertificates = 'refused';
    const before = await keyOf('deviceKey');
    expect(codeOf(await renew(connection, deps))).toBe('graph/credential-refused');
    expect(await keyOf('deviceKey')).toEqual(before);
    expect(codeOf(await deps.tokens.fresh())).toBe('ok');
    world.tenant.world.switches.appCertificates = 'allowed';
    expect(codeOf(await renew(connection, deps))).toBe('ok');
    await expectRenewed(scene);
  });

  it('waits for an administrator where the app’s object id was never noted, or the key has ended', async () => {
    const old = await later(60);
    expect(await renew({ ...old.connection, applicationId: null }, old.deps)).toMatchObject({
      error: { code: 'sign-in/interaction-required', retry: 'after-user' },
    });
    const late = await later(91);
    expect(codeOf(await renew(late.connection, late.deps))).toBe('sign-in/interaction-required');
    expect(codeOf(await late.deps.tokens.fresh())).toBe('sign-in/interaction-required');
  });
});
