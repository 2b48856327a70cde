/**
 * Files of a task in parts of less than 4 MB. Unlike Outlook's, these sessions are on Graph's own host and want the
 * token: https://learn.microsoft.com/graph/todo-attachments
 */
import { Hono } from 'hono';
import { GraphError, type GraphEnv } from '../graph/context.ts';
import type { Entity } from '../graph/odata.ts';
import { contextUrl, readBytes, readJson } from '../mail/request.ts';
import * as todo from './call.ts';
import { invalidRequest, requireRoom } from './input.ts';
import type { UploadSession } from './store.ts';
import type { Task, TaskList } from './task.ts';

const lifeMs = 2 * 60 * 60 * 1000;

interface Opened {
  readonly call: todo.TodoCall;
  readonly list: TaskList;
  readonly task: Task;
}

function open(c: todo.GraphContext): Opened {
  const call = todo.openCall(c);
  const list = todo.listAt(c, call);
  todo.requireWritable(list);
  return { call, list, task: todo.taskAt(c, list) };
}

const addressOf = ({ call, list, task }: Opened, rest: string): string => {
  const { world } = call.request;
  return `${world.urls.graph}/v1.0/users/${call.box.userId}/todo/lists/${list.id}/tasks/${task.id}/${rest}`;
};

/** What is expected next, and until when. */
const progress = ({ expires, received }: UploadSession): Entity => ({
  expirationDateTime: new Date(expires).toISOString(),
  nextExpectedRanges: [`${received}-`],
});

async function begin(c: todo.GraphContext): Promise<Response> {
  const opened = open(c);
  const { call, task } = opened;
  const { attachmentInfo } = await readJson(c);
  const { attachmentType, name, size, contentType } = (attachmentInfo ?? {}) as Entity;
  if (attachmentType !== 'file' || typeof name !== 'string' || name === '') throw invalidRequest();
  if (typeof size !== 'number' || !Number.isInteger(size) || size < 1) throw invalidRequest();
  requireRoom(task, size);
  const session: UploadSession = {
    id: call.box.newId(),
    taskId: task.id,
    name,
    contentType: typeof contentType === 'string' ? contentType : null,
    size,
    expires: call.request.world.clock.now() + lifeMs,
    received: 0,
    chunks: [],
  };
  call.box.sessions.set(session.id, session);
  const entity = {
    '@odata.context': contextUrl(call.request, 'microsoft.graph.uploadSession'),
    uploadUrl: addressOf(opened, `attachmentSessions/${session.id}`),
    ...progress(session),
  };
  return todo.answer(c, call, entity, 201);
}

function sessionAt(c: todo.GraphContext, { call, task }: Opened): UploadSession {
  const session = call.box.sessions.get(c.req.param('session') ?? '');
  const now = call.request.world.clock.now();
  if (!session || session.taskId !== task.id || session.expires <= now) throw todo.notFound();
  return session;
}

function requireNext(range: string, { received, size }: UploadSession, length: number): void {
  const [, from, to, total] = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(range) ?? [];
  if (Number(total) !== size || Number(to) - Number(from) + 1 !== length || Number(to) >= size)
    throw invalidRequest('The Content-Range header does not fit the content.');
  if (Number(from) !== received)
    throw new GraphError(416, 'invalidRange', 'The uploaded fragment is not the expected one.');
}

/** The last part makes the attachment. */
async function put(c: todo.GraphContext): Promise<Response> {
  const opened = open(c);
  const { call, list, task } = opened;
  const session = sessionAt(c, opened);
  const bytes = await readBytes(c);
  requireNext(c.req.header('Content-Range') ?? '', session, bytes.length);
  session.chunks.push(bytes);
  session.received += bytes.length;
  if (session.received < session.size) return todo.answer(c, call, progress(session));
  call.box.sessions.delete(session.id);
  call.box.touchTask(list, task);
  const { name, contentType, chunks } = session;
  const { id } = call.box.attach(task, { name, contentType, bytes: Buffer.concat(chunks) });
  c.header('Location', addressOf(opened, `attachments/${id}`));
  return c.body(null, 201);
}

export function sessionRoutes(): Hono<GraphEnv> {
  const routes = new Hono<GraphEnv>();
  const base = '/users/:user/todo/lists/:list/tasks/:task';
  routes.post(`${base}/attachments/createUploadSession`, (c) => begin(c));
  routes.put(`${base}/attachmentSessions/:session/content`, (c) => put(c));
  routes.delete(`${base}/attachmentSessions/:session`, (c) => {
    const opened = open(c);
    opened.call.box.sessions.delete(sessionAt(c, opened).id);
    return todo.done(c);
  });
  return routes;
}
