import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  assertion,
  clientId,
  codeOf,
  createRelay,
  goodBody,
  goodClaims,
  goodHeader,
  now,
  otherTenant,
  post,
  relayOrigin,
  tenantId,
} from './relay-request.ts';

const token = { token_type: 'Bearer', expires_in: 3599, access_token: 'eyJ.entra.token' };
const entra = vi.fn<typeof fetch>();

beforeEach(() => {
  vi.useFakeTimers({ now, toFake: ['Date'] });
  entra
    .mockReset()
    .mockImplementation(async () => Response.json({ ...token, ext_expires_in: 3599, foci: '1' }));
  vi.stubGlobal('fetch', entra);
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe('a good request', () => {
  it('goes to the tenant’s own token endpoint with five fields, and a token comes back', async () => {
    const body = goodBody();
    const response = await createRelay()('/relay/v1/token', post(body));
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual(token);
    const [url, init] = entra.mock.calls[0] ?? [];
    expect(url).toBe(`https://login.microsoftonline.com/${tenantId}/oauth2/v2.0/token`);
    expect(init?.redirect).toBe('manual');
    expect(Object.fromEntries(new URLSearchParams(String(init?.body)))).toEqual({
      grant_type: 'client_credentials',
      client_id: clientId,
      scope: 'https://graph.microsoft.com/.default',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: body.assertion,
    });
    expect(Object.keys(init?.headers ?? {})).toEqual(['Content-Type', 'Accept']);
  });

  it('is answered with headers that keep it out of caches and frames', async () => {
    const { headers } = await createRelay()('/relay/v1/token', post(goodBody()));
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('access-control-allow-origin')).toBe(relayOrigin);
    expect(headers.get('access-control-allow-credentials')).toBeNull();
    expect(headers.get('vary')).toBe('Origin');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('is served on a host of its own as well', async () => {
    const relay = createRelay({ HOLDFAST_RELAY_PATH: '/' });
    expect((await relay('/v1/token', post(goodBody()))).status).toBe(200);
  });
});

const withHeader = (more: object) => assertion({ ...goodHeader(), ...more });
const withClaims = (more: object) => assertion(goodHeader(), { ...goodClaims(), ...more });
const at = now / 1000;
const endpoint = (tenant: string, host = 'login.microsoftonline.com') =>
  `https://${host}/${tenant}/oauth2/v2.0/token`;
const raw = (part: string) => Buffer.from(part).toString('base64url');
const claimsText = () => JSON.stringify(goodClaims());

/** [what is wrong, the assertion] */
const badAssertions: [string, () => string][] = [
  ['alg none', () => withHeader({ alg: 'none' })],
  ['alg none without a signature', () => `${raw('{"alg":"none"}')}.${raw(claimsText())}.`],
  ['alg HS256', () => withHeader({ alg: 'HS256' })],
  ['alg RS256', () => withHeader({ alg: 'RS256' })],
  ['alg RS384', () => withHeader({ alg: 'RS384' })],
  ['alg in another case', () => withHeader({ alg: 'ps256' })],
  ['alg as a list', () => withHeader({ alg: ['PS256'] })],
  ['no thumbprint', () => assertion({ alg: 'PS256', typ: 'JWT' })],
  ['a thumbprint that is none', () => withHeader({ 'x5t#S256': '../../x' })],
  ['a thumbprint too short for SHA-256', () => withHeader({ 'x5t#S256': 'A'.repeat(27) })],
  ['a SHA-1 thumbprint', () => assertion({ alg: 'PS256', typ: 'JWT', x5t: 'A'.repeat(27) })],
  ['a second thumbprint', () => withHeader({ x5t: { any: 'thing' } })],
  ['a key address (jku)', () => withHeader({ jku: 'https://evil.example/keys' })],
  ['a certificate address (x5u)', () => withHeader({ x5u: 'https://evil.example/cert' })],
  ['a key of its own (jwk)', () => withHeader({ jwk: { kty: 'RSA' } })],
  ['critical extensions', () => withHeader({ crit: ['exp'] })],
  ['another type', () => withHeader({ typ: 'at+jwt' })],
  ['another audience host', () => withClaims({ aud: endpoint(tenantId, 'login.evil.example') })],
  [
    'an audience with the host as a prefix',
    () => withClaims({ aud: endpoint(tenantId, 'login.microsoftonline.com.evil.example') }),
  ],
  ['the audience of another tenant', () => withClaims({ aud: endpoint(otherTenant) })],
  ['the audience common', () => withClaims({ aud: endpoint('common') })],
  ['an audience with a slash at the end', () => withClaims({ aud: `${endpoint(tenantId)}/` })],
  [
    'the v1 endpoint',
    () => withClaims({ aud: `https://login.microsoftonline.com/${tenantId}/oauth2/token` }),
  ],
  ['several audiences', () => withClaims({ aud: [endpoint(tenantId), endpoint(otherTenant)] })],
  ['no audience', () => withClaims({ aud: undefined })],
  ['another issuer', () => withClaims({ iss: otherTenant })],
  ['another subject', () => withClaims({ sub: otherTenant })],
  ['no id', () => withClaims({ jti: undefined })],
  ['an id that is too short', () => withClaims({ jti: 'x' })],
  ['an id of odd letters', () => withClaims({ jti: 'a b\r\nc'.padEnd(20, 'x') })],
  ['a life longer than five minutes', () => withClaims({ exp: at + 301 })],
  ['no end', () => withClaims({ exp: undefined })],
  ['no beginning', () => withClaims({ iat: undefined })],
  ['an end before the beginning', () => withClaims({ exp: at - 1 })],
  ['times as text', () => withClaims({ exp: String(at + 300) })],
  ['times with fractions', () => withClaims({ exp: at + 299.5 })],
  ['nbf as text', () => withClaims({ nbf: 'now' })],
  ['two parts', () => assertion().split('.').slice(0, 2).join('.')],
  ['four parts', () => `${assertion()}.AAAA`],
  ['an encrypted token', () => `${assertion()}.AA.AA`],
  ['an empty signature', () => assertion(undefined, undefined, '')],
  ['letters that are not base64url', () => assertion(undefined, undefined, 'a+b/')],
  ['a part that is not canonical base64url', () => assertion().replace(/^(.)/, '$1=')],
  ['a header that is no JSON', () => assertion('{alg:PS256}')],
  ['a header that is a list', () => assertion([])],
  ['claims that are null', () => assertion(goodHeader(), null)],
  [
    'an audience that stands twice',
    () => assertion(goodHeader(), claimsText().replace('{', `{"aud":"${endpoint(otherTenant)}",`)),
  ],
  ['JSON with other white space', () => assertion(goodHeader(), JSON.stringify(goodClaims(), null, 1))],
  [
    'bytes that are no UTF-8',
    () => `${Buffer.from([0xff, 0xfe]).toString('base64url')}.${raw(claimsText())}.c2ln`,
  ],
  ['a prototype in the header', () => assertion('{"__proto__":{"alg":"PS256"},"alg":"PS256"}')],
  ['more than 4 KiB', () => withClaims({ pad: 'x'.repeat(4_096) })],
];

describe('an assertion', () => {
  it.each(badAssertions)('with %s is refused and not carried', async (_, spoil) => {
    const response = await createRelay()('/relay/v1/token', post({ ...goodBody(), assertion: spoil() }));
    expect(await codeOf(response)).toBe('400 bad-assertion');
    expect(entra).not.toHaveBeenCalled();
  });

  it.each([
    ['that is over', { iat: at - 300, nbf: at - 300, exp: at }],
    ['that is old', { iat: at - 400, nbf: at - 400, exp: at - 100 }],
    ['from the far future', { iat: at + 61, nbf: at + 61, exp: at + 300 }],
    ['that is not valid yet', { nbf: at + 120 }],
  ])('%s is refused with a word about the clock', async (_, times) => {
    const response = await createRelay()(
      '/relay/v1/token',
      post({ ...goodBody(), assertion: withClaims(times) }),
    );
    expect(await codeOf(response)).toBe('400 assertion-time');
    expect(entra).not.toHaveBeenCalled();
  });

  it('from a clock that is a little off is carried', async () => {
    const relay = createRelay();
    for (const skew of [-59, 59]) {
      const times = { iat: at + skew, nbf: at + skew, exp: at + skew + 300 };
      expect(
        (await relay('/relay/v1/token', post({ ...goodBody(), assertion: withClaims(times) }))).status,
      ).toBe(200);
    }
  });

  it('is carried once', async () => {
    const relay = createRelay();
    const body = goodBody();
    expect((await relay('/relay/v1/token', post(body))).status).toBe(200);
    expect(await codeOf(await relay('/relay/v1/token', post(body)))).toBe('400 assertion-replayed');
    // The same id in a newly signed assertion is no other one.
    const again = {
      ...goodClaims(),
      jti: JSON.parse(Buffer.from(body.assertion.split('.')[1] ?? '', 'base64url').toString()).jti,
    };
    expect(
      await codeOf(
        await relay('/relay/v1/token', post({ ...body, assertion: assertion(goodHeader(), again) })),
      ),
    ).toBe('400 assertion-replayed');
    expect(entra).toHaveBeenCalledTimes(1);
  });
});

describe('a body', () => {
  it.each([
    ['no JSON', '{'],
    ['nothing', ''],
    ['a list', '[]'],
    ['null', 'null'],
    ['a tenant by name', { ...goodBody(), tenantId: 'contoso.onmicrosoft.com' }],
    ['the tenant common', { ...goodBody(), tenantId: 'common' }],
    ['a tenant in capitals', { ...goodBody(), tenantId: tenantId.toUpperCase() }],
    ['a tenant with a path', { ...goodBody(), tenantId: `${tenantId}/../x` }],
    ['a tenant with a line break', { ...goodBody(), tenantId: `${tenantId}\n` }],
    ['a client that is no id', { ...goodBody(), clientId: '*' }],
    ['another cloud', { ...goodBody(), cloud: 'https://evil.example' }],
    ['a cloud of the prototype', { ...goodBody(), cloud: 'constructor' }],
    ['a scope in full', { ...goodBody(), scope: 'https://graph.microsoft.com/.default' }],
    ['another scope', { ...goodBody(), scope: 'https://management.azure.com/.default' }],
    ['a secret', { ...goodBody(), client_secret: 'x' }],
    ['a field too many', { ...goodBody(), upstream: 'http://169.254.169.254/' }],
    ['no assertion', { ...goodBody(), assertion: undefined }],
    ['an assertion that is an object', { ...goodBody(), assertion: {} }],
  ])('with %s is refused and not carried', async (_, body) => {
    expect(await codeOf(await createRelay()('/relay/v1/token', post(body)))).toBe('400 bad-request');
    expect(entra).not.toHaveBeenCalled();
  });

  it('whose assertion is for another tenant than it says is refused', async () => {
    const body = { ...goodBody(), tenantId: otherTenant };
    expect(await codeOf(await createRelay()('/relay/v1/token', post(body)))).toBe('400 bad-assertion');
  });
});

describe('Entra', () => {
  const refused = {
    error: 'invalid_client',
    error_description: "AADSTS700027: The certificate of app 'Contoso Backup' …",
    error_codes: [700027],
    correlation_id: 'c0',
    trace_id: 't0',
    timestamp: '2026-11-23 10:00:00Z',
    error_uri: 'https://login.microsoftonline.com/error?code=700027',
  };
  const answers = async (make: () => Response | Promise<Response>) => {
    entra.mockImplementation(async () => make());
    return createRelay()('/relay/v1/token', post(goodBody()));
  };

  it('refusing is handed on as codes and ids, without its text', async () => {
    const response = await answers(() => Response.json(refused, { status: 401 }));
    expect(response.status).toBe(400);
    const { code, entra: handedOn } = (await response.json()) as { code: string; entra: unknown };
    expect(code).toBe('entra-refused');
    expect(handedOn).toEqual({
      error: 'invalid_client',
      error_codes: [700027],
      correlation_id: 'c0',
      trace_id: 't0',
    });
  });

  it('refusing with text where codes belong is handed on without it', async () => {
    const spoilt = { ...refused, error: 'user admin@contoso.example', trace_id: 'a b', suberror: '<b>' };
    const response = await answers(() => Response.json(spoilt, { status: 401 }));
    const { code, entra: handedOn } = (await response.json()) as { code: string; entra: unknown };
    expect(code).toBe('entra-refused');
    expect(handedOn).toEqual({ error: 'unknown', error_codes: [700027], correlation_id: 'c0' });
  });

  it.each([
    [
      'redirecting',
      () => new Response(null, { status: 302, headers: { Location: 'http://169.254.169.254/' } }),
    ],
    ['sending a page', () => new Response('<html>', { headers: { 'Content-Type': 'text/html' } })],
    ['sending something else than a token', () => Response.json({ access_token: 5 })],
    ['sending a token of another kind', () => Response.json({ ...token, token_type: 'pop' })],
    [
      'sending more than a token can be',
      () => new Response(JSON.stringify({ ...token, pad: 'x'.repeat(70_000) })),
    ],
    ['refusing in no known form', () => new Response('no', { status: 400 })],
  ])('%s is not handed on', async (_, make) => {
    expect(await codeOf(await answers(make))).toBe('502 entra-unexpected');
  });

  it.each([
    ['being down', () => new Response('', { status: 503, headers: { 'Retry-After': '17' } }), '17'],
    ['being busy', () => new Response('', { status: 429, headers: { 'Retry-After': 'soon' } }), '5'],
    ['not being reached', () => Promise.reject(new TypeError('connect')), '5'],
  ])('%s is told with a time to wait', async (_, make, wait) => {
    const response = await answers(make);
    expect(response.headers.get('retry-after')).toBe(wait);
    expect(await codeOf(response)).toBe('503 entra-unavailable');
  });

  it('setting cookies and headers reaches nobody', async () => {
    const headers = {
      'Set-Cookie': 'fpc=1',
      'x-ms-ests-server': 'secret',
      'Access-Control-Allow-Origin': '*',
    };
    const response = await answers(() => Response.json(token, { headers }));
    expect(response.headers.get('set-cookie')).toBeNull();
    expect(response.headers.get('x-ms-ests-server')).toBeNull();
    expect(response.headers.get('access-control-allow-origin')).toBe(relayOrigin);
  });
});

describe('the log', () => {
  it('stays empty, whatever happens', async () => {
    const spies = (['log', 'info', 'warn', 'error', 'debug'] as const).map((name) => vi.spyOn(console, name));
    const relay = createRelay();
    await relay('/relay/v1/token', post(goodBody()));
    await relay('/relay/v1/token', post('{'));
    entra.mockImplementation(() => Promise.reject(new Error('canary')));
    const failed = await relay('/relay/v1/token', post(goodBody()));
    expect(await failed.text()).not.toContain('canary');
    for (const spy of spies) expect(spy).not.toHaveBeenCalled();
    vi.restoreAllMocks();
  });
});
