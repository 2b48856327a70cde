/** Tasks of a list. */
import { Hono } from 'hono';
import type { GraphEnv } from '../graph/context.ts';
import { readJson } from '../mail/request.ts';
import * as todo from './call.ts';
import { linkedResource } from './child-routes.ts';
import { answerDelta } from './delta.ts';
import { invalidRequest, readLinkedResources, readTask, settled } from './input.ts';
import { taskJson } from './json.ts';
import { answerPage, shapedTask, shapeOf, type Shape } from './query.ts';
import { emptyTask, type Task, type TaskList } from './task.ts';

const collection = 'todoTasks';
const plain: Shape = { collection, select: null, expand: null };

const whole = (call: todo.TodoCall, list: TaskList, task: Task, shape: Shape = plain) => ({
  '@odata.context': todo.contextOf(call, `${todo.pathOf(list)}/$entity`),
  ...shapedTask(task, shape),
});

async function create(c: todo.GraphContext): Promise<Response> {
  const call = todo.openCall(c);
  const { box, request } = call;
  const list = todo.listAt(c, call);
  todo.requireWritable(list);
  const json = await readJson(c);
  const fields = readTask(json);
  if (fields.title === undefined) throw invalidRequest();
  const resources = readLinkedResources(json);
  const task = box.addTask(list, settled(fields, emptyTask(), request.world.clock.now()));
  for (const one of resources) task.linkedResources.push(linkedResource(box.newId(), one));
  return todo.answer(c, call, whole(call, list, task), 201);
}

async function change(c: todo.GraphContext): Promise<Response> {
  const call = todo.openCall(c);
  const list = todo.listAt(c, call);
  todo.requireWritable(list);
  const task = todo.taskAt(c, list);
  const fields = readTask(await readJson(c));
  Object.assign(task, settled(fields, task, call.request.world.clock.now()));
  call.box.touchTask(list, task);
  if (fields.body !== undefined) task.bodyLastModifiedDateTime = task.lastModifiedDateTime;
  return todo.answer(c, call, whole(call, list, task));
}

function remove(c: todo.GraphContext): Response {
  const call = todo.openCall(c);
  const list = todo.listAt(c, call);
  todo.requireWritable(list);
  call.box.removeTask(list, todo.taskAt(c, list));
  return todo.done(c);
}

export function taskRoutes(): Hono<GraphEnv> {
  const routes = new Hono<GraphEnv>();
  const base = '/users/:user/todo/lists/:list/tasks';
  routes.get(base, (c) => {
    const call = todo.openCall(c);
    const list = todo.listAt(c, call);
    const items = [...list.tasks.values()];
    const path = todo.pathOf(list);
    return answerPage(c, call, { path, items, collection, json: taskJson, shaped: shapedTask });
  });
  routes.post(base, (c) => create(c));
  routes.get(`${base}/delta`, (c) => {
    const call = todo.openCall(c);
    const list = todo.listAt(c, call);
    return answerDelta(c, call, {
      path: todo.pathOf(list),
      collection,
      changes: list.changes,
      render: (id, shape) => {
        const task = list.tasks.get(id);
        return task && shapedTask(task, shape);
      },
    });
  });
  routes.get(`${base}/:task`, (c) => {
    const call = todo.openCall(c);
    const list = todo.listAt(c, call);
    return todo.answer(c, call, whole(call, list, todo.taskAt(c, list), shapeOf(call, collection)));
  });
  routes.patch(`${base}/:task`, (c) => change(c));
  routes.delete(`${base}/:task`, remove);
  return routes;
}
