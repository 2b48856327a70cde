import { describe, expect, it } from 'vitest';
import { createMemoryAccessStore } from '../../../../workers/access/access-store.ts';
import { createAppTokens } from '../../../../workers/access/app-token.ts';
import { createDelegatedTokens } from '../../../../workers/access/delegated-token.ts';
import { createDeviceKey } from '../../../../workers/access/device-key.ts';
import type { DelegatedToken } from '../../../../workers/contract/engine-api.ts';
import { createActivity } from '../../../../workers/graph/activity.ts';
import { systemRandom, type Clock } from '../../../../workers/kernel/clock.ts';
import { failure } from '../../../../workers/kernel/failure.ts';
import { err, ok } from '../../../../workers/kernel/result.ts';
import { codeOf, json } from '../graph/fixtures.ts';

const tenantId = '7c9e6679-7425-40de-944b-e07fc1f90ae7';
const app = { tenantId, clientId: '2f1a9c3e-0d4b-4e8a-9f57-6b1c2d3e4f50' };

function createClock() {
  let now = Date.UTC(2026, 10, 23);
  const clock: Clock = {
    now: () => now,
    // The exchange's own watch, which is longer than any wait here, never ends.
    sleep: (ms) => (ms >= 100_000 ? new Promise(() => undefined) : Promise.resolve(void (now += ms))),
  };
  return { clock, pass: (ms: number) => (now += ms) };
}

/** Making one takes a second; all tests share it. */
const key = createDeviceKey(tenantId, { clock: createClock().clock, random: systemRandom });

const tokenOf = (claims: object) => `h.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.s`;
const granted = (claims: object = {}) =>
  json({
    token_type: 'Bearer',
    expires_in: 3599,
    access_token: tokenOf({ tid: tenantId, exp: 2e9, ...claims }),
  });

async function setUp(relay: (count: number) => Response | Promise<Response>) {
  const { clock, pass } = createClock();
  const store = createMemoryAccessStore();
  await store.saveDeviceKey(await key);
  const asked: { url: string; body: Record<string, unknown> }[] = [];
  const fetch = async (url: string, init: RequestInit) => {
    asked.push({ url, body: JSON.parse(String(init.body)) as Record<string, unknown> });
    return relay(asked.length);
  };
  const deps = {
    fetch,
    clock,
    random: systemRandom,
    activity: createActivity(),
    online: () => true,
    relay: '/relay',
    store,
  };
  return { tokens: createAppTokens(app, deps), asked, pass, store };
}

describe('an app-only token', () => {
  it('is fetched once for all who ask, and again shortly before it ends', async () => {
    const { tokens, asked, pass } = await setUp((count) => granted({ count }));
    const [first, second] = await Promise.all([tokens.token(), tokens.token()]);
    expect(first).toEqual(second);
    pass(54 * 60_000);
    expect(await tokens.token()).toEqual(first);
    expect(asked).toHaveLength(1);
    pass(60_000);
    expect(await tokens.token()).not.toEqual(first);
    expect(asked).toHaveLength(2);
    expect(asked[0]).toMatchObject({
      url: '/relay/v1/token',
      body: { cloud: 'global', scope: 'graph', ...app },
    });
    expect(asked[0]?.body['assertion']).not.toBe(asked[1]?.body['assertion']);
  });

  it('is fetched again after the service refused it', async () => {
    const { tokens, asked } = await setUp((count) => granted({ count }));
    const first = await tokens.token();
    tokens.invalidate('another one');
    expect(await tokens.token()).toEqual(first);
    tokens.invalidate(first.ok ? first.value : '');
    expect(await tokens.token()).not.toEqual(first);
    expect(asked).toHaveLength(2);
  });

  it('of another tenant is refused', async () => {
    const { tokens } = await setUp(() => granted({ tid: 'f0000000-0000-4000-8000-000000000000' }));
    expect(codeOf(await tokens.token())).toBe('sign-in/tenant-mismatch');
  });

  it('that cannot be read is refused', async () => {
    for (const access_token of ['', 'x', 'a.%%%.c', `a.${btoa('null')}.c`]) {
      const { tokens } = await setUp(() => json({ token_type: 'Bearer', expires_in: 1, access_token }));
      expect(codeOf(await tokens.token())).toBe('sign-in/tenant-mismatch');
    }
  });

  it('cannot be had without this device’s key', async () => {
    const { tokens, asked, store } = await setUp(() => granted());
    await store.forget(tenantId);
    expect(codeOf(await tokens.token())).toBe('sign-in/interaction-required');
    expect(asked).toHaveLength(0);
  });

  it.each([
    [700016, 'app-unknown', 'later', 4],
    [7000229, 'app-unknown', 'later', 4],
    [700027, 'certificate-unknown', 'later', 4],
    [7000215, 'certificate-unknown', 'later', 4],
    [700024, 'clock-wrong', 'after-user', 1],
    [53003, 'policy-blocked', 'after-user', 1],
    [7000112, 'app-disabled', 'after-user', 1],
    [90033, 'unreachable', 'later', 4],
    [90002, 'entra-refused', 'no', 1],
    [123456, 'entra-refused', 'after-user', 1],
  ])(
    'refused by Entra with AADSTS%i is told with its number and cause, after the tries it is worth',
    async (number, code, retry, tries) => {
      const entra = { error: 'invalid_client', error_codes: [number], correlation_id: 'c-1' };
      const { tokens, asked } = await setUp(() => json({ code: 'entra-refused', entra }, 400));
      expect(await tokens.token()).toMatchObject({
        error: { code: `relay/${code}`, retry, facts: { aadsts: number, correlationId: 'c-1' } },
      });
      expect(asked).toHaveLength(tries);
    },
  );

  it.each([
    ['down', () => Promise.reject(new TypeError('Failed to fetch')), 'relay/unreachable', 4],
    ['busy', () => json({ code: 'too-many' }, 429, { 'Retry-After': '7' }), 'relay/unreachable', 4],
    ['a page of something else', () => new Response('<html>', { status: 200 }), 'relay/unreachable', 1],
    [
      'asking for a long wait',
      () => json({ code: 'too-many' }, 429, { 'Retry-After': '40000' }),
      'relay/unreachable',
      1,
    ],
    ['refusing', () => json({ code: 'assertion-time' }, 400), 'relay/refused', 1],
    ['endless', () => new Response('x'.repeat(100_000)), 'relay/unreachable', 4],
  ])('is not had where the relay is %s', async (_, answer, code, tries) => {
    const { tokens, asked } = await setUp(answer);
    expect(codeOf(await tokens.token())).toBe(code);
    expect(asked).toHaveLength(tries);
  });

  it('is had by a computer that slept while the assertion was on its way', async () => {
    const { tokens, asked, pass } = await setUp((count) => {
      if (count > 1) return granted();
      pass(90 * 60_000);
      return json({ code: 'assertion-time' }, 400);
    });
    expect(codeOf(await tokens.token())).toBe('ok');
    expect(asked).toHaveLength(2);
  });

  it('is had when the relay comes back', async () => {
    const { tokens } = await setUp((count) =>
      count < 3 ? json({ code: 'entra-unavailable' }, 503) : granted(),
    );
    expect(codeOf(await tokens.token())).toBe('ok');
  });
});

it('is not asked for with a certificate that has ended', async () => {
  const { tokens, asked, pass } = await setUp(() => granted());
  pass(91 * 24 * 60 * 60_000);
  expect(codeOf(await tokens.token())).toBe('sign-in/interaction-required');
  expect(asked).toEqual([]);
});

describe('a delegated token', () => {
  const token = (more: Partial<DelegatedToken> = {}): DelegatedToken => ({
    accessToken: 'first',
    expiresAt: Date.UTC(2026, 10, 23) + 3_600_000,
    tenantId,
    account: { objectId: 'o', userPrincipalName: 'u', name: 'n' },
    scopes: [],
    directoryRoles: [],
    ...more,
  });
  const request = { clientId: app.clientId, scopes: ['User.Read'], tenantId, interactive: true };

  it('is asked for once, kept until shortly before its end, and asked for anew with claims', async () => {
    const { clock, pass } = createClock();
    const asked: unknown[] = [];
    const port = {
      acquire: async (wanted: object) =>
        ok(token({ accessToken: `t${asked.push(wanted)}`, expiresAt: clock.now() + 3_600_000 })),
    };
    const tokens = createDelegatedTokens(port, request, { clock });
    expect(await Promise.all([tokens.token(), tokens.token()])).toEqual([ok('t1'), ok('t1')]);
    pass(58 * 60_000);
    expect(await tokens.token()).toEqual(ok('t1'));
    pass(90_000);
    expect(await tokens.token()).toEqual(ok('t2'));
    expect(await tokens.token('{"nbf":1}')).toEqual(ok('t3'));
    tokens.invalidate('t3');
    expect(await tokens.token()).toEqual(ok('t4'));
    expect(asked[2]).toEqual({ ...request, account: token({}).account.objectId, claims: '{"nbf":1}' });
  });

  it('with claims waits for none that is under way without them', async () => {
    const { clock } = createClock();
    const asked: (string | undefined)[] = [];
    const port = {
      acquire: async ({ claims }: { claims?: string }) =>
        ok(token({ accessToken: `t${asked.push(claims)}` })),
    };
    const tokens = createDelegatedTokens(port, request, { clock });
    expect(await Promise.all([tokens.token(), tokens.token('{"nbf":1}')])).toEqual([ok('t1'), ok('t2')]);
    expect(asked).toEqual([undefined, '{"nbf":1}']);
  });

  it('stays with the tenant of the first one, whoever signs in later', async () => {
    const { clock, pass } = createClock();
    const asked: (string | undefined)[] = [];
    let next = token({ expiresAt: clock.now() + 120_000 });
    const port = {
      acquire: async (wanted: { tenantId?: string }) => (asked.push(wanted.tenantId), ok(next)),
    };
    const { tenantId: _, ...anyTenant } = request;
    const tokens = createDelegatedTokens(port, anyTenant, { clock });
    expect(codeOf(await tokens.token())).toBe('ok');
    next = token({ tenantId: 'another', accessToken: 'second' });
    pass(180_000);
    expect(codeOf(await tokens.token())).toBe('sign-in/tenant-mismatch');
    expect(asked).toEqual([undefined, tenantId]);
  });

  it('stays with the person of the first one, whoever signs in later', async () => {
    const { clock, pass } = createClock();
    const asked: (string | undefined)[] = [];
    const first = token({ expiresAt: clock.now() + 120_000 });
    let next = first;
    const port = {
      acquire: async (wanted: { account?: string }) => (asked.push(wanted.account), ok(next)),
    };
    const tokens = createDelegatedTokens(port, request, { clock });
    expect(codeOf(await tokens.token())).toBe('ok');
    next = token({ account: { ...first.account, objectId: 'somebody-else' }, accessToken: 'second' });
    pass(180_000);
    expect(codeOf(await tokens.token())).toBe('sign-in/other-account');
    expect(codeOf(await tokens.signIn())).toBe('sign-in/other-account');
    expect(asked).toEqual([undefined, first.account.objectId, first.account.objectId]);
  });

  it('is judged by what it says itself, not by what the page says of it', async () => {
    const { clock } = createClock();
    const foreign = token({ accessToken: tokenOf({ tid: 'another', exp: 2e9 }) });
    const tokens = createDelegatedTokens({ acquire: async () => ok(foreign) }, request, { clock });
    expect(codeOf(await tokens.token())).toBe('sign-in/tenant-mismatch');
  });

  it('of another tenant is refused, and a refusal of the page is handed on', async () => {
    const { clock } = createClock();
    const other = createDelegatedTokens({ acquire: async () => ok(token({ tenantId: 'x' })) }, request, {
      clock,
    });
    expect(codeOf(await other.token())).toBe('sign-in/tenant-mismatch');
    const blocked = { acquire: async () => err(failure('sign-in/popup-blocked', '')) };
    expect(codeOf(await createDelegatedTokens(blocked, request, { clock }).token())).toBe(
      'sign-in/popup-blocked',
    );
  });
});
