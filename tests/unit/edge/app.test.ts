import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { readConfig } from '../../../edge/config.ts';
import { createRate } from '../../../edge/rate.ts';
import { createSeenIds } from '../../../edge/seen-ids.ts';
import { codeOf, createRelay, goodBody, now, post, relayOrigin } from './relay-request.ts';

const entra = vi.fn<typeof fetch>();
beforeEach(() => {
  vi.useFakeTimers({ now, toFake: ['Date'] });
  entra
    .mockReset()
    .mockImplementation(async () =>
      Response.json({ token_type: 'Bearer', expires_in: 1, access_token: 't' }),
    );
  vi.stubGlobal('fetch', entra);
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe('origins', () => {
  it.each([
    ['null', 'null'],
    ['of a subdomain', 'https://evil.holdfast.example'],
    ['with ours as a prefix', 'https://holdfast.example.evil.example'],
    ['with ours as a suffix', 'https://evilholdfast.example'],
    ['with a port', 'https://holdfast.example:8443'],
    ['over http', 'http://holdfast.example'],
    ['in capitals', 'https://HOLDFAST.example'],
    ['with a dot at the end', 'https://holdfast.example.'],
    ['with a slash', 'https://holdfast.example/'],
    ['that are a list', 'https://holdfast.example, https://evil.example'],
    ['of another page', 'https://evil.example'],
    ['that are empty', ''],
  ])('%s are refused', async (_, origin) => {
    const relay = createRelay({ HOLDFAST_ORIGINS: 'https://other.example' });
    const response = await relay('/relay/v1/token', post(goodBody(), { Origin: origin }));
    expect(response.headers.get('access-control-allow-origin')).toBeNull();
    expect(await codeOf(response)).toBe('403 foreign-origin');
    expect(entra).not.toHaveBeenCalled();
  });

  it('that are missing are refused', async () => {
    const response = await createRelay()('/relay/v1/token', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(goodBody()),
    });
    expect(await codeOf(response)).toBe('403 foreign-origin');
  });

  it('of the list may ask, after a preflight', async () => {
    const relay = createRelay({ HOLDFAST_ORIGINS: 'https://a.example, https://b.example' });
    const Origin = 'https://b.example';
    const preflight = await relay('/relay/v1/token', {
      method: 'OPTIONS',
      headers: {
        Origin,
        'Access-Control-Request-Method': 'POST',
        'Access-Control-Request-Headers': 'content-type',
      },
    });
    expect(preflight.status).toBe(204);
    expect(Object.fromEntries(preflight.headers)).toMatchObject({
      'access-control-allow-origin': Origin,
      'access-control-allow-methods': 'POST',
      'access-control-allow-headers': 'Content-Type',
      'access-control-max-age': '600',
      vary: 'Origin',
    });
    const answer = await relay('/relay/v1/token', post(goodBody(), { Origin }));
    expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([200, Origin]);
  });

  it('outside the list get no preflight', async () => {
    const response = await createRelay()('/relay/v1/token', {
      method: 'OPTIONS',
      headers: { Origin: 'https://evil.example' },
    });
    expect(response.status).toBe(403);
  });
});

describe('paths and methods', () => {
  it.each([
    ['GET', '/relay/v1/token'],
    ['PUT', '/relay/v1/token'],
    ['DELETE', '/relay/v1/token'],
    ['POST', '/relay/v1/token/'],
    ['POST', '/relay//v1/token'],
    ['POST', '/relay/v1/%74oken/x'],
    ['POST', '/relay/v1/token/../../x'],
    ['POST', '/relay/V1/TOKEN'],
    ['POST', '/v1/token'],
    ['POST', '/relay/v1/ews'],
    ['POST', '/relay/https://login.microsoftonline.com/'],
    ['POST', '/relay/healthz'],
    ['GET', '/relay'],
    ['GET', '/'],
  ])('%s %s is not here', async (method, path) => {
    const body = method === 'GET' ? {} : { body: JSON.stringify(goodBody()) };
    const response = await createRelay()(path, { ...post(''), method, body: null, ...body });
    expect(await codeOf(response)).toBe('404 not-found');
    expect(entra).not.toHaveBeenCalled();
  });

  it('no header makes another method of it', async () => {
    const headers = { Origin: relayOrigin, 'X-HTTP-Method-Override': 'POST' };
    expect((await createRelay()('/relay/v1/token', { headers })).status).toBe(404);
  });

  it('health is told to anybody', async () => {
    const response = await createRelay()('/relay/healthz');
    expect([response.status, await response.json()]).toEqual([200, { status: 'ok' }]);
  });
});

describe('limits', () => {
  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'application/json; charset=utf-16',
    'application/jsonp',
    '',
  ])('a body of type "%s" is refused', async (type) => {
    const response = await createRelay()('/relay/v1/token', post(goodBody(), { 'Content-Type': type }));
    expect(await codeOf(response)).toBe('415 wrong-type');
  });

  it('a compressed body is refused', async () => {
    const response = await createRelay()('/relay/v1/token', post(goodBody(), { 'Content-Encoding': 'gzip' }));
    expect(await codeOf(response)).toBe('415 wrong-type');
  });

  it('a body is read to 8 KiB and no further, whatever it says of its length', async () => {
    let sent = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        sent += 1024;
        controller.enqueue(new Uint8Array(1024).fill(0x20));
      },
    });
    const init = {
      ...post(''),
      body: endless,
      duplex: 'half',
      headers: { ...post('').headers, 'Content-Length': '10' },
    };
    expect(await codeOf(await createRelay()('/relay/v1/token', init as RequestInit))).toBe('413 too-large');
    expect(sent).toBeLessThan(12 * 1024);
  });

  it('a body that is no UTF-8 is refused', async () => {
    const init = { ...post(''), body: new Uint8Array([0x7b, 0xff, 0xfe]) };
    expect(await codeOf(await createRelay()('/relay/v1/token', init))).toBe('400 bad-request');
  });
});

describe('pace', () => {
  it('holds one address to sixty requests a minute, and no other with it', async () => {
    const relay = createRelay();
    const ask = (address: string) => relay('/relay/v1/token', post('{', { 'X-Test-Address': address }));
    for (let i = 0; i < 60; i++) expect((await ask('one')).status).toBe(400);
    const refused = await ask('one');
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '60']);
    expect((await ask('two')).status).toBe(400);
    vi.setSystemTime(now + 60_000);
    expect((await ask('one')).status).toBe(400);
  });

  it('lets a page of another origin read that it must wait, and counts no preflights', async () => {
    const Origin = 'https://a.example';
    const relay = createRelay({ HOLDFAST_ORIGINS: Origin });
    const preflight = () => relay('/relay/v1/token', { method: 'OPTIONS', headers: { Origin } });
    for (let i = 0; i < 60; i++) {
      expect((await preflight()).status).toBe(204);
      expect((await relay('/relay/v1/token', post('{', { Origin }))).status).toBe(400);
    }
    expect((await preflight()).status).toBe(204);
    const refused = await relay('/relay/v1/token', post('{', { Origin }));
    expect([refused.status, refused.headers.get('access-control-allow-origin')]).toEqual([429, Origin]);
    expect(refused.headers.get('access-control-expose-headers')).toContain('Retry-After');
  });

  it('holds one address to thirty tokens of an app a minute, and leaves the app to everybody else', async () => {
    const relay = createRelay();
    const ask = (from: string) => relay('/relay/v1/token', post(goodBody(), { 'X-Test-Address': from }));
    for (let i = 0; i < 30; i++) expect((await ask('a stranger')).status).toBe(200);
    expect(await codeOf(await ask('a stranger'))).toBe('429 too-many');
    expect(entra).toHaveBeenCalledTimes(30);
    expect((await ask('the device')).status).toBe(200);
  });

  it('remembers a bounded number of addresses and assertions', () => {
    const rate = createRate(1, 1_000);
    for (let i = 0; i < 30_000; i++) rate.take(`address ${i}`, 0);
    expect(rate.take('address 29999', 1)).toBe(1);
    expect(rate.take('address 0', 1)).toBe(0);
    const seen = createSeenIds();
    for (let i = 0; i < 30_000; i++) expect(seen.add(`id ${i}`, 300_000, i)).toBe(true);
    expect(seen.add('id 29999', 300_000, 30_000)).toBe(false);
    expect(seen.add('id 29999', 700_000, 300_001)).toBe(true);
  });
});

describe('settings', () => {
  it('that are wrong keep it from starting', () => {
    const address = () => 'x';
    for (const HOLDFAST_ORIGINS of [
      '*',
      'http://a.example',
      'https://a.example/path',
      'a.example',
      'https://*.example/',
    ]) {
      expect(() => readConfig({ HOLDFAST_ORIGINS }, address)).toThrow('HOLDFAST_ORIGINS');
    }
    expect(() => readConfig({ HOLDFAST_RELAY_PATH: 'relay' }, address)).toThrow('HOLDFAST_RELAY_PATH');
    for (const HOLDFAST_RELAY_PATH of ['/relay/', '//relay', '/a//b'])
      expect(() => readConfig({ HOLDFAST_RELAY_PATH }, address)).toThrow('HOLDFAST_RELAY_PATH');
    expect(readConfig({}, address)).toMatchObject({ basePath: '/relay', origins: [] });
  });
});
