/**
 * Only pages of the relay's own origin and of the list may ask, compared letter by letter. This is no authentication
 * (a program can send any Origin): what is asked for needs a signed assertion.
 */
import type { MiddlewareHandler } from 'hono';
import { createMiddleware } from 'hono/factory';
import type { RelayConfig } from '../config.ts';
import { problem } from '../problem.ts';

export function origin({ origins }: RelayConfig): MiddlewareHandler {
  return createMiddleware(async (c, next) => {
    const from = c.req.header('Origin');
    const allowed = from !== undefined && (from === new URL(c.req.url).origin || origins.includes(from));
    if (!allowed) {
      c.header('Vary', 'Origin');
      return problem(c, 403, 'foreign-origin');
    }
    const isPreflight = c.req.method === 'OPTIONS';
    if (isPreflight) c.res = preflight();
    else await next();
    c.header('Vary', 'Origin');
    c.header('Access-Control-Allow-Origin', from);
    c.header('Access-Control-Expose-Headers', 'Retry-After, X-Request-Id');
    return undefined;
  });
}

const preflight = (): Response =>
  new Response(null, {
    status: 204,
    headers: {
      'Access-Control-Allow-Methods': 'POST',
      'Access-Control-Allow-Headers': 'Content-Type',
      'Access-Control-Max-Age': '600',
    },
  });
