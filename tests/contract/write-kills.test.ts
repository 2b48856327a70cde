/**
 * The tab is killed at every call of a restore that is lent the right to write, before the call or with its answer lost:
 * the next start finds either nothing standing or a record that tells of it, and taking back then works.
 */
import { describe, expect, it, vi } from 'vitest';
import { value } from './engine-world.ts';
import { lent, principalsOf, putBack, tenantIdOf, writeScene, type WriteScene } from './write-scene.ts';

vi.setConfig({ testTimeout: 120_000 });

const nothing = () => {};

/** Kills the tab at the nth call from now: true once it has. */
function killAt({ world }: WriteScene, nth: number, when: 'before' | 'answer lost') {
  const { fetch } = world.tenant;
  let calls = 0;
  let died = () => {};
  const dead = new Promise<true>((resolve) => {
    died = () => resolve(true);
  });
  const patched: typeof fetch = async (request) => {
    calls += 1;
    if (calls < nth) return fetch(request);
    if (calls === nth && when === 'answer lost') await fetch(request);
    world.kill();
    died();
    throw new TypeError('the tab is gone');
  };
  Object.assign(world.tenant, { fetch: patched });
  return { dead, mend: () => void Object.assign(world.tenant, { fetch }) };
}

describe.each(['before', 'answer lost'] as const)('killed at every call, %s', (when) => {
  it('leaves nothing, or a record that the next start tells of', async () => {
    const scene = await writeScene();
    const { world } = scene;
    const tenantId = tenantIdOf(world);
    const seen = { standing: 0, told: 0, clean: 0 };
    for (let nth = 1; ; nth++) {
      const hash = await scene.plan();
      const { dead, mend } = killAt(scene, nth, when);
      const killed = await Promise.race([dead, putBack(world.api, tenantId, hash).then(() => false)]);
      mend();
      if (!killed) break;
      await scene.restart();
      const windows = value(await world.api.writing());
      const standing = lent(world);
      seen.standing += standing.length;
      seen[windows.length > 0 ? 'told' : 'clean'] += 1;
      if (windows.length === 0) expect(standing, `call ${nth}`).toEqual([]);
      else {
        expect(windows, `call ${nth}`).toMatchObject([{ plan: hash, inUse: false }]);
        const other = await world.api.restore(await scene.plan('drive'), nothing);
        expect(other).toMatchObject({ error: { code: 'job/write-rights-open' } });
      }
      value(await world.api.endWriting(tenantId, true, nothing));
      expect(lent(world), `call ${nth}`).toEqual([]);
      expect(value(await world.api.writing())).toEqual([]);
    }
    // The matrix has been through both: calls with nothing to tell, and calls with the right standing.
    expect(seen.clean).toBeGreaterThan(0);
    expect(seen.standing).toBeGreaterThan(5);
    expect(seen.told).toBeGreaterThanOrEqual(seen.standing);
  });
});

it('goes on with its own plan after a kill, without asking for what it holds', async () => {
  const scene = await writeScene();
  const { world } = scene;
  const hash = await scene.plan();
  value(await world.api.openWriting(hash, 'sign-in', nothing));
  world.kill();
  await scene.restart();
  expect(value(await world.api.unfinishedRestores(scene.repository))).toMatchObject([{ hash }]);
  expect(value(await world.api.writing())).toMatchObject([{ plan: hash, inUse: false }]);
  expect(value(await world.api.restore(hash, nothing))).toMatchObject({ restored: 1, failed: [] });
  value(await world.api.endWriting(tenantIdOf(world), false, nothing));
  expect(lent(world)).toEqual([]);
});

it('ends where the app was switched off meanwhile: no token carries anything', async () => {
  const scene = await writeScene();
  const { world } = scene;
  value(await world.api.openWriting(await scene.plan(), 'sign-in', nothing));
  world.kill();
  await scene.restart();
  const principal = principalsOf(world).principal;
  if (principal) principal.fields['accountEnabled'] = false;
  value(await world.api.endWriting(tenantIdOf(world), true, nothing));
  expect(lent(world)).toEqual([]);
  expect(value(await world.api.writing())).toEqual([]);
});

it('gets by with every single answer lost', async () => {
  const scene = await writeScene();
  const { world } = scene;
  for (let nth = 1; ; nth++) {
    const hash = await scene.plan();
    world.tenant.world.faults.set([{ match: { nth }, answer: { lost: true } }]);
    await putBack(world.api, tenantIdOf(world), hash);
    const hits = world.tenant.world.faults.rules()[0]?.hits;
    world.tenant.world.faults.clear();
    value(await world.api.endWriting(tenantIdOf(world), true, nothing));
    expect(lent(world), `call ${nth}`).toEqual([]);
    expect(value(await world.api.writing())).toEqual([]);
    if (hits === 0) break;
  }
});
