/** What the check could not read is named with what would show it, and not passed off as absent. */
import { afterEach, expect, it } from 'vitest';
import { check } from './check-world.ts';
import { createWorldWith, tidyUp } from './tenant-world.ts';

afterEach(tidyUp);

const lists = [
  ['who could install the app', '/directoryRoles/{id}/members', 'Who could install the backup app'],
  [
    'the recycle bin',
    '/directory/deletedItems/microsoft.graph.application',
    'A deleted backup app that could be restored',
  ],
  ['the registrations', '/applications', 'Other apps of the backup app’s name'],
] as const;

it.each(lists)('names %s where it may not be read, or does not answer', async (_, route, what) => {
  const world = await createWorldWith();
  const { store } = await world.device();
  const named = async () => (await check(world, store)).notLookedAt.filter((one) => one.what === what);
  expect(await named()).toEqual([]);
  const match = { host: 'graph.microsoft.com', route };
  const refused = { status: 403, code: 'Authorization_RequestDenied' };
  world.tenant.world.faults.set([{ match, answer: refused }]);
  expect(await named()).toEqual([
    {
      what,
      why: 'This sign-in may not read it.',
      shownBy: expect.stringContaining('Entra admin center') as string,
    },
  ]);
  world.tenant.world.faults.set([{ match, answer: { status: 400, code: 'Request_BadRequest' } }]);
  expect(await named()).toMatchObject([{ why: expect.stringMatching(/graph\/bad-request/) as string }]);
});
