/** What a proof is worth where the directory lags behind, and where other devices hold tokens. */
import { expect, it, vi } from 'vitest';
import { value, type EngineWorld } from './engine-world.ts';
import { administrator, lent, tenantIdOf, writeScene } from './write-scene.ts';

vi.setConfig({ testTimeout: 60_000 });

const nothing = () => {};

/** The tab dies with the answer to its grant lost; for `lagMs` no list shows what was granted. */
function loseGrant({ tenant, kill }: EngineWorld, lagMs: number): Promise<void> {
  const { fetch } = tenant;
  let hidden: readonly string[] = [];
  let until = 0;
  return new Promise((resolve) => {
    const lagging: typeof fetch = async (request) => {
      const isAssignments = /appRoleAssignments/.test(request.url);
      const answer = await fetch(request);
      if (isAssignments && request.method === 'POST') {
        hidden = [((await answer.json()) as { id: string }).id];
        until = Date.now() + lagMs;
        kill();
        resolve();
        throw new TypeError('the tab is gone');
      }
      if (!isAssignments || request.method !== 'GET' || Date.now() > until) return answer;
      const page = (await answer.json()) as { value: { id: string }[] };
      return Response.json({ ...page, value: page.value.filter(({ id }) => !hidden.includes(id)) });
    };
    Object.assign(tenant, { fetch: lagging });
  });
}

/** For so long no list shows what is granted from now on. */
function hideGrants({ tenant }: EngineWorld, lagMs: number): void {
  const { fetch } = tenant;
  const shownAt = new Map<string, number>();
  const lagging: typeof fetch = async (request) => {
    const answer = await fetch(request);
    if (!/appRoleAssignments/.test(request.url) || !answer.ok || request.method === 'DELETE') return answer;
    if (request.method === 'POST') {
      const { id } = (await answer.clone().json()) as { id: string };
      shownAt.set(id, Date.now() + lagMs);
      return answer;
    }
    const page = (await answer.json()) as { value: { id: string }[] };
    return Response.json({
      ...page,
      value: page.value.filter(({ id }) => (shownAt.get(id) ?? 0) < Date.now()),
    });
  };
  Object.assign(tenant, { fetch: lagging });
}

it.each([30, 110])(
  'a grant whose answer was lost is taken back, %d s before a list shows it',
  async (lag) => {
    const scene = await writeScene();
    const { world } = scene;
    world.tenant.world.replication.grantMs = lag * 1_000;
    const dead = loseGrant(world, lag * 1_000);
    void world.api.openWriting(await scene.plan(), 'sign-in', nothing);
    await dead;
    await scene.restart();
    value(await world.api.endWriting(tenantIdOf(world), true, nothing));
    expect(lent(world)).toEqual([]);
    expect(value(await world.api.writing())).toEqual([]);
  },
);

it('a grant that was answered, or never tried, is taken back without a wait', async () => {
  const scene = await writeScene();
  const { world } = scene;
  value(await world.api.openWriting(await scene.plan(), 'sign-in', nothing));
  const began = Date.now();
  value(await world.api.endWriting(tenantIdOf(world), true, nothing));
  expect(lent(world)).toEqual([]);
  value(await world.api.endWriting(tenantIdOf(world), true, nothing));
  expect(Date.now() - began).toBeLessThan(60_000);
});

it('the proof reckons with tokens that another device has fetched', async () => {
  const { world, plan } = await writeScene();
  value(await world.api.openWriting(await plan(), 'sign-in', nothing));
  const other = await world.otherDevice(administrator);
  value(await other.join(nothing));
  vi.setSystemTime(Date.now() + 70 * 60_000);
  const fetched = Date.now();
  value(await other.accounts(tenantIdOf(world), nothing));
  const proof = value(await world.api.endWriting(tenantIdOf(world), true, nothing));
  const ends = Date.parse(proof.lastTokenEnds ?? '');
  expect(ends).toBeGreaterThanOrEqual(fetched + 60 * 60_000);
  expect(ends).toBeGreaterThanOrEqual(Date.parse(proof.absentAt) + 90 * 60_000);
});

it('an approval is shown and taken back by the page that gave it, before any list shows it', async () => {
  const { world, plan } = await writeScene();
  const request = value(await world.api.writeRequest(await plan()));
  if (!request) throw new Error('nothing to ask for');
  const other = await world.otherDevice(administrator);
  hideGrants(world, 30_000);
  expect(value(await other.approval(request, 'grant')).held).toEqual(['Mail.ReadWrite']);
  expect(value(await other.approval(request, 'look')).held).toEqual(['Mail.ReadWrite']);
  expect(value(await other.approval(request, 'remove')).held).toEqual([]);
  expect(lent(world)).toEqual([]);
});

it('what somebody else has taken back meanwhile is not shown as given for long', async () => {
  const { world, plan } = await writeScene();
  const request = value(await world.api.writeRequest(await plan()));
  if (!request) throw new Error('nothing to ask for');
  const other = await world.otherDevice(administrator);
  value(await other.approval(request, 'grant'));
  value(await world.api.endWriting(tenantIdOf(world), true, nothing));
  vi.setSystemTime(Date.now() + 3 * 60_000);
  expect(value(await other.approval(request, 'look')).held).toEqual([]);
});
