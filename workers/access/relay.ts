/** The relay as the engine sees it: it carries an assertion to Entra and a token back (edge/README.md). */
import { array, looseObject, number, object, optional, safeParse, string } from 'valibot';
import { fromUtf8 } from '../kernel/bytes.ts';
import { failure, type Failure, type FailureCode, type Retry } from '../kernel/failure.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import { openExchange, readBounded, readRetryAfter, type ExchangeDeps } from '../graph/exchange.ts';

export interface TokenRequest {
  readonly tenantId: string;
  readonly clientId: string;
  readonly assertion: string;
}

export interface GrantedToken {
  readonly accessToken: string;
  readonly expiresInSeconds: number;
}

const maxAnswerBytes = 64 * 1024;
const grantedSchema = object({ access_token: string(), expires_in: number() });
const refusedSchema = looseObject({
  code: string(),
  entra: optional(
    looseObject({
      error_codes: optional(array(number())),
      correlation_id: optional(string()),
      error: optional(string()),
    }),
  ),
});

/** One try. Failures: relay/unreachable, relay/refused; what Entra says has facts `aadsts` and `correlationId`. */
export async function exchangeAssertion(
  relay: string,
  { tenantId, clientId, assertion }: TokenRequest,
  deps: ExchangeDeps,
): Promise<Result<GrantedToken>> {
  const init: RequestInit = {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ cloud: 'global', scope: 'graph', tenantId, clientId, assertion }),
    redirect: 'manual',
  };
  const opened = await openExchange(`${relay}/v1/token`, init, deps);
  if (!opened.ok) return err(unreachable(opened.error));
  const { response, close } = opened.value;
  const body = await readBounded(opened.value, maxAnswerBytes);
  close();
  if (!body.ok) return err(unreachable(body.error));
  const json = parseJson(body.value);
  if (response.ok) {
    const granted = safeParse(grantedSchema, json);
    if (!granted.success)
      return err(failure('relay/unreachable', 'the relay answered with something else than a token'));
    return ok({ accessToken: granted.output.access_token, expiresInSeconds: granted.output.expires_in });
  }
  return err(refusal(response, json, deps));
}

/** Without a network it is not the relay's fault. */
const unreachable = (cause: Failure): Failure =>
  cause.code === 'network/offline'
    ? cause
    : failure('relay/unreachable', `the relay did not answer: ${cause.detail}`, { retry: 'later', cause });

function refusal(response: Response, json: unknown, { clock }: ExchangeDeps): Failure {
  const refused = safeParse(refusedSchema, json);
  const retryAfterMs = readRetryAfter(response.headers, clock.now());
  const status = response.status;
  if (refused.success && refused.output.entra) return entraRefusal(refused.output.entra);
  const code =
    refused.success && /^[a-z-]{1,40}$/.test(refused.output.code) ? refused.output.code : 'unknown';
  const busy = status === 429 || status >= 500;
  return failure(busy ? 'relay/unreachable' : 'relay/refused', `${status} ${code}`, {
    retry: busy ? 'later' : 'no',
    facts: { status },
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  });
}

/**
 * What Entra's numbers mean, and ask for: `later` where something new has not reached every server or Entra is busy, `after-user`
 * where an administrator must act (learn.microsoft.com/entra/identity-platform/reference-error-codes).
 */
const stories: Readonly<Record<number, readonly [FailureCode, Retry, string]>> = {
  700016: ['relay/app-unknown', 'later', 'the app is not known in this tenant (yet)'],
  7000229: ['relay/app-unknown', 'later', 'the app has no service principal in this tenant (yet)'],
  700027: ['relay/certificate-unknown', 'later', "this device's certificate is not registered (yet)"],
  7000215: ['relay/certificate-unknown', 'later', 'the credential is not known to every server (yet)'],
  700024: ['relay/clock-wrong', 'after-user', "this device's clock is wrong"],
  53003: ['relay/policy-blocked', 'after-user', 'a Conditional Access policy blocks the app'],
  7000112: ['relay/app-disabled', 'after-user', 'the app is disabled'],
  70001: ['relay/app-disabled', 'after-user', 'the app is disabled'],
  90002: ['relay/entra-refused', 'no', 'there is no such tenant in this cloud'],
  500011: ['relay/entra-refused', 'no', 'the service is not part of this tenant'],
  90033: ['relay/unreachable', 'later', 'Entra is busy'],
  90024: ['relay/unreachable', 'later', 'Entra is busy'],
  50033: ['relay/unreachable', 'later', 'Entra is busy'],
};

function entraRefusal(entra: {
  error_codes?: number[] | undefined;
  correlation_id?: string | undefined;
  error?: string | undefined;
}): Failure {
  const number = entra.error_codes?.[0];
  const [code, retry, story] =
    (number === undefined ? undefined : stories[number]) ??
    (['relay/entra-refused', 'after-user', 'Entra refused'] as const);
  const correlationId = /^[\w-]{1,64}$/.exec(entra.correlation_id ?? '')?.[0];
  return failure(code, `${number === undefined ? 'Entra' : `AADSTS${number}`}: ${story}`, {
    retry,
    facts: { ...(number !== undefined && { aadsts: number }), ...(correlationId && { correlationId }) },
  });
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(fromUtf8(bytes));
  } catch {
    return undefined;
  }
}
