/** What every To Do call starts with: whose tasks, which list, which task. To Do keeps them in the mailbox. */
import { GraphError } from '../graph/context.ts';
import type { Entity } from '../graph/odata.ts';
import * as mail from '../mail/request.ts';
import { flaggedList, followFlags } from './flagged.ts';
import { invalidRequest } from './input.ts';
import type { TaskBox } from './store.ts';
import type { Task, TaskList } from './task.ts';

export type GraphContext = mail.GraphContext;

export interface TodoCall {
  readonly request: mail.MailRequest;
  readonly box: TaskBox;
}

/** 404 where the user is unknown or has no mailbox. */
export function openCall(c: GraphContext): TodoCall {
  const request = mail.openRequest(c);
  const { world, mailbox } = request;
  return { request, box: world.todo.box(mailbox.userId) };
}

export const notFound = (): GraphError =>
  new GraphError(404, 'ErrorItemNotFound', 'The specified object was not found in the store.');

/** The list of the path; that of flagged mails as the flags are now. */
export function listAt(c: GraphContext, { request, box }: TodoCall): TaskList {
  const list = box.lists.get(c.req.param('list') ?? '');
  if (!list) throw notFound();
  if (list === flaggedList(box)) followFlags(request.world, box);
  return list;
}

export function taskAt(c: GraphContext, list: TaskList): Task {
  const task = list.tasks.get(c.req.param('task') ?? '');
  if (!task) throw notFound();
  return task;
}

/** Tasks that stand for flagged mails are changed by their mails. */
export function requireWritable(list: TaskList): void {
  if (list.wellknownListName === 'flaggedEmails')
    throw invalidRequest('Tasks of flagged emails cannot be changed here.');
}

const keyed = (name: string, id: string) => `${name}('${encodeURIComponent(id)}')`;

/** Below the user, as contexts and links name it: `todo/lists('…')/tasks('…')/checklistItems`. */
export function pathOf(list?: TaskList, task?: Task, rest?: string): string {
  const steps = ['todo', list ? keyed('lists', list.id) : 'lists'];
  if (list) steps.push(task ? keyed('tasks', task.id) : 'tasks');
  if (rest !== undefined) steps.push(rest);
  return steps.join('/');
}

export const contextOf = ({ request }: TodoCall, path: string): string =>
  mail.contextUrl(request, `${request.owner}/${path}`);

export const answer = (c: GraphContext, call: TodoCall, entity: Entity, status: 200 | 201 = 200): Response =>
  mail.answer(c, call.request, entity, status);

export const done = (c: GraphContext): Response => mail.answerEmpty(c, 204);
