/** Reads the body itself and stops at the limit, whatever Content-Length says; hands the text on as `body`. */
import type { MiddlewareHandler } from 'hono';
import { createMiddleware } from 'hono/factory';
import { problem } from '../problem.ts';
import { readText } from '../read-text.ts';

export interface BodyVariables {
  Variables: { body: string };
}

const slowestMs = 10_000;

export function limits(maxBytes: number): MiddlewareHandler<BodyVariables> {
  return createMiddleware<BodyVariables>(async (c, next) => {
    const type = c.req.header('Content-Type')?.toLowerCase().replaceAll(' ', '');
    const isPlainJson = type === 'application/json' || type === 'application/json;charset=utf-8';
    if (!isPlainJson || c.req.header('Content-Encoding') !== undefined) return problem(c, 415, 'wrong-type');
    const body = await readText(c.req.raw.body, maxBytes, AbortSignal.timeout(slowestMs));
    if (body.text === undefined) {
      return body.why === 'too-large' ? problem(c, 413, 'too-large') : problem(c, 400, 'bad-request');
    }
    c.set('body', body.text);
    return next();
  });
}
