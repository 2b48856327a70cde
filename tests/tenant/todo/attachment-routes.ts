/** Files on a task, less than 3 MB in one request; larger ones come through a session. */
import { Hono } from 'hono';
import type { GraphEnv } from '../graph/context.ts';
import { select } from '../graph/odata.ts';
import { answerBytes, readJson } from '../mail/request.ts';
import * as todo from './call.ts';
import { readAttachment } from './input.ts';
import { attachmentJson } from './json.ts';
import { answerPage, shapeOf } from './query.ts';
import type { Task, TaskAttachment } from './task.ts';

const collection = 'todoAttachments';

function attachmentAt(c: todo.GraphContext, task: Task): TaskAttachment {
  const found = task.attachments.find((one) => one.id === c.req.param('attachment'));
  if (!found) throw todo.notFound();
  return found;
}

function open(c: todo.GraphContext) {
  const call = todo.openCall(c);
  const list = todo.listAt(c, call);
  const task = todo.taskAt(c, list);
  return { call, list, task, path: todo.pathOf(list, task, 'attachments') };
}

async function add(c: todo.GraphContext): Promise<Response> {
  const { call, list, task, path } = open(c);
  todo.requireWritable(list);
  const file = readAttachment(await readJson(c), task);
  call.box.touchTask(list, task);
  const attachment = call.box.attach(task, file);
  const context = todo.contextOf(call, `${path}/$entity`);
  return todo.answer(c, call, { '@odata.context': context, ...attachmentJson(attachment, true) }, 201);
}

function remove(c: todo.GraphContext): Response {
  const { call, list, task } = open(c);
  todo.requireWritable(list);
  task.attachments.splice(task.attachments.indexOf(attachmentAt(c, task)), 1);
  call.box.touchTask(list, task);
  return todo.done(c);
}

export function attachmentRoutes(): Hono<GraphEnv> {
  const routes = new Hono<GraphEnv>();
  const base = '/users/:user/todo/lists/:list/tasks/:task/attachments';
  routes.get(base, (c) => {
    const { call, task, path } = open(c);
    const json = (one: TaskAttachment) => attachmentJson(one, false);
    return answerPage(c, call, { path, items: task.attachments, collection, json });
  });
  routes.post(base, (c) => add(c));
  routes.get(`${base}/:attachment`, (c) => {
    const { call, task, path } = open(c);
    const { select: names } = shapeOf(call, collection);
    const context = todo.contextOf(call, `${path}/$entity`);
    const json = attachmentJson(attachmentAt(c, task), true);
    return todo.answer(c, call, { '@odata.context': context, ...select(json, names) });
  });
  routes.get(`${base}/:attachment/$value`, (c) => {
    const { bytes, contentType } = attachmentAt(c, open(c).task);
    return answerBytes(c, bytes, contentType ?? 'application/octet-stream');
  });
  routes.delete(`${base}/:attachment`, remove);
  return routes;
}
