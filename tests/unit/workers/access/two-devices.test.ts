import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { InstallDeps } from '../../../../workers/access/installation.ts';
import { join } from '../../../../workers/access/join.ts';
import { onboard } from '../../../../workers/access/onboard.ts';
import type { Connection } from '../../../../workers/contract/connections.ts';
import { systemRandom } from '../../../../workers/kernel/clock.ts';
import type { Result } from '../../../../workers/kernel/result.ts';
import { codeOf } from '../graph/fixtures.ts';
import { certificateOf, spareKey, standing } from './installed.ts';
import { refusingFirstWrite } from './refused-write.ts';
import { createWorldWith, tidyUp } from './tenant-world.ts';
import { createTimeline, seeded } from './timeline.ts';

afterEach(tidyUp);

type World = Awaited<ReturnType<typeof createWorldWith>>;
type Device = Awaited<ReturnType<World['device']>>;

let world: World;
beforeEach(async () => {
  world = await createWorldWith();
});

/** With a key at hand: making one takes a second. */
async function deviceOf(number: number): Promise<Device> {
  const device = await world.device();
  await device.store.saveNextKey(await spareKey(world.tenant.tenantId, number));
  return device;
}

/** Each device's certificate is in the app, and there is one app with nothing else. */
async function expectAllThere(devices: readonly Device[], about: unknown): Promise<void> {
  const there = standing(world.tenant);
  expect([about, there.apps.length, there.principals.length]).toEqual([about, 1, 1]);
  const keys = await Promise.all(devices.map(({ store }) => store.deviceKey(world.tenant.tenantId)));
  const own = keys.map((key) => (key.ok && key.value ? certificateOf(key.value) : 'none'));
  expect([about, there.certificates.toSorted()]).toEqual([about, own.toSorted()]);
}

function emptyTenant(): void {
  const { apps, principals } = standing(world.tenant);
  for (const { id } of [...apps, ...principals]) {
    world.tenant.world.directory.grants.forget(id);
    world.tenant.world.directory.apps.purge(id);
  }
}

async function joinOnceThere(deps: InstallDeps): Promise<Result<Connection>> {
  for (;;) {
    const joined = await join(deps);
    if (joined.ok || joined.error.code !== 'graph/not-found') return joined;
  }
}

describe('two devices at once', () => {
  /** Of a request on its way, and of its answer. */
  const mostMs = 1_250;

  function delayed(install: InstallDeps, random: () => number, clock: InstallDeps['clock']): InstallDeps {
    const { graph } = install;
    const onTheWay = async <T>(call: () => Promise<T>): Promise<T> => {
      await clock.sleep(random() * mostMs);
      const answer = await call();
      await clock.sleep(random() * mostMs);
      return answer;
    };
    return {
      ...install,
      clock,
      random: { ...systemRandom, fraction: random },
      graph: {
        ...graph,
        get: (...call) => onTheWay(() => graph.get(...call)),
        send: (...call) => onTheWay(() => graph.send(...call)),
      },
    };
  }

  it('both survive, twenty times, whatever the order of their requests', async () => {
    for (let round = 0; round < 20; round++) {
      const random = seeded(round);
      const { clock, together } = createTimeline();
      const devices = await Promise.all([1, 2].map(deviceOf));
      const works = devices.map(({ install }, index) => {
        const deps = delayed(install, random, clock);
        // Every other round the second one joins, as soon as there is something to join to.
        return () => (index === 1 && round % 2 === 1 ? joinOnceThere(deps) : onboard('read-only', deps));
      });
      const results = await together(works);
      expect([round, ...results.map(codeOf)]).toEqual([round, 'ok', 'ok']);
      await expectAllThere(devices, round);
      emptyTenant();
    }
  });

  it.each([503, 429, 0])(
    'neither is lost where the write of one has to be repeated (%i) and the other has come meanwhile',
    async (status) => {
      const first = await deviceOf(1);
      expect(codeOf(await onboard('read-only', first.install))).toBe('ok');
      const [slow, quick] = [await deviceOf(2), await deviceOf(3)];
      const meanwhile = async () => expect(codeOf(await join(quick.install))).toBe('ok');
      const { graph, writes } = refusingFirstWrite(world, slow, { status, meanwhile });
      expect(codeOf(await join({ ...slow.install, graph }))).toBe('ok');
      expect(writes()).toBe(2);
      await expectAllThere([first, slow, quick], status);
    },
  );
});
