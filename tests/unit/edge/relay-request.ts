/** A valid token request, and the relay that gets it, with everything that a test may want to spoil. */
import { createApp } from '../../../edge/app.ts';
import { readConfig } from '../../../edge/config.ts';

export const tenantId = '7c9e6679-7425-40de-944b-e07fc1f90ae7';
export const otherTenant = '11111111-2222-4333-8444-555555555555';
export const clientId = '2f1a9c3e-0d4b-4e8a-9f57-6b1c2d3e4f50';
export const now = Date.UTC(2026, 10, 23, 10);
const seconds = now / 1000;

const encode = (value: unknown): string =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

let ids = 0;
export const goodHeader = () => ({ alg: 'PS256', typ: 'JWT', 'x5t#S256': 'A'.repeat(43) });
export const goodClaims = () => ({
  aud: `https://login.microsoftonline.com/${tenantId}/oauth2/v2.0/token`,
  iss: clientId,
  sub: clientId,
  jti: `00000000-0000-4000-8000-${String(++ids).padStart(12, '0')}`,
  iat: seconds,
  nbf: seconds,
  exp: seconds + 300,
});

/** Parts may be objects or, to be spelt exactly, text. */
export const assertion = (
  header: unknown = goodHeader(),
  claims: unknown = goodClaims(),
  signature = 'c2ln',
): string => `${encode(header)}.${encode(claims)}.${signature}`;

export const goodBody = () => ({
  cloud: 'global',
  scope: 'graph',
  tenantId,
  clientId,
  assertion: assertion(),
});

export const relayOrigin = 'https://holdfast.example';

export function createRelay(env: Record<string, string> = {}) {
  const app = createApp(readConfig(env, (c) => c.req.header('X-Test-Address') ?? 'one'));
  return (path: string, init: RequestInit = {}) => app.request(`${relayOrigin}${path}`, init);
}

export const post = (body: unknown, headers: Record<string, string> = {}): RequestInit => ({
  method: 'POST',
  headers: { 'Content-Type': 'application/json', Origin: relayOrigin, ...headers },
  body: typeof body === 'string' ? body : JSON.stringify(body),
});

export const codeOf = async (response: Response): Promise<string> =>
  `${response.status} ${((await response.json()) as { code?: string }).code ?? ''}`;
