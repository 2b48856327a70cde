/** `GET /healthz`: the relay is up. Says nothing else. */
import { Hono } from 'hono';

export function healthRoute(): Hono {
  return new Hono().get('/healthz', (c) => c.json({ status: 'ok' }));
}
