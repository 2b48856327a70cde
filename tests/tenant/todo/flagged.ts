/** The list of flagged mails: nobody writes it, it follows the flags of the mailbox. */
import type { MailItem } from '../mail/mailbox.ts';
import type { World } from '../world/world.ts';
import type { TaskBox } from './store.ts';

export const flaggedList = (box: TaskBox) =>
  [...box.lists.values()].find((list) => list.wellknownListName === 'flaggedEmails');

/** Adds a task for each mail that has been flagged meanwhile, removes those whose flag is gone. */
export function followFlags(world: World, box: TaskBox): void {
  const list = flaggedList(box);
  const mailbox = world.mail.mailbox(box.userId);
  if (!list || !mailbox) return;
  const flagged = new Map<number | undefined, MailItem>();
  for (const item of mailbox.items()) if (item.flag.flagStatus === 'flagged') flagged.set(item.key, item);
  for (const task of list.tasks.values()) if (!flagged.delete(task.messageKey)) box.removeTask(list, task);
  for (const item of flagged.values()) {
    const title = world.mail.contents.of(item).subject;
    const task = box.addTask(list, { title }, { createdAt: item.received, messageKey: item.key });
    task.linkedResources.push({
      id: box.newId(),
      applicationName: 'Outlook',
      displayName: title,
      externalId: item.internetMessageId,
      webUrl: null,
    });
  }
}
