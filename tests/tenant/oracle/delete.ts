/** Deletes for real, as the accident does that a backup is for. */
import { removeTask, todoState } from '../todo/state.ts';
import type { World } from '../world/world.ts';

const wanted = (list: unknown, all: () => string[]): string[] => {
  if (list === undefined) return [];
  if (list === 'all') return all();
  if (Array.isArray(list)) return list.map(String);
  throw new TypeError('"mail", "files" and "tasks" must be a list of ids or "all".');
};

const count = (ids: readonly string[], remove: (id: string) => boolean) =>
  ids.filter((id) => remove(id)).length;

function deleteFiles(world: World, driveId: string | undefined, files: unknown): number {
  if (driveId === undefined) return 0;
  const all = () => world.drives.state(driveId).items.map((item) => item.id);
  return count(wanted(files, all), (id) => world.drives.remove(driveId, id));
}

function driveOfSite(world: World, name: string): string {
  const found = world.drives
    .all()
    .find(({ facts: { owner } }) => 'name' in owner && owner.name.toLowerCase() === name.toLowerCase());
  if (!found) throw new TypeError(`There is no site ${name}.`);
  return found.id;
}

export interface Deleted {
  readonly messages: number;
  readonly files: number;
  readonly folders: number;
  readonly tasks: number;
}

/**
 * `{ user, mail?: [ids] | 'all', files?: [ids] | 'all', tasks?: [ids] | 'all', folder?: path }`, or `site` (its name) instead of `user`.
 * Throws a TypeError for a body that is none.
 */
export function deleteContent(world: World, body: Record<string, unknown>): Deleted {
  const { user: who, site, mail, files, tasks, folder } = body;
  if (typeof site === 'string') {
    return { messages: 0, files: deleteFiles(world, driveOfSite(world, site), files), folders: 0, tasks: 0 };
  }
  const user = world.directory.user(String(who));
  if (!user) throw new TypeError(`There is no user ${String(who)}.`);
  const messages = wanted(mail, () => world.mail.state(user.id).messages.map((message) => message.id));
  const allTasks = () =>
    (todoState(world, user.id) ?? []).flatMap((list) => list.tasks.map((task) => task.id));
  const isFolderGone = typeof folder === 'string' && world.mail.removeFolder(user.id, folder);
  return {
    messages: count(messages, (id) => world.mail.remove(user.id, id)),
    files: deleteFiles(world, world.drives.driveOfUser(user.id), files),
    folders: isFolderGone ? 1 : 0,
    tasks: count(wanted(tasks, allTasks), (id) => removeTask(world, user.id, id)),
  };
}
