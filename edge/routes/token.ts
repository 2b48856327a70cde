/** `POST /v1/token`: an assertion signed in a browser goes to Entra, an app-only token comes back. */
import { Hono, type Context } from 'hono';
import { picklist, pipe, regex, safeParse, strictObject, string } from 'valibot';
import { checkAssertion } from '../assertion.ts';
import type { RelayConfig } from '../config.ts';
import { askEntra, logins, type EntraAnswer } from '../entra.ts';
import { limits, type BodyVariables } from '../middleware/limits.ts';
import { problem } from '../problem.ts';
import { createRate } from '../rate.ts';
import { createSeenIds } from '../seen-ids.ts';

const guid = pipe(string(), regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/));
const requestSchema = strictObject({
  cloud: picklist(['global']),
  scope: picklist(['graph']),
  tenantId: guid,
  clientId: guid,
  assertion: string(),
});

const maxRequestBytes = 8 * 1024;
const minute = 60_000;

export function tokenRoute({ address }: RelayConfig): Hono<BodyVariables> {
  const seen = createSeenIds();
  const perMinute = createRate(30, minute);
  const perDay = createRate(1_000, 24 * 60 * minute);
  const route = new Hono<BodyVariables>();
  route.post('/v1/token', limits(maxRequestBytes), async (c) => {
    const request = safeParse(requestSchema, parseJson(c.get('body')));
    if (!request.success) return problem(c, 400, 'bad-request');
    const grant = request.output;
    const now = Date.now();
    const verdict = checkAssertion(grant.assertion, { ...grant, login: logins[grant.cloud], now });
    if (verdict.kind === 'bad') return problem(c, 400, 'bad-assertion');
    if (verdict.kind === 'not-current') return problem(c, 400, 'assertion-time');
    // Counted for each caller's address: who signed is Entra's to say, so a stranger must not use up an app's share.
    const app = `${address(c)} ${grant.tenantId} ${grant.clientId}`;
    const wait = perMinute.take(app, now) || perDay.take(app, now);
    if (wait > 0) {
      c.header('Retry-After', String(wait));
      return problem(c, 429, 'too-many');
    }
    if (!seen.add(`${grant.clientId} ${verdict.id}`, verdict.expiresAt, now)) {
      return problem(c, 400, 'assertion-replayed');
    }
    return answer(c, await askEntra(grant));
  });
  return route;
}

function answer(c: Context, entra: EntraAnswer): Response {
  switch (entra.kind) {
    case 'token':
      return c.json(entra.token);
    case 'refused':
      return problem(c, 400, 'entra-refused', { entra: entra.error });
    case 'unavailable':
      c.header('Retry-After', entra.retryAfter ?? '5');
      return problem(c, 503, 'entra-unavailable');
    case 'unexpected':
      return problem(c, 502, 'entra-unexpected');
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
