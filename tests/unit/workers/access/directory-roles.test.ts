import { afterEach, expect, it } from 'vitest';
import { readDirectoryRoles } from '../../../../workers/access/directory-roles.ts';
import { roleIds } from '../../../tenant/directory/roles.ts';
import { admin } from '../../tenant/core/start.ts';
import { createWorldWith, tidyUp } from './tenant-world.ts';

afterEach(tidyUp);

it('finds the roles of somebody who is in more groups than one page holds', async () => {
  const world = await createWorldWith();
  const { directory } = world.tenant.world;
  const id = directory.user(admin)?.id ?? '';
  for (let number = 0; number < 120; number++) {
    const group = directory.addGroup({
      displayName: `Group ${number}`,
      createdDateTime: '2025-01-01T00:00:00Z',
    });
    directory.link(group, 'members', id, true);
  }
  const { install, signedIn } = await world.device();
  const roles = await readDirectoryRoles({ ...signedIn, directoryRoles: [] }, install.graph);
  expect(roles).toEqual({ ok: true, value: [roleIds.globalAdministrator] });
});
