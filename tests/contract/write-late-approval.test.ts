/** Somebody was sent a link and nobody waits for it any more: what is granted by it later is told of and taken back. */
import { expect, it, vi } from 'vitest';
import { value } from './engine-world.ts';
import { administrator, helper, lent, tenantIdOf, writeScene } from './write-scene.ts';

vi.setConfig({ testTimeout: 60_000 });

const nothing = () => {};
const failing = (code: string) => ({ ok: false, error: { code } });
const hour = 3_600_000;

/** A helper asked an administrator and gave up waiting. */
async function askedInVain() {
  const scene = await writeScene();
  const { world } = scene;
  world.person.upn = helper;
  const hash = await scene.plan();
  const request = value(await world.api.writeRequest(hash));
  if (!request) throw new Error('nothing to ask for');
  const opening = world.api.openWriting(hash, 'approval', nothing);
  await vi.waitFor(async () => expect(value(await world.api.writing())).toMatchObject([{ phase: 'asked' }]));
  value(await world.api.cancelWriting(hash));
  expect(await opening).toMatchObject(failing('job/cancelled'));
  return { ...scene, hash, request, other: await world.otherDevice(administrator) };
}

it('a link that was given up stays on record, and what it grants late is taken back', async () => {
  const { world, request, other, restart, plan } = await askedInVain();
  const left = { phase: 'asked', plan: null, inUse: false, roles: ['Mail.ReadWrite'] };
  const [window] = value(await world.api.writing());
  expect(window).toMatchObject(left);
  expect(Date.parse(window?.askedUntil ?? '')).toBeGreaterThanOrEqual(Date.parse(request.until ?? ''));
  // It keeps no other restore from asking.
  const refused = await world.api.restore(await plan('drive'), nothing);
  expect(refused).toMatchObject(failing('sign-in/consent-missing'));
  value(await other.approval(request, 'grant'));
  await restart();
  expect(lent(world)).toEqual(['Mail.ReadWrite']);
  expect(value(await world.api.writing())).toMatchObject([left]);
  expect(await world.api.leaveTenant(tenantIdOf(world), nothing)).toMatchObject(
    failing('job/write-rights-open'),
  );
  world.person.upn = administrator;
  expect(value(await world.api.endWriting(tenantIdOf(world), true, nothing)).roles).toContain(
    'Mail.ReadWrite',
  );
  expect(lent(world)).toEqual([]);
  // The link could be followed once more.
  expect(value(await world.api.writing())).toMatchObject([left]);
});

it('once it has run out nobody grants by it, and one more look drops it', async () => {
  const { world, request, other } = await askedInVain();
  vi.setSystemTime(Date.now() + 24 * hour);
  expect(await other.approval(request, 'grant')).toMatchObject(failing('input/invalid'));
  expect(await other.approval({ ...request, until: null }, 'grant')).toMatchObject(failing('input/invalid'));
  expect(value(await other.approval(request, 'look')).held).toEqual([]);
  expect(value(await other.approval(request, 'remove')).held).toEqual([]);
  expect(lent(world)).toEqual([]);
  vi.setSystemTime(Date.now() + hour);
  expect(value(await world.api.writing())).toMatchObject([{ phase: 'asked' }]);
  value(await world.api.endWriting(tenantIdOf(world), false, nothing));
  expect(value(await world.api.writing())).toEqual([]);
});

it('a link whose time was put off grants nothing', async () => {
  const { world, request, other } = await askedInVain();
  const later = (ms: number) => new Date(Date.parse(request.until ?? '') + ms).toISOString();
  for (const until of [later(hour), '2099-01-01T00:00:00Z', 'some day']) {
    const changed = { ...request, until };
    expect(value(await other.approval(changed, 'look')).mayGrant).toBe(false);
    expect(await other.approval(changed, 'grant')).toMatchObject(failing('input/invalid'));
  }
  expect(lent(world)).toEqual([]);
  // The clock of whoever asked may be some minutes ahead.
  const ahead = { ...request, until: later(5 * 60_000) };
  expect(value(await other.approval(ahead, 'grant')).held).toEqual(['Mail.ReadWrite']);
});

it('beside a right that was lent and a profile that came meanwhile, only what is nobody’s goes', async () => {
  const { world, plan, restart } = await writeScene();
  const drive = await plan('drive');
  const opening = world.api.openWriting(drive, 'approval', nothing);
  await vi.waitFor(async () => expect(value(await world.api.writing())).toMatchObject([{ phase: 'asked' }]));
  value(await world.api.cancelWriting(drive));
  await opening;
  await world.api.endWriting(tenantIdOf(world), false, nothing);
  value(await world.api.openWriting(await plan('mail'), 'sign-in', nothing));
  world.kill();
  await restart();
  value(await world.api.onboard('complete', nothing));
  const standing = lent(world);
  expect(standing).toContain('Mail.ReadWrite');
  const proof = value(await world.api.endWriting(tenantIdOf(world), true, nothing));
  expect(proof.roles).toEqual(['Files.ReadWrite.All']);
  expect(lent(world)).toEqual(standing);
});
