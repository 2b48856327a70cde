import { object, string, unknown } from 'valibot';
import { describe, expect, it } from 'vitest';
import { pack } from '../../../../workers/graph/batch.ts';
import { codeOf, json, setUp, type Seen } from './fixtures.ts';

interface PartRequest {
  id: string;
  method: string;
  url: string;
  headers?: Record<string, string>;
}
const partsOf = (seen: Seen): PartRequest[] =>
  seen.body === undefined ? [] : (JSON.parse(String(seen.body)) as { requests: PartRequest[] }).requests;
const options = { pool: 'directory' } as const;
const get = (path: string) => ({ path, schema: unknown() });
const answer = (seen: Seen, part: (request: PartRequest) => object) =>
  // Microsoft answers parts in any order.
  json({
    responses: partsOf(seen)
      .map((request) => ({ id: request.id, status: 200, ...part(request) }))
      .toReversed(),
  });

describe('a batch', () => {
  it('has at most twenty parts, and gives answers in the order asked', async () => {
    const { client, seen } = setUp((request) => answer(request, ({ url }) => ({ body: { id: url } })));
    const paths = Array.from({ length: 45 }, (_, i) => `/users/${i}`);
    const results = await client.batch(
      paths.map((path) => ({ path, schema: object({ id: string() }) })),
      options,
    );
    expect(results.map((result) => result.ok && result.value.id)).toEqual(paths);
    expect(seen.map((request) => partsOf(request).length)).toEqual([20, 20, 5]);
    expect(
      seen.every(({ url, method }) => url === 'https://graph.microsoft.com/v1.0/$batch' && method === 'POST'),
    ).toBe(true);
  });

  it('has at most four parts of one mailbox, and they ask for immutable ids', async () => {
    const { client, seen } = setUp((request) => answer(request, () => ({ body: {} })));
    const paths = Array.from({ length: 30 }, (_, i) => `/users/${'abc'[i % 3]}/messages/${i}`);
    await client.batch(paths.map(get), options);
    for (const request of seen) {
      const mailboxes = partsOf(request).map(({ url }) => url.split('/')[2]);
      for (const mailbox of 'abc')
        expect(mailboxes.filter((other) => other === mailbox).length).toBeLessThanOrEqual(4);
      expect(partsOf(request)[0]?.headers).toEqual({ Prefer: 'IdType="ImmutableId"' });
    }
    expect(seen).toHaveLength(3);
  });

  it('takes of a mailbox what its parts take: no more than four at a time over several batches', async () => {
    let inFlight = 0;
    let most = 0;
    const { client } = setUp(async (request) => {
      inFlight += partsOf(request).length;
      most = Math.max(most, inFlight);
      await new Promise((resolve) => setImmediate(resolve));
      inFlight -= partsOf(request).length;
      return answer(request, () => ({ body: {} }));
    });
    await client.batch(
      Array.from({ length: 40 }, (_, i) => get(`/users/a/messages/${i}`)),
      options,
    );
    expect(most).toBe(4);
  });

  it('repeats only throttled parts, after their own Retry-After, and holds back only their mailbox', async () => {
    const { client, seen, clock } = setUp((request, count) =>
      answer(request, ({ url }) =>
        count === 1 && url.includes('/amy/')
          ? {
              status: 429,
              headers: { 'retry-after': '20' },
              body: { error: { code: 'ApplicationThrottled' } },
            }
          : { body: {} },
      ),
    );
    const start = clock.now();
    const paths = ['/users/amy/messages/1', '/users/bao/messages/1', '/users/amy/messages/2'];
    const running = client.batch(paths.map(get), options);
    for (let turn = 0; turn < 4; turn++) await new Promise((resolve) => setImmediate(resolve));
    await client.get('/users/bao/messages/2', unknown(), { pool: 'mailbox:bao' });
    expect(clock.now()).toBe(start);
    expect((await running).map(codeOf)).toEqual(['ok', 'ok', 'ok']);
    expect(
      seen
        .filter(({ url }) => url.endsWith('$batch'))
        .map((request) => [request.at - start, partsOf(request).map(({ url }) => url)]),
    ).toEqual([
      [0, paths],
      [20_000, [paths[0], paths[2]]],
    ]);
  });

  it('lets each part fail for itself', async () => {
    const { client, seen } = setUp((request) =>
      answer(request, ({ url }) => {
        if (url.endsWith('/gone')) return { status: 404, body: { error: { code: 'ErrorItemNotFound' } } };
        if (url.endsWith('/odd')) return { body: { id: 7 } };
        if (url.endsWith('/busy')) return { status: 503, body: null };
        return { body: { id: 'x' } };
      }),
    );
    const paths = ['/users/1', '/users/gone', '/users/odd', '/users/busy'];
    const results = await client.batch(
      paths.map((path) => ({ path, schema: object({ id: string() }) })),
      options,
    );
    expect(results.map(codeOf)).toEqual([
      'ok',
      'graph/not-found',
      'graph/unexpected-shape',
      'graph/unavailable',
    ]);
    const later = seen.slice(1).map((request) =>
      partsOf(request)
        .map(({ url }) => url)
        .join(),
    );
    expect(later).toEqual(Array(7).fill('/users/busy'));
  });

  it('fails in every part where the exchange fails, without doubling the tries', async () => {
    const { client, seen } = setUp(() => new Response('', { status: 500 }));
    const results = await client.batch([get('/users/1'), get('/users/2')], options);
    expect(results.map(codeOf)).toEqual(['graph/unavailable', 'graph/unavailable']);
    expect(seen).toHaveLength(8);
  });

  it('misses no part that the service forgot', async () => {
    const { client } = setUp(() => json({ responses: [{ id: '0', status: 200, body: {} }] }));
    const results = await client.batch([get('/users/1'), get('/users/2')], options);
    expect(results.map(codeOf)).toEqual(['ok', 'graph/unexpected-shape']);
  });

  it('reads bodies that come as base64', async () => {
    const { client } = setUp((request) => answer(request, () => ({ body: btoa('{"id":"b"}') })));
    const [result] = await client.batch([{ path: '/users/1', schema: object({ id: string() }) }], options);
    expect(result).toEqual({ ok: true, value: { id: 'b' } });
  });

  it('of nothing sends nothing', async () => {
    const { client, seen } = setUp(() => json({}));
    expect(await client.batch([], options)).toEqual([]);
    expect(seen).toHaveLength(0);
  });
});

describe('packing', () => {
  it('fills five mailboxes with four parts each into one batch', () => {
    const parts = Array.from({ length: 20 }, (_, i) => ({ pool: `mailbox:${i % 5}` as const, i }));
    expect(pack(parts)).toHaveLength(1);
    expect(pack(parts.map((part) => ({ ...part, pool: 'mailbox:one' as const })))).toHaveLength(5);
  });
});
