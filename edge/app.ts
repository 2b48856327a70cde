/** The relay: order of middleware and routes. Everything that is not a route answers 404. */
import { Hono } from 'hono';
import type { RelayConfig } from './config.ts';
import { headers } from './middleware/headers.ts';
import { origin } from './middleware/origin.ts';
import { pace } from './middleware/pace.ts';
import { requestId } from './middleware/request-id.ts';
import { problem } from './problem.ts';
import { createRate } from './rate.ts';
import { healthRoute } from './routes/health.ts';
import { tokenRoute } from './routes/token.ts';

export function createApp(config: RelayConfig): Hono {
  const app = new Hono({ strict: true }).basePath(config.basePath);
  app.use('*', requestId, headers);
  app.route('/', healthRoute());
  // Origin first: a page that has to wait must be able to read so.
  app.use('/v1/token', origin(config), pace(config, createRate(60, 60_000)));
  app.route('/', tokenRoute(config));
  app.notFound((c) => problem(c, 404, 'not-found'));
  // What went wrong may hold parts of a request: it is neither sent nor logged.
  app.onError((_, c) => problem(c, 500, 'failed'));
  return app;
}
