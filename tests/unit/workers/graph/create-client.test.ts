import { object, optional, string, undefined_, unknown } from 'valibot';
import { describe, expect, it } from 'vitest';
import { err, ok } from '../../../../workers/kernel/result.ts';
import { failure } from '../../../../workers/kernel/failure.ts';
import { codeOf, graphError, json, setUp } from './fixtures.ts';

const mail = { pool: 'mailbox:amy' } as const;
const directory = { pool: 'directory' } as const;

describe('a call', () => {
  it('is sent with the token and its link verbatim, in whatever order its options stand', async () => {
    const { client, seen } = setUp(() => json({ id: 'a' }));
    const link =
      "https://graph.microsoft.com/v1.0/users?$skiptoken=X%2b%3d&$select=id&$select=mail&$filter=u eq 'https://a/b'";
    expect(await client.get(link, object({ id: string() }), directory)).toEqual(ok({ id: 'a' }));
    expect(seen[0]?.url).toBe(link);
    expect(seen[0]?.headers.get('authorization')).toBe('Bearer token');
    expect(seen[0]?.headers.has('sdkversion')).toBe(false);
  });

  it('asks mailboxes, and only them, for immutable ids', async () => {
    const { client, seen } = setUp(() => json({}));
    await client.get('/users/amy/messages', unknown(), {
      ...mail,
      headers: { Prefer: 'odata.maxpagesize=5' },
    });
    await client.get('/users', unknown(), directory);
    expect(seen[0]?.headers.get('prefer')).toBe('odata.maxpagesize=5, IdType="ImmutableId"');
    expect(seen[1]?.headers.has('prefer')).toBe(false);
  });

  it('refuses links of other hosts without sending anything', async () => {
    const { client, seen } = setUp(() => json({}));
    for (const link of [
      'https://graph.microsoft.com.evil.example/v1.0/users',
      'https://a:b@graph.microsoft.com/v1.0/me',
    ]) {
      expect(codeOf(await client.get(link, unknown(), directory))).toBe('graph/untrusted-link');
    }
    expect(seen).toHaveLength(0);
  });

  it('refuses an answer that redirects', async () => {
    const { client, seen } = setUp(
      () => new Response(null, { status: 302, headers: { Location: 'https://evil.example/' } }),
    );
    expect(codeOf(await client.get('/users', unknown(), directory))).toBe('graph/untrusted-link');
    expect(seen).toHaveLength(1);
  });

  it('parses, never casts', async () => {
    const { client } = setUp((_, count) =>
      count === 1 ? json({ id: 5 }) : new Response('<html>', { status: 200 }),
    );
    const wrong = await client.get('/users/a', object({ id: string() }), directory);
    expect(wrong).toEqual(err(failure('graph/unexpected-shape', 'id: expected string')));
    expect(codeOf(await client.get('/users/a', unknown(), directory))).toBe('graph/unexpected-shape');
  });

  it('refuses an answer that never ends', async () => {
    const megabyte = new Uint8Array(1024 * 1024);
    let sent = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        sent += 1;
        controller.enqueue(megabyte);
      },
    });
    const { client } = setUp(() => new Response(endless));
    expect(codeOf(await client.get('/users', unknown(), directory))).toBe('graph/too-large');
    expect(sent).toBeLessThan(80);
  });

  it('sends JSON, bytes and text as what they are, and reads an empty answer as nothing', async () => {
    const { client, seen } = setUp(() => new Response(null, { status: 204 }));
    const nothing = undefined_();
    expect(await client.send('PATCH', '/users/a/messages/m', { isRead: true }, nothing, mail)).toEqual(
      ok(undefined),
    );
    await client.send('PUT', '/drives/d/items/i/content', new Uint8Array(3), unknown(), { pool: 'drive' });
    const headers = { 'Content-Type': 'text/plain' };
    await client.send('POST', '/users/a/messages', 'TUlNRQ==', unknown(), { ...mail, headers });
    expect(seen.map(({ headers, body }) => [headers.get('content-type'), body])).toEqual([
      ['application/json', '{"isRead":true}'],
      ['application/octet-stream', new Uint8Array(3)],
      ['text/plain', 'TUlNRQ=='],
    ]);
  });

  it('reads bytes whole', async () => {
    const { client } = setUp(() => new Response('MIME-Version: 1.0\r\n'));
    const bytes = await client.getBytes('/users/a/messages/m/$value', mail);
    expect(bytes.ok && new TextDecoder().decode(bytes.value)).toBe('MIME-Version: 1.0\r\n');
  });

  it('stops at once when it is cancelled, before and during the wait', async () => {
    const stop = new AbortController();
    const { client, seen } = setUp(() => new Promise<Response>(() => setImmediate(() => stop.abort())));
    const options = { ...directory, signal: stop.signal };
    expect(codeOf(await client.get('/users', unknown(), options))).toBe('job/cancelled');
    expect(codeOf(await client.get('/users', unknown(), options))).toBe('job/cancelled');
    expect(seen).toHaveLength(1);
  });

  it('counts what went where', async () => {
    const { client, activity } = setUp(() => json({ a: 1 }));
    await client.send('POST', '/users', { x: 1 }, unknown(), directory);
    expect(activity.snapshot()).toEqual([
      { host: 'graph.microsoft.com', requests: 1, bytesIn: 7, bytesOut: 7 },
    ]);
  });
});

describe('a refused token', () => {
  it('keeps nobody who cancels waiting', async () => {
    const stop = new AbortController();
    const tokens = { token: () => new Promise<never>(() => undefined), invalidate: () => undefined };
    const { client, seen } = setUp(() => json({}), { tokens });
    const call = client.get('/users', unknown(), { ...directory, signal: stop.signal });
    setImmediate(() => stop.abort());
    expect(codeOf(await call)).toBe('job/cancelled');
    expect(seen).toHaveLength(0);
  });

  it('is replaced once, with the claims that the service asks for', async () => {
    const asked: (string | undefined)[] = [];
    const dropped: string[] = [];
    const tokens = {
      token: async (claims?: string) => ok(`token-${asked.push(claims)}`),
      invalidate: (token: string) => void dropped.push(token),
    };
    const claims = btoa('{"access_token":{"nbf":{"essential":true}}}');
    const challenge = {
      'WWW-Authenticate': `Bearer realm="", error="insufficient_claims", claims="${claims}"`,
    };
    const { client, seen } = setUp(
      (_, count) => (count === 1 ? graphError(401, 'InvalidAuthenticationToken', challenge) : json({})),
      { tokens },
    );
    expect(codeOf(await client.get('/users', unknown(), directory))).toBe('ok');
    expect(asked).toEqual([undefined, '{"access_token":{"nbf":{"essential":true}}}']);
    expect(dropped).toEqual(['token-1']);
    expect(seen.map(({ headers }) => headers.get('authorization'))).toEqual([
      'Bearer token-1',
      'Bearer token-2',
    ]);
  });

  it('is not asked for for ever', async () => {
    const { client, seen } = setUp(() => graphError(401, 'InvalidAuthenticationToken'));
    expect(codeOf(await client.get('/users', unknown(), directory))).toBe('sign-in/token-rejected');
    expect(seen).toHaveLength(2);
  });

  it('does not hide why there is none', async () => {
    const tokens = {
      token: async () => err(failure('relay/unreachable', 'down')),
      invalidate: () => undefined,
    };
    const { client, seen } = setUp(() => json({}), { tokens });
    expect(codeOf(await client.get('/users', unknown(), directory))).toBe('relay/unreachable');
    expect(seen).toHaveLength(0);
  });
});

describe('an optional field', () => {
  it('may be absent', async () => {
    const { client } = setUp(() => json({ id: 'a' }));
    expect(
      await client.get('/users/a', object({ id: string(), mail: optional(string()) }), directory),
    ).toEqual(ok({ id: 'a' }));
  });
});
