import { afterEach, describe, expect, it } from 'vitest';
import { onboard } from '../../../../workers/access/onboard.ts';
import type { CheckReport, Profile } from '../../../../workers/contract/check.ts';
import { check } from './check-world.ts';
import { createWorldWith, tidyUp } from './tenant-world.ts';

afterEach(tidyUp);

async function reportOf(profile: Profile | null, change: (world: World) => void = () => undefined) {
  const world = await createWorldWith();
  const { install, store } = await world.device();
  if (profile) await onboard(profile, install);
  change(world);
  return check(world, store);
}
type World = Awaited<ReturnType<typeof createWorldWith>>;

const points = ({ score }: CheckReport) =>
  Object.fromEntries(score.parts.map((part) => [part.title, part.points]));

describe('the score', () => {
  it('is a hundred points in five parts', async () => {
    const { score } = await reportOf('read-only');
    expect(score.parts.map(({ of }) => of)).toEqual([40, 20, 20, 10, 10]);
    expect(score.points).toBe(score.parts.reduce((sum, part) => sum + part.points, 0));
  });

  it('says that nothing is protected before anything is installed, and that installing raises it most', async () => {
    const report = await reportOf(null);
    expect(report.score).toMatchObject({ points: 10, word: 'not protected' });
    expect(report.score.actions[0]).toMatchObject({ title: 'No backup app yet', fix: 'install' });
  });

  it('prefers reading alone over every right that the page asks for', async () => {
    const careful = await reportOf('read-only');
    const generous = await reportOf('reference');
    expect(points(careful)).toMatchObject({ Backup: 40, Restore: 15, 'Least privilege': 20 });
    expect(points(generous)).toMatchObject({ Backup: 40, Restore: 20, 'Least privilege': 10 });
    const [first] = generous.score.actions;
    expect(generous.score.actions.length).toBeLessThanOrEqual(3);
    expect(first?.gain).toBeGreaterThan(0);
  });

  it('tells by how much an action raises it', async () => {
    const disable = ({ tenant }: World) => {
      const [principal] = tenant.world.directory.apps
        .servicePrincipals()
        .filter(({ displayName }) => displayName === 'Holdfast Backup');
      if (principal) principal.fields['accountEnabled'] = false;
    };
    const before = await reportOf('read-only', disable);
    const after = await reportOf('read-only');
    const [action] = before.score.actions;
    expect(action?.title).toBe('Backup app enabled');
    expect(before.score.points + (action?.gain ?? 0)).toBe(after.score.points);
  });
});
