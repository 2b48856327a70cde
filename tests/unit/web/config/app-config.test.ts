import { describe, expect, test } from 'vitest';
import {
  engineConfig,
  loadConfig,
  parseConfig,
  viewerConfig,
} from '../../../../web/lib/config/app-config.ts';

const origin = 'http://localhost:4173';
const id = '8F1E2D3C-4b5a-4678-9abc-def012345678';
const tenantId = '11111111-2222-4333-8444-555555555555';
const demo = {
  login: `${origin}/_demo/login/`,
  graph: '/_demo/graph',
  content: ['/_demo/files'],
  registratorClientId: id,
  tenantId,
  accounts: [{ userPrincipalName: 'admin@demo.example', role: 'Global Administrator' }],
};
const parse = (value: unknown) => parseConfig(JSON.stringify(value), origin);

describe('parseConfig', () => {
  test('takes a whole file, with ids in lower case and demo addresses absolute', () => {
    const result = parse({ registratorClientId: id, relay: '/relay', cloud: 'global', demo });
    expect(result).toMatchObject({
      ok: true,
      value: {
        registratorClientId: id.toLowerCase(),
        relay: '/relay',
        demo: {
          login: `${origin}/_demo/login`,
          graph: `${origin}/_demo/graph`,
          content: [`${origin}/_demo/files`],
        },
      },
    });
  });

  test('an empty object is a viewer', () => {
    expect(parse({})).toEqual({ ok: true, value: viewerConfig });
  });

  test.each([
    ['another host', 'https://evil.example/login'],
    ['another port', 'http://localhost:9999/login'],
    ['another scheme', 'https://localhost:4173/login'],
    ['a protocol-relative address', '//evil.example/login'],
    ['a script', 'javascript:alert(1)'],
    ['user information', `http://someone@localhost:4173/login`],
    ['a query', '/login?x=1'],
    ['a fragment', '/login#x'],
    ['a backslash that browsers read as a slash', '/\\evil.example/login'],
  ])('refuses a demo that points to %s', (_what, login) => {
    expect(parse({ demo: { ...demo, login } })).toMatchObject({
      ok: false,
      error: { code: 'input/invalid' },
    });
    expect(parse({ demo: { ...demo, graph: login } }).ok).toBe(false);
    expect(parse({ demo: { ...demo, content: [login] } }).ok).toBe(false);
  });

  test.each(['not-a-guid', 7, `${id}0`])('refuses the client id %j', (registratorClientId) => {
    expect(parse({ registratorClientId }).ok).toBe(false);
  });

  test('takes an operator’s app whole or not at all', () => {
    const operatorApp = { clientId: id.toLowerCase(), homeTenantId: id.toLowerCase() };
    expect(parse({ operatorApp })).toMatchObject({ ok: true, value: { operatorApp } });
    expect(parse({ operatorApp: null })).toMatchObject({ ok: true, value: { operatorApp: null } });
    for (const wrong of [{ clientId: id }, { homeTenantId: id }, { ...operatorApp, clientId: 'x' }, id])
      expect(parse({ operatorApp: wrong }).ok).toBe(false);
  });

  test.each([
    'http://relay.example',
    '//relay.example',
    'relay',
    'https://relay.example/?x',
    'https://someone:secret@relay.example',
    'ftp://relay.example',
    '/\\evil.example',
    '/relay?x',
    '/relay#x',
    '',
  ])('refuses the relay %s', (relay) => {
    expect(parse({ relay }).ok).toBe(false);
  });

  test.each(['/relay', 'https://relay.example', 'https://relay.example/base', null])(
    'takes the relay %s',
    (relay) => {
      expect(parse({ relay })).toMatchObject({ ok: true, value: { relay } });
    },
  );

  test.each([
    ['/relay/', '/relay'],
    ['https://relay.example/', 'https://relay.example'],
    ['https://relay.example/base//', 'https://relay.example/base'],
  ])('takes the relay %s without its slash at the end', (relay, plain) => {
    expect(parse({ relay })).toMatchObject({ ok: true, value: { relay: plain } });
  });

  test('names the wrong field and nothing of its content', () => {
    const result = parse({ demo: { ...demo, tenantId: 'contoso' } });
    expect(result).toMatchObject({ ok: false, error: { detail: expect.stringContaining('demo.tenantId') } });
  });

  test('says when it is not JSON', () => {
    expect(parseConfig('<!doctype html>', origin)).toMatchObject({
      ok: false,
      error: { code: 'input/invalid' },
    });
  });
});

describe('loadConfig', () => {
  const answer = (body: string, init: ResponseInit) => async () => new Response(body, init);
  const json = { headers: { 'content-type': 'application/json' } };

  test('reads the file', async () => {
    const result = await loadConfig(answer(JSON.stringify({ relay: '/relay' }), json), origin);
    expect(result).toMatchObject({ ok: true, value: { relay: '/relay' } });
  });

  test.each([
    ['404', answer('gone', { status: 404 })],
    ['a fallback page', answer('<!doctype html>', { headers: { 'content-type': 'text/html' } })],
    ['no network', async () => Promise.reject(new TypeError('failed to fetch'))],
  ])('is a viewer after %s', async (_what, fetcher) => {
    expect(await loadConfig(fetcher, origin)).toEqual({ ok: true, value: viewerConfig });
  });

  test('a broken file is told, not ignored', async () => {
    expect((await loadConfig(answer('{', json), origin)).ok).toBe(false);
  });
});

describe('engineConfig', () => {
  const options = { ownClientId: tenantId, build: 'b1', redirectUri: `${origin}/auth/redirect.html` };
  const parsed = parse({ demo });
  const config = parsed.ok ? parsed.value : viewerConfig;

  test('global: Microsoft’s hosts, and this browser’s own client id where the file has none', () => {
    const made = engineConfig(config, 'global', options);
    expect(made.cloud).toMatchObject({ name: 'global', graph: 'https://graph.microsoft.com' });
    expect(made.registratorClientId).toBe(tenantId);
  });

  test('the file’s client id wins', () => {
    const made = engineConfig({ ...config, registratorClientId: id.toLowerCase() }, 'global', options);
    expect(made.registratorClientId).toBe(id.toLowerCase());
  });

  test('demo: this origin and the demo’s own client id', () => {
    const made = engineConfig(config, 'demo', options);
    expect(made.cloud).toEqual({
      name: 'demo',
      login: `${origin}/_demo/login`,
      graph: `${origin}/_demo/graph`,
      content: [`${origin}/_demo/files`],
    });
    expect(made.registratorClientId).toBe(id.toLowerCase());
  });

  test('without a demo part there is no demo cloud', () => {
    expect(engineConfig(viewerConfig, 'demo', options).cloud.name).toBe('global');
  });
});
