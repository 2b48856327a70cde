/** Requests by network address. In this isolate's memory: a brake on accidents and simple abuse, not an account. */
import type { MiddlewareHandler } from 'hono';
import { createMiddleware } from 'hono/factory';
import type { RelayConfig } from '../config.ts';
import { problem } from '../problem.ts';
import type { Rate } from '../rate.ts';

export function pace({ address }: RelayConfig, rate: Rate): MiddlewareHandler {
  return createMiddleware(async (c, next) => {
    const waitSeconds = rate.take(address(c), Date.now());
    if (waitSeconds === 0) return next();
    c.header('Retry-After', String(waitSeconds));
    return problem(c, 429, 'too-many');
  });
}
