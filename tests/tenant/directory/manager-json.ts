/** A person with who manages them, where `$expand` asks for it. */
import { select, type Entity } from '../graph/odata.ts';
import type { World } from '../world/world.ts';
import type { DirectoryUser } from './store.ts';
import { userDefaults, userJson } from './user-json.ts';

/** As it stands among directory objects. */
export const typedUser = (world: World, user: DirectoryUser): Entity => ({
  '@odata.type': '#microsoft.graph.user',
  ...userJson(world, user),
});

/** `expand` may select: `manager($select=id,displayName)`. Nobody's manager is left out. */
export function userWithManager(world: World, user: DirectoryUser, expand: string | undefined): Entity {
  const json = userJson(world, user);
  const asked = /(?:^|,)\s*manager(?:\(([^)]*)\))?/.exec(expand ?? '');
  const manager = user.managerId === null ? undefined : world.directory.user(user.managerId);
  if (!asked || !manager) return json;
  const chosen = /\$select=([^;]*)/.exec(asked[1] ?? '')?.[1] ?? userDefaults.join(',');
  return { ...json, manager: select(typedUser(world, manager), chosen) };
}
