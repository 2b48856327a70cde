import { describe, expect, it } from 'vitest';
import { createHostTable, globalCloud } from '../../../../workers/graph/hosts.ts';

const world = createHostTable(globalCloud);
const demo = createHostTable({
  name: 'demo',
  login: 'http://localhost:8790/login',
  graph: 'http://localhost:8790/graph',
  content: ['http://localhost:8790/content'],
});

describe('Graph addresses', () => {
  it('are built from paths and taken from links of the same root', () => {
    expect(world.graphUrl('/users?$top=1')).toEqual({
      ok: true,
      value: 'https://graph.microsoft.com/v1.0/users?$top=1',
    });
    expect(world.graphUrl('https://graph.microsoft.com/v1.0/users').ok).toBe(true);
    expect(demo.graphUrl('/users')).toEqual({ ok: true, value: 'http://localhost:8790/graph/v1.0/users' });
    expect(demo.graphUrl('http://localhost:8790/graph/v1.0/users').ok).toBe(true);
  });

  it.each([
    'http://graph.microsoft.com/v1.0/users',
    'https://graph.microsoft.com:8443/v1.0/users',
    'https://user@graph.microsoft.com/v1.0/users',
    'https://graph.microsoft.com.evil.example/',
    'https://graph.microsoft.com@evil.example/',
    'https://evil.example/https://graph.microsoft.com/',
    'https://contoso.sharepoint.com/x',
    '//graph.microsoft.com@evil.example/v1.0',
    'javascript:alert(1)',
    'https:\\\\evil.example\\graph.microsoft.com',
    '',
    'users',
  ])('are not %s', (link) => {
    const result = world.graphUrl(link);
    // A path that starts with `/` always stays below the Graph root.
    expect(result.ok ? new URL(result.value).origin : 'refused').toBe(
      link.startsWith('/') ? 'https://graph.microsoft.com' : 'refused',
    );
  });
});

describe('content addresses', () => {
  it.each([
    'https://contoso-my.sharepoint.com/a?b',
    'https://contoso.sharepoint.com/',
    'https://outlook.office.com/api',
  ])('are %s', (link) => {
    expect(world.contentUrl(link).ok).toBe(true);
  });

  it.each([
    'https://sharepoint.com/',
    'https://evilsharepoint.com/',
    'https://contoso.sharepoint.com.evil.example/',
    'http://contoso.sharepoint.com/',
    'https://contoso.sharepoint.com:444/',
    'https://a:b@contoso.sharepoint.com/',
    'https://.sharepoint.com/',
    'https://x.outlook.office.com/',
    'data:text/plain,x',
    `https://contoso.sharepoint.com/${'a'.repeat(20_000)}`,
  ])('are not %s', (link) => {
    expect(world.contentUrl(link).ok).toBe(false);
  });

  it('of the demo lie below its own prefix', () => {
    expect(demo.contentUrl('http://localhost:8790/content/abc').ok).toBe(true);
    for (const link of [
      'http://localhost:8790/contents/abc',
      'http://localhost:8790/content/../graph/x',
      'http://localhost:8791/content/abc',
      'http://localhost:8790@evil.example/content/abc',
      'https://contoso.sharepoint.com/',
    ]) {
      expect(demo.contentUrl(link).ok).toBe(false);
    }
  });
});
