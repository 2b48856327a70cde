/** The right to write is lent for one restore: no more than it needs, no longer than it takes, proved gone. */
import { describe, expect, it, vi } from 'vitest';
import type { WriteProgress } from '../../workers/contract/write-rights.ts';
import { value, type EngineWorld } from './engine-world.ts';
import { administrator, assign, helper, lent, putBack, tenantIdOf, writeScene } from './write-scene.ts';

vi.setConfig({ testTimeout: 30_000 });

const nothing = () => {};
const failing = (code: string) => ({ ok: false, error: { code } });

const exchanges = ({ tenant }: EngineWorld) => tenant.log?.exchanges ?? [];

/** Writes to assignments in the tenant's own log. */
const assignmentWrites = (world: EngineWorld, since: number) =>
  exchanges(world)
    .slice(since)
    .filter(({ method, url }) => method !== 'GET' && /appRoleAssign/.test(url))
    .map(({ method, status }) => `${method} ${status}`);

describe('the right to write', () => {
  it.each([
    ['mail', 'Mail.ReadWrite'],
    ['drive', 'Files.ReadWrite.All'],
  ] as const)('is asked for %s as %s alone, used, and taken back with proof', async (workload, role) => {
    const { world, plan } = await writeScene();
    const { api } = world;
    const tenantId = tenantIdOf(world);
    const hash = await plan(workload);
    const before = exchanges(world).length;
    expect(await api.restore(hash, nothing)).toMatchObject({
      error: { code: 'sign-in/consent-missing', facts: { roles: role } },
    });
    expect(value(await api.writeRequest(hash))).toMatchObject({ tenantId, roles: [role] });
    value(await api.openWriting(hash, 'sign-in', nothing));
    expect(lent(world)).toEqual([role]);
    expect(value(await api.writing())).toMatchObject([{ plan: hash, roles: [role], phase: 'open' }]);
    expect(value(await api.restore(hash, nothing))).toMatchObject({ restored: 1, failed: [] });
    const proof = value(await api.endWriting(tenantId, false, nothing));
    expect(proof).toMatchObject({ roles: [role] });
    expect(Date.parse(proof.lastTokenEnds ?? '')).toBeGreaterThan(Date.parse(proof.tokenAt));
    expect(lent(world)).toEqual([]);
    expect(value(await api.writing())).toEqual([]);
    expect(assignmentWrites(world, before)).toEqual(['POST 201', 'DELETE 204']);
    // The token that could write is discarded: the next restore has to ask again.
    expect(await api.restore(await plan(workload), nothing)).toMatchObject(
      failing('sign-in/consent-missing'),
    );
  });

  it('is lent for undoing as well', async () => {
    const { world, plan } = await writeScene();
    const hash = await plan();
    await putBack(world.api, tenantIdOf(world), hash);
    expect(await world.api.undoRestore(hash)).toMatchObject(failing('sign-in/consent-missing'));
    value(await world.api.openWriting(hash, 'sign-in', nothing));
    value(await world.api.undoRestore(hash));
    value(await world.api.endWriting(tenantIdOf(world), false, nothing));
    expect(lent(world)).toEqual([]);
  });

  it('is not asked for, nor taken away, where the profile was chosen to write', async () => {
    const { world, plan } = await writeScene('complete');
    const standing = lent(world);
    const hash = await plan();
    expect(value(await world.api.writeRequest(hash))).toBeNull();
    expect(value(await world.api.restore(hash, nothing))).toMatchObject({ restored: 1 });
    expect(value(await world.api.endWriting(tenantIdOf(world), false, nothing))).toMatchObject({ roles: [] });
    expect(lent(world)).toEqual(standing);
  });

  it('is not taken from an app that another device has given a wider profile meanwhile', async () => {
    const { world, plan } = await writeScene();
    const hash = await plan();
    value(await world.api.openWriting(hash, 'sign-in', nothing));
    const other = await world.otherDevice(administrator);
    value(await other.onboard('complete', nothing));
    const standing = lent(world);
    value(await world.api.restore(hash, nothing));
    expect(value(await world.api.endWriting(tenantIdOf(world), false, nothing))).toMatchObject({ roles: [] });
    expect(lent(world)).toEqual(standing);
  });

  it('is taken back from an app to which somebody added a role in Entra', async () => {
    const { world, plan } = await writeScene();
    assign(world, 'Group.Read.All');
    const hash = await plan();
    expect(await world.api.restore(hash, nothing)).toMatchObject(failing('sign-in/consent-missing'));
    expect(await putBack(world.api, tenantIdOf(world), hash)).toMatchObject({ roles: ['Mail.ReadWrite'] });
    expect(lent(world)).toEqual([]);
  });

  it('is taken back where the wider profile of meanwhile does not include it', async () => {
    const { world, plan } = await writeScene();
    const other = await world.otherDevice(administrator);
    value(await other.onboard('complete', nothing));
    const standing = lent(world);
    expect(await putBack(world.api, tenantIdOf(world), await plan('drive'))).toMatchObject({
      roles: ['Files.ReadWrite.All'],
    });
    expect(lent(world)).toEqual(standing);
  });

  it('is waited for while it has not reached the token, and told since when', async () => {
    const { world, plan } = await writeScene();
    world.tenant.world.replication.grantMs = 300_000;
    const told: WriteProgress[] = [];
    const began = Date.now();
    value(await world.api.openWriting(await plan(), 'sign-in', (progress) => void told.push(progress)));
    expect(Date.now() - began).toBeGreaterThanOrEqual(300_000);
    expect(told.map(({ step }) => step)).toEqual(['signing-in', 'granting', 'waiting']);
    expect(told.every(({ since }) => since >= began && since < began + 60_000)).toBe(true);
  });

  it('counts as gone only when neither the directory nor a fresh token has it', async () => {
    const { world, plan } = await writeScene();
    world.tenant.world.replication.deletionMs = 120_000;
    const hash = await plan();
    value(await world.api.openWriting(hash, 'sign-in', nothing));
    value(await world.api.restore(hash, nothing));
    const ended = Date.now();
    const proof = value(await world.api.endWriting(tenantIdOf(world), false, nothing));
    expect(Date.parse(proof.absentAt) - ended).toBeGreaterThanOrEqual(119_000);
    expect(Date.parse(proof.tokenAt)).toBeGreaterThanOrEqual(Date.parse(proof.absentAt));
  });

  it('is taken back where the wait for it is cancelled', async () => {
    const { world, plan, repository } = await writeScene();
    world.tenant.world.replication.grantMs = 3_600_000;
    const hash = await plan();
    const opening = world.api.openWriting(hash, 'sign-in', ({ step }) => {
      if (step === 'waiting') void world.api.cancelWriting(hash);
    });
    expect(await opening).toMatchObject(failing('job/cancelled'));
    expect(value(await world.api.unfinishedRestores(repository))).toEqual([]);
    expect(lent(world)).toEqual([]);
    expect(value(await world.api.writing())).toEqual([]);
  });

  it('is taken back where the restore fails, and where it is cancelled', async () => {
    const { world, plan } = await writeScene();
    for (const ending of ['fails', 'cancelled'] as const) {
      const hash = await plan();
      value(await world.api.openWriting(hash, 'sign-in', nothing));
      if (ending === 'fails')
        world.tenant.world.faults.set([
          { match: { method: 'POST', route: '**/mailFolders**' }, answer: { status: 403, code: 'x' } },
        ]);
      const restored = await world.api.restore(hash, () => {
        if (ending === 'cancelled') void world.api.cancelRestore(hash);
      });
      expect(restored).toMatchObject(
        ending === 'cancelled' ? { value: { cancelled: true } } : failing('graph/forbidden'),
      );
      world.tenant.world.faults.clear();
      value(await world.api.endWriting(tenantIdOf(world), false, nothing));
      expect(lent(world)).toEqual([]);
    }
  });

  it('stays on record where nobody is signed in any more, until somebody is', async () => {
    const { world, plan } = await writeScene();
    const hash = await plan();
    value(await world.api.openWriting(hash, 'sign-in', nothing));
    world.person.silent = false;
    value(await world.api.restore(hash, nothing));
    const ended = await world.api.endWriting(tenantIdOf(world), false, nothing);
    expect(ended).toMatchObject(failing('sign-in/interaction-required'));
    expect(value(await world.api.writing())).toMatchObject([{ phase: 'removing', inUse: false }]);
    value(await world.api.endWriting(tenantIdOf(world), true, nothing));
    expect(lent(world)).toEqual([]);
    expect(value(await world.api.writing())).toEqual([]);
  });
});

describe('where the Registrator’s own right no longer suffices', () => {
  it('is lent and taken back with the documented scopes', async () => {
    const { world, plan } = await writeScene();
    world.tenant.world.switches.accessAsUser = 'refused';
    const proof = await putBack(world.api, tenantIdOf(world), await plan());
    expect(proof).toMatchObject({ roles: ['Mail.ReadWrite'] });
    expect(lent(world)).toEqual([]);
    expect(value(await world.api.approvers(tenantIdOf(world)))).toHaveLength(1);
  });
});

describe('somebody else’s approval', () => {
  it('comes from another device, by ids and role names alone', async () => {
    const { world, plan } = await writeScene();
    world.person.upn = helper;
    const hash = await plan();
    expect(await world.api.openWriting(hash, 'sign-in', nothing)).toMatchObject(
      failing('sign-in/not-administrator'),
    );
    expect(value(await world.api.writing())).toEqual([]);
    expect(value(await world.api.approvers(tenantIdOf(world)))).toEqual([
      { name: 'Ada Brandt', userPrincipalName: administrator, role: 'Global Administrator' },
    ]);
    const request = value(await world.api.writeRequest(hash));
    if (!request) throw new Error('nothing to ask for');
    expect(Object.keys(request)).toEqual(['tenantId', 'clientId', 'roles', 'until']);
    const opening = world.api.openWriting(hash, 'approval', nothing);
    await vi.waitFor(async () =>
      expect(value(await world.api.writing())).toMatchObject([{ phase: 'asked' }]),
    );

    const other = await world.otherDevice(administrator);
    expect(value(await other.approval(request, 'look'))).toEqual({
      tenantName: 'Contoso Joinery',
      appName: 'Holdfast Backup',
      signedInAs: administrator,
      held: [],
      mayGrant: true,
    });
    expect(value(await other.approval(request, 'grant')).held).toEqual(['Mail.ReadWrite']);
    value(await opening);
    expect(value(await world.api.restore(hash, nothing))).toMatchObject({ restored: 1 });
    // Nobody here may take it back; the other device may.
    const refused = await world.api.endWriting(tenantIdOf(world), false, nothing);
    expect(refused).toMatchObject(failing('sign-in/not-administrator'));
    expect(value(await other.approval(request, 'remove')).held).toEqual([]);
    expect(value(await world.api.endWriting(tenantIdOf(world), false, nothing))).toMatchObject({
      roles: ['Mail.ReadWrite'],
    });
    expect(value(await world.api.writing())).toEqual([]);
  });

  it('widens no app that an administrator has not let read before, and no role but those of a restore', async () => {
    const { world, plan } = await writeScene();
    const request = value(await world.api.writeRequest(await plan()));
    if (!request) throw new Error('nothing to ask for');
    const { apps } = world.tenant.world.directory;
    const stranger = apps.addApplication({ fields: { displayName: 'Holdfast Backup' } });
    apps.addServicePrincipal({ appId: stranger.appId, displayName: 'Holdfast Backup' });
    const other = await world.otherDevice(administrator);
    const bad = [
      { ...request, clientId: stranger.appId },
      { ...request, roles: ['Application.ReadWrite.All'] },
      { ...request, roles: [] },
      { ...request, clientId: "x')/owners" },
    ];
    for (const one of bad) expect(await other.approval(one, 'grant')).toMatchObject(failing('input/invalid'));
    const nobody = await world.otherDevice(helper);
    expect(await nobody.approval(request, 'grant')).toMatchObject(failing('sign-in/not-administrator'));
    expect(lent(world)).toEqual([]);
  });
});

describe('other tabs and devices', () => {
  it('a device that joins meanwhile leaves the right as it is', async () => {
    const { world, plan } = await writeScene();
    const hash = await plan();
    value(await world.api.openWriting(hash, 'sign-in', nothing));
    const other = await world.otherDevice(administrator);
    value(await other.onboard('read-only', nothing));
    expect(lent(world)).toEqual(['Mail.ReadWrite']);
    expect(value(await world.api.restore(hash, nothing))).toMatchObject({ restored: 1, failed: [] });
    value(await world.api.endWriting(tenantIdOf(world), false, nothing));
    expect(lent(world)).toEqual([]);
    const seen: string[] = [];
    value(await other.accounts(tenantIdOf(world), (page) => seen.push(...page.map(({ id }) => id))));
    expect(seen).not.toEqual([]);
  });

  it('a device that was told of a wider profile lends it once another one has taken that back', async () => {
    const { world, plan, restart } = await writeScene('complete');
    const other = await world.otherDevice(administrator);
    value(await other.onboard('read-only', nothing));
    await restart();
    const hash = await plan();
    expect(await world.api.restore(hash, nothing)).toMatchObject(failing('sign-in/consent-missing'));
    expect(value(await world.api.writeRequest(hash))).toMatchObject({ roles: ['Mail.ReadWrite'] });
    expect(await putBack(world.api, tenantIdOf(world), hash)).toMatchObject({ roles: ['Mail.ReadWrite'] });
    expect(lent(world)).toEqual([]);
  });

  it('another tab cannot take the right from a restore, nor delete its backup', async () => {
    const { world, plan, repository } = await writeScene();
    const hash = await plan();
    value(await world.api.openWriting(hash, 'sign-in', nothing));
    const tab = await world.reload();
    let asked: Promise<unknown>[] = [];
    const restored = await world.api.restore(hash, () => {
      if (asked.length > 0) return;
      asked = [tab.endWriting(tenantIdOf(world), true, nothing), tab.writing(), tab.forget(repository)];
    });
    expect(value(restored)).toMatchObject({ restored: 1, failed: [] });
    expect(await Promise.all(asked)).toMatchObject([
      failing('job/already-running'),
      { ok: true, value: [{ inUse: true }] },
      failing('storage/busy'),
    ]);
  });

  it('what an older version left standing is told of and ended like any other', async () => {
    const { world, plan } = await writeScene();
    const hash = await plan();
    value(await world.api.openWriting(hash, 'sign-in', nothing));
    await world.records.delete(`write:${tenantIdOf(world)}`);
    const [connection] = value(await world.api.connections());
    if (!connection) throw new Error('not connected');
    value(await world.access.saveConnection({ ...connection, mayStillWrite: true }));
    expect(value(await world.api.writing())).toMatchObject([{ plan: null, phase: 'open', inUse: false }]);
    expect(await world.api.restore(hash, nothing)).toMatchObject(failing('job/write-rights-open'));
    value(await world.api.endWriting(tenantIdOf(world), true, nothing));
    expect(lent(world)).toEqual([]);
    expect(value(await world.api.connections())).toEqual([connection]);
  });
});
