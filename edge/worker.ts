/** Cloudflare Workers. */
import type { Hono } from 'hono';
import { createApp } from './app.ts';
import { readConfig } from './config.ts';

let app: Hono | undefined;

export default {
  fetch(request: Request, env: Readonly<Record<string, unknown>>): Response | Promise<Response> {
    app ??= createApp(readConfig(env, (c) => c.req.header('CF-Connecting-IP') ?? 'local'));
    return app.fetch(request, env);
  },
};
