/** Whoever takes the backup app, or this device, out of a tenant leaves no lent right to write behind. */
import { describe, expect, it, vi } from 'vitest';
import type { EngineApi } from '../../workers/contract/engine-api.ts';
import { value } from './engine-world.ts';
import { lent, tenantIdOf, writeScene } from './write-scene.ts';

vi.setConfig({ testTimeout: 30_000 });

const nothing = () => {};
const failing = (code: string) => ({ ok: false, error: { code } });

/** The tab died with the right in its hands. */
async function leftOver() {
  const scene = await writeScene();
  const { world } = scene;
  value(await world.api.openWriting(await scene.plan(), 'sign-in', nothing));
  world.kill();
  await scene.restart();
  expect(lent(world)).toEqual(['Mail.ReadWrite']);
  expect(value(await world.api.writing())).toMatchObject([{ inUse: false }]);
  return { ...scene, tenantId: tenantIdOf(world) };
}

describe('a right to write that a dead tab has left', () => {
  it('goes with the app, and its record too', async () => {
    const { world, tenantId, plan } = await leftOver();
    const { apps, grants } = world.tenant.world.directory;
    const before = grants.assignments().length;
    const { proof } = value(await world.api.disconnect(tenantId, nothing));
    expect(grants.assignments().length).toBeLessThan(before);
    const removed = before - grants.assignments().length;
    expect(proof).toContainEqual({
      what: 'Application permissions',
      seen: `${removed} removed; read back: none left`,
    });
    const bin = apps.deleted().map(({ id }) => id);
    expect(grants.assignments().filter(({ principalId }) => bin.includes(principalId))).toEqual([]);
    expect(value(await world.records.list('write'))).toEqual([]);

    // Installed anew it knows of no right, and lends one as ever.
    value(await world.api.onboard('read-only', nothing));
    expect(value(await world.api.writing())).toEqual([]);
    value(await world.api.openWriting(await plan(), 'sign-in', nothing));
    expect(lent(world)).toEqual(['Mail.ReadWrite']);
  });

  it('keeps the device that knows of it from leaving, until it is taken back', async () => {
    const { world, tenantId } = await leftOver();
    expect(await world.api.leaveTenant(tenantId, nothing)).toMatchObject(failing('job/write-rights-open'));
    expect(value(await world.api.connections())).toHaveLength(1);
    expect(value(await world.api.unfinished())).toEqual([]);
    expect(value(await world.api.writing())).toMatchObject([{ tenantId, roles: ['Mail.ReadWrite'] }]);

    value(await world.api.endWriting(tenantId, true, nothing));
    value(await world.api.leaveTenant(tenantId, nothing));
    expect(lent(world)).toEqual([]);
    expect(value(await world.api.connections())).toEqual([]);
  });
});

describe('a restore that has the right', () => {
  it.each<[string, (tab: EngineApi, tenantId: string) => Promise<unknown>]>([
    ['the app', (tab, tenantId) => tab.disconnect(tenantId, nothing)],
    ['this device', (tab, tenantId) => tab.leaveTenant(tenantId, nothing)],
  ])('is not robbed of it by another tab that removes %s', async (_, remove) => {
    const { world, plan } = await writeScene();
    const tenantId = tenantIdOf(world);
    const hash = await plan();
    value(await world.api.openWriting(hash, 'sign-in', nothing));
    const tab = await world.reload();
    let asked: Promise<unknown> | undefined;
    const restored = await world.api.restore(hash, () => {
      asked ??= remove(tab, tenantId);
    });
    expect(value(restored)).toMatchObject({ restored: 1, failed: [] });
    expect(await asked).toMatchObject(failing('job/write-rights-open'));
    value(await world.api.endWriting(tenantId, false, nothing));
    expect(value(await world.api.unfinished())).toEqual([]);
    // The restore has ended: nothing stands in the way any more, in its own tab neither.
    expect(await remove(world.api, tenantId)).toMatchObject({ ok: true });
  });

  it('does not begin while the app is being removed', async () => {
    const { world, plan } = await writeScene();
    const tenantId = tenantIdOf(world);
    const hash = await plan();
    let asked: Promise<unknown> | undefined;
    const removed = await world.api.disconnect(tenantId, () => {
      asked ??= world.api.openWriting(hash, 'sign-in', nothing);
    });
    expect(removed).toMatchObject({ ok: true });
    expect(await asked).toMatchObject(failing('job/already-running'));
    expect(value(await world.api.writing())).toEqual([]);
  });
});
