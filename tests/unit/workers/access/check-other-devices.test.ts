import { afterEach, expect, it } from 'vitest';
import { createDeviceKey } from '../../../../workers/access/device-key.ts';
import { credentialOf } from '../../../../workers/access/key-credentials.ts';
import { onboard } from '../../../../workers/access/onboard.ts';
import { systemRandom } from '../../../../workers/kernel/clock.ts';
import { parseKey } from '../../../tenant/directory/credentials.ts';
import { check } from './check-world.ts';
import { standing } from './installed.ts';
import { createWorldWith, steppingClock, tidyUp } from './tenant-world.ts';

afterEach(tidyUp);

const day = 86_400_000;

it('names the certificates of other devices that have ended, which stop nothing', async () => {
  const world = await createWorldWith();
  const { install, store } = await world.device();
  await onboard('read-only', install);
  const [app] = standing(world.tenant).apps;
  if (!app) throw new Error('nothing is installed');
  const register = (credential: object) => app.keys.push(parseKey(world.tenant.world, credential));
  const keyFrom = (daysAgo: number) =>
    createDeviceKey(world.tenant.tenantId, {
      clock: { ...steppingClock, now: () => steppingClock.now() - daysAgo * day },
      random: systemRandom,
    });
  const [ended, alive] = [await keyFrom(120), await keyFrom(10)];
  register(credentialOf(alive));
  // Somebody else's is none of ours, whenever it ends.
  register({ ...credentialOf(ended), displayName: 'a script' });
  const before = await check(world, store);
  expect(before.findings.map(({ id }) => id)).not.toContain('certificate-others');

  app.keys.pop();
  register(credentialOf(ended));
  const report = await check(world, store);
  expect(report.findings.filter(({ id }) => id === 'certificate-others')).toMatchObject([
    {
      verdict: 'extra',
      stops: 'nothing',
      proof: `Holdfast device ${ended.thumbprint.slice(0, 8)}, ended on ${new Date(ended.expires).toISOString().slice(0, 10)}`,
      advice: expect.stringContaining('Remove'),
      consequences: [],
    },
  ]);
  // Nothing else is told otherwise for it.
  const others = ({ findings }: typeof report) => findings.filter(({ id }) => id !== 'certificate-others');
  expect(others(report)).toEqual(before.findings);
  expect(report.score.points).toBe(before.score.points);
});
