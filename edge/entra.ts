/** Carries one assertion to Entra's token endpoint and reads the answer. Hosts are literals: nothing a caller sends becomes one. */
import {
  array,
  fallback,
  number,
  object,
  optional,
  pipe,
  regex,
  safeParse,
  string,
  type InferOutput,
} from 'valibot';
import { readText } from './read-text.ts';

/** Closed lists: a caller chooses by name. */
export const logins = { global: 'https://login.microsoftonline.com' } as const;
export const scopes = { graph: 'https://graph.microsoft.com/.default' } as const;

export interface Grant {
  readonly cloud: keyof typeof logins;
  readonly scope: keyof typeof scopes;
  readonly tenantId: string;
  readonly clientId: string;
  readonly assertion: string;
}

const tokenSchema = object({ token_type: string(), expires_in: number(), access_token: string() });
const code = pipe(string(), regex(/^[\w-]{1,64}$/));
const optionalCode = fallback(optional(code), undefined);
/** What of an error is handed on: codes and ids, no text. */
const errorSchema = object({
  error: pipe(string(), fallback(code, 'unknown')),
  suberror: optionalCode,
  error_codes: optional(array(number())),
  correlation_id: optionalCode,
  trace_id: optionalCode,
});

export type EntraAnswer =
  | { readonly kind: 'token'; readonly token: InferOutput<typeof tokenSchema> }
  | { readonly kind: 'refused'; readonly error: InferOutput<typeof errorSchema> }
  | { readonly kind: 'unavailable'; readonly retryAfter: string | null }
  | { readonly kind: 'unexpected' };

const maxAnswerBytes = 64 * 1024;
const timeoutMs = 10_000;

export async function askEntra({ cloud, scope, tenantId, clientId, assertion }: Grant): Promise<EntraAnswer> {
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const response = await fetch(`${logins[cloud]}/${tenantId}/oauth2/v2.0/token`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded', Accept: 'application/json' },
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: clientId,
        scope: scopes[scope],
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: assertion,
      }).toString(),
      redirect: 'manual',
      signal,
    });
    return await readAnswer(response, signal);
  } catch {
    return { kind: 'unavailable', retryAfter: null };
  }
}

async function readAnswer(response: Response, signal: AbortSignal): Promise<EntraAnswer> {
  const { text } = await readText(response.body, maxAnswerBytes, signal);
  if (response.status === 429 || response.status >= 500) {
    const retryAfter = response.headers.get('Retry-After');
    return { kind: 'unavailable', retryAfter: /^\d{1,5}$/.test(retryAfter ?? '') ? retryAfter : null };
  }
  const json = parseJson(text);
  if (response.status === 200) {
    const token = safeParse(tokenSchema, json);
    return token.success && token.output.token_type === 'Bearer'
      ? { kind: 'token', token: token.output }
      : { kind: 'unexpected' };
  }
  const error = safeParse(errorSchema, json);
  return error.success && (response.status === 400 || response.status === 401)
    ? { kind: 'refused', error: error.output }
    : { kind: 'unexpected' };
}

function parseJson(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}
