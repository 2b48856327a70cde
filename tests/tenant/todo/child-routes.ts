/** Steps of a task and what it is linked to: the same verbs for both. */
import { Hono } from 'hono';
import type { GraphEnv } from '../graph/context.ts';
import { select, type Entity } from '../graph/odata.ts';
import { readJson } from '../mail/request.ts';
import * as todo from './call.ts';
import { invalidRequest, readChecklistItem, readLinkedResource } from './input.ts';
import { checklistItemJson, linkedResourceJson } from './json.ts';
import { answerPage, shapeOf, type Collection } from './query.ts';
import type { ChecklistItem, LinkedResource, Task, TaskList } from './task.ts';

interface Kind<T extends { readonly id: string }> {
  readonly segment: 'checklistItems' | 'linkedResources';
  readonly collection: Collection;
  readonly items: (task: Task) => T[];
  readonly read: (json: Entity) => Entity;
  /** Throws 400 where something is missing. */
  readonly make: (id: string, fields: Entity, now: string) => T;
  readonly change: (item: T, fields: Entity, now: string) => void;
  readonly json: (item: T) => Entity;
}

/** Checked now, unless it says when. */
function check(item: ChecklistItem, fields: Entity, now: string): void {
  Object.assign(item, fields);
  if (!item.isChecked) item.checkedDateTime = null;
  else item.checkedDateTime ??= now;
}

const steps: Kind<ChecklistItem> = {
  segment: 'checklistItems',
  collection: 'todoChecklistItems',
  items: (task) => task.checklistItems,
  read: readChecklistItem,
  make: (id, fields, now) => {
    if (fields['displayName'] === undefined) throw invalidRequest();
    const item = { id, displayName: '', isChecked: false, checkedDateTime: null, createdDateTime: now };
    check(item, fields, now);
    return item;
  },
  change: check,
  json: checklistItemJson,
};

export function linkedResource(id: string, fields: Entity): LinkedResource {
  const item = { id, applicationName: null, displayName: null, externalId: null, webUrl: null };
  return Object.assign(item, fields);
}

const links: Kind<LinkedResource> = {
  segment: 'linkedResources',
  collection: 'todoLinkedResources',
  items: (task) => task.linkedResources,
  read: readLinkedResource,
  make: linkedResource,
  change: (item, fields) => void Object.assign(item, fields),
  json: linkedResourceJson,
};

interface Opened {
  readonly call: todo.TodoCall;
  readonly list: TaskList;
  readonly task: Task;
}

function open(c: todo.GraphContext): Opened {
  const call = todo.openCall(c);
  const list = todo.listAt(c, call);
  return { call, list, task: todo.taskAt(c, list) };
}

function openForWriting(c: todo.GraphContext): Opened {
  const opened = open(c);
  todo.requireWritable(opened.list);
  return opened;
}

function childRoutes<T extends { readonly id: string }>(kind: Kind<T>): Hono<GraphEnv> {
  const routes = new Hono<GraphEnv>();
  const base = `/users/:user/todo/lists/:list/tasks/:task/${kind.segment}`;
  const pathOf = ({ list, task }: Opened) => todo.pathOf(list, task, kind.segment);
  const context = (opened: Opened) => todo.contextOf(opened.call, `${pathOf(opened)}/$entity`);
  const nowOf = ({ call }: Opened) => new Date(call.request.world.clock.now()).toISOString();
  const itemAt = (c: todo.GraphContext, task: Task): T => {
    const found = kind.items(task).find((item) => item.id === c.req.param('child'));
    if (!found) throw todo.notFound();
    return found;
  };
  const whole = (opened: Opened, item: T) => ({ '@odata.context': context(opened), ...kind.json(item) });

  routes.get(base, (c) => {
    const opened = open(c);
    const { collection, json } = kind;
    const items = kind.items(opened.task);
    return answerPage(c, opened.call, { path: pathOf(opened), items, collection, json });
  });
  routes.post(base, async (c) => {
    const opened = openForWriting(c);
    const { call, list, task } = opened;
    const item = kind.make(call.box.newId(), kind.read(await readJson(c)), nowOf(opened));
    kind.items(task).push(item);
    call.box.touchTask(list, task);
    return todo.answer(c, call, whole(opened, item), 201);
  });
  routes.get(`${base}/:child`, (c) => {
    const opened = open(c);
    const { select: names } = shapeOf(opened.call, kind.collection);
    return todo.answer(c, opened.call, select(whole(opened, itemAt(c, opened.task)), names));
  });
  routes.patch(`${base}/:child`, async (c) => {
    const opened = openForWriting(c);
    const { call, list, task } = opened;
    const item = itemAt(c, task);
    kind.change(item, kind.read(await readJson(c)), nowOf(opened));
    call.box.touchTask(list, task);
    return todo.answer(c, call, whole(opened, item));
  });
  routes.delete(`${base}/:child`, (c) => {
    const { call, list, task } = openForWriting(c);
    const items = kind.items(task);
    items.splice(items.indexOf(itemAt(c, task)), 1);
    call.box.touchTask(list, task);
    return todo.done(c);
  });
  return routes;
}

export const stepRoutes = () => childRoutes(steps);
export const linkRoutes = () => childRoutes(links);
