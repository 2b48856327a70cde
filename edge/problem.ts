/** Refusals as `application/problem+json` (RFC 9457) with a code of a closed list. */
import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';

const titles = {
  'not-found': 'There is nothing here',
  'foreign-origin': 'This relay does not serve that page',
  'too-large': 'The request is too large',
  'wrong-type': 'The request must be plain application/json',
  'too-many': 'Too many requests',
  'bad-request': 'The request has not the right shape',
  'bad-assertion': 'The assertion has not the right shape',
  'assertion-time': 'The assertion is not current: check the clock of this device',
  'assertion-replayed': 'The assertion has been used before',
  'entra-refused': 'Entra refused',
  'entra-unavailable': 'Entra is not available',
  'entra-unexpected': 'Entra answered with something unexpected',
  failed: 'The relay failed',
} as const;

export type ProblemCode = keyof typeof titles;

export function problem(
  c: Context,
  status: ContentfulStatusCode,
  code: ProblemCode,
  more: Readonly<Record<string, unknown>> = {},
): Response {
  const body = { type: 'about:blank', title: titles[code], status, code, ...more };
  return c.body(JSON.stringify(body), status, { 'Content-Type': 'application/problem+json' });
}
