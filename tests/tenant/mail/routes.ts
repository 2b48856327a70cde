/** Everything below `/v1.0/users/{id}` that is mail. */
import { Hono } from 'hono';
import type { GraphEnv } from '../graph/context.ts';
import { attachmentRoutes } from './attachment-routes.ts';
import { deltaRoutes } from './delta-routes.ts';
import { folderRoutes } from './folder-routes.ts';
import { messageRoutes } from './message-routes.ts';
import { sendRoutes } from './send-routes.ts';
import { settingsRoutes } from './settings-routes.ts';

/** Delta comes before the routes that would take the word for an id. */
export function mailRoutes(): Hono<GraphEnv> {
  const routes = new Hono<GraphEnv>();
  const parts = [deltaRoutes, folderRoutes, messageRoutes, attachmentRoutes, sendRoutes, settingsRoutes];
  for (const part of parts) routes.route('/', part());
  return routes;
}
