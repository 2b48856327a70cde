import { describe, expect, test } from 'vitest';
import { authorityFor, msalConfiguration } from '../../../../web/lib/sign-in/msal-configuration.ts';
import type { CloudEndpoints } from '../../../../workers/contract/engine-api.ts';

const origin = 'http://localhost:4173';
const global: CloudEndpoints = {
  name: 'global',
  login: 'https://login.microsoftonline.com',
  graph: 'https://graph.microsoft.com',
  content: [],
};
const demo: CloudEndpoints = {
  name: 'demo',
  login: `${origin}/_demo/login`,
  graph: `${origin}/_demo/graph`,
  content: [],
};

test('popup: tokens in memory only', () => {
  expect(msalConfiguration('c', global, { way: 'popup', origin }).cache?.cacheLocation).toBe('memoryStorage');
});

test('redirect: sessionStorage, never localStorage', () => {
  expect(msalConfiguration('c', global, { way: 'redirect', origin }).cache?.cacheLocation).toBe(
    'sessionStorage',
  );
});

test('announces that claims challenges are understood', () => {
  expect(msalConfiguration('c', global, { way: 'popup', origin }).auth.clientCapabilities).toEqual(['CP1']);
});

test('the real cloud uses MSAL’s own metadata', () => {
  const { auth } = msalConfiguration('c', global, { way: 'popup', origin });
  expect(auth.authorityMetadata).toBeUndefined();
  expect(auth.redirectUri).toBe(`${origin}/auth/redirect.html`);
});

describe('demo', () => {
  const { auth } = msalConfiguration('c', demo, { way: 'popup', origin });

  test('sends every endpoint to this origin', () => {
    const metadata: Record<string, string> = JSON.parse(auth.authorityMetadata ?? '{}');
    for (const name of ['authorization_endpoint', 'token_endpoint', 'end_session_endpoint', 'jwks_uri']) {
      const { href } = new URL(metadata[name]?.replaceAll('{tenantid}', 't1') ?? '');
      expect(href).toMatch(/^http:\/\/localhost:4173\/_demo\/login\/t1\//);
    }
  });

  test('keeps the path of the demo where MSAL puts one tenant in the place of another', () => {
    const metadata: Record<string, string> = JSON.parse(auth.authorityMetadata ?? '{}');
    const { pathname } = new URL(metadata['token_endpoint'] ?? '');
    const [first = ''] = (metadata['token_endpoint'] ?? '').replace(origin, '').split('/').filter(Boolean);
    expect(first).toBe('{tenantid}');
    expect(decodeURI(pathname)).toBe('/_demo/login/{tenantid}/oauth2/v2.0/token');
  });

  test('keeps Microsoft’s https authority, which MSAL insists on', () => {
    expect(auth.authority).toBe('https://login.microsoftonline.com/organizations');
  });
});

test('a tenant pins the authority', () => {
  expect(authorityFor('t1')).toBe('https://login.microsoftonline.com/t1');
});
