/** Task lists. The two that nobody created cannot be renamed or deleted. */
import { Hono } from 'hono';
import type { GraphEnv } from '../graph/context.ts';
import { select } from '../graph/odata.ts';
import { readJson } from '../mail/request.ts';
import * as todo from './call.ts';
import { answerDelta } from './delta.ts';
import { invalidRequest, readList } from './input.ts';
import { listJson } from './json.ts';
import { answerPage, shapeOf } from './query.ts';
import type { TaskList } from './task.ts';

const collection = 'todoLists';

const whole = (call: todo.TodoCall, list: TaskList) => ({
  '@odata.context': todo.contextOf(call, `${todo.pathOf()}/$entity`),
  ...listJson(list),
});

function requireOwn(list: TaskList): void {
  if (list.wellknownListName !== 'none')
    throw invalidRequest(`The list '${list.displayName}' cannot be changed or deleted.`);
}

async function create(c: todo.GraphContext): Promise<Response> {
  const call = todo.openCall(c);
  const { displayName } = readList(await readJson(c));
  if (displayName === undefined) throw invalidRequest();
  return todo.answer(c, call, whole(call, call.box.addList(displayName)), 201);
}

async function rename(c: todo.GraphContext): Promise<Response> {
  const call = todo.openCall(c);
  const list = todo.listAt(c, call);
  const { displayName = list.displayName } = readList(await readJson(c));
  requireOwn(list);
  list.displayName = displayName;
  call.box.touchList(list);
  return todo.answer(c, call, whole(call, list));
}

function remove(c: todo.GraphContext): Response {
  const call = todo.openCall(c);
  const list = todo.listAt(c, call);
  requireOwn(list);
  call.box.removeList(list);
  return todo.done(c);
}

export function listRoutes(): Hono<GraphEnv> {
  const routes = new Hono<GraphEnv>();
  const base = '/users/:user/todo/lists';
  routes.get(base, (c) => {
    const call = todo.openCall(c);
    const items = [...call.box.lists.values()];
    return answerPage(c, call, { path: todo.pathOf(), items, collection, json: listJson });
  });
  routes.post(base, (c) => create(c));
  routes.get(`${base}/delta`, (c) => {
    const call = todo.openCall(c);
    const { lists, changes } = call.box;
    return answerDelta(c, call, {
      path: todo.pathOf(),
      collection,
      changes,
      render: (id, shape) => {
        const list = lists.get(id);
        return list && select(listJson(list), shape.select);
      },
    });
  });
  routes.get(`${base}/:list`, (c) => {
    const call = todo.openCall(c);
    const { select: names } = shapeOf(call, collection);
    return todo.answer(c, call, select(whole(call, todo.listAt(c, call)), names));
  });
  routes.patch(`${base}/:list`, (c) => rename(c));
  routes.delete(`${base}/:list`, remove);
  return routes;
}
