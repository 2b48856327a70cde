/** Everything below `/v1.0/users/{id}/todo`. */
import { Hono } from 'hono';
import type { GraphEnv } from '../graph/context.ts';
import { attachmentRoutes } from './attachment-routes.ts';
import { linkRoutes, stepRoutes } from './child-routes.ts';
import { listRoutes } from './list-routes.ts';
import { sessionRoutes } from './session-routes.ts';
import { taskRoutes } from './task-routes.ts';

export function todoRoutes(): Hono<GraphEnv> {
  const routes = new Hono<GraphEnv>();
  for (const part of [listRoutes, taskRoutes, stepRoutes, linkRoutes, attachmentRoutes, sessionRoutes])
    routes.route('/', part());
  return routes;
}
