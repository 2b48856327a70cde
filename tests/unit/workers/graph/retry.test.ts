import { unknown } from 'valibot';
import { describe, expect, it } from 'vitest';
import { codeOf, graphError, json, setUp, type Script } from './fixtures.ts';

const directory = { pool: 'directory' } as const;
const empty = (status: number, headers: Record<string, string> = {}) => new Response('', { status, headers });
/** The first `times` answers, then a good one. */
const failing =
  (times: number, answer: () => Response): Script =>
  (_, count) =>
    count <= times ? answer() : json({ fine: true });

describe('reading', () => {
  it.each([
    ['503 with an empty body', () => empty(503)],
    ['504', () => graphError(504, 'UnknownError')],
    ['500', () => graphError(500, 'generalException')],
    ['404 with an empty body', () => empty(404)],
  ])('is repeated after %s', async (_, answer) => {
    const { client, seen } = setUp(failing(2, answer));
    expect(codeOf(await client.get('/users', unknown(), directory))).toBe('ok');
    expect(seen).toHaveLength(3);
  });

  it.each([
    ['a 404 that says what is missing', () => graphError(404, 'ErrorItemNotFound'), 'graph/not-found'],
    ['403', () => graphError(403, 'ErrorAccessDenied'), 'graph/forbidden'],
    ['an item that Exchange cannot read', () => graphError(500, 'ErrorCorruptData'), 'graph/corrupt-item'],
    ['410', () => graphError(410, 'resyncRequired'), 'graph/resync-required'],
  ])('is not repeated after %s', async (_, answer, code) => {
    const { client, seen } = setUp(answer);
    expect(codeOf(await client.get('/users', unknown(), directory))).toBe(code);
    expect(seen).toHaveLength(1);
  });

  it('gives up after a bounded number of tries', async () => {
    const { client, seen } = setUp(() => graphError(503, 'serviceNotAvailable'));
    expect(codeOf(await client.get('/users', unknown(), directory))).toBe('graph/unavailable');
    expect(seen).toHaveLength(8);
    const lost = setUp(() => Promise.reject(new TypeError('Failed to fetch')));
    expect(codeOf(await lost.client.get('/users', unknown(), directory))).toBe('network/blocked');
    expect(lost.seen).toHaveLength(6);
  });

  it('says when the machine is offline', async () => {
    const { client } = setUp(() => Promise.reject(new TypeError('Failed to fetch')), { online: () => false });
    expect(codeOf(await client.get('/users', unknown(), directory))).toBe('network/offline');
  });

  it('waits with a bound that doubles, and as long as Retry-After says where it can be read', async () => {
    const hidden = setUp(failing(4, () => empty(503)));
    await hidden.client.get('/users', unknown(), directory);
    expect(hidden.clock.slept).toEqual([1000, 2000, 4000, 8000]);

    const date = new Date(Date.UTC(2026, 10, 23) + 400_000).toUTCString();
    for (const header of ['400', date]) {
      const { client, seen } = setUp(failing(1, () => empty(503, { 'Retry-After': header })));
      await client.get('/users', unknown(), directory);
      expect(seen.map(({ at }) => at - (seen[0]?.at ?? 0))).toEqual([0, 400_000]);
    }
  });

  it('does not sit out a wait that is longer than a job should stand still', async () => {
    const { client, seen } = setUp(() => empty(503, { 'Retry-After': '7200' }));
    const result = await client.get('/users', unknown(), directory);
    expect(result.ok || result.error.retryAfterMs).toBe(7_200_000);
    expect(seen).toHaveLength(1);
  });

  it('does not believe a date that only a wrong clock can explain', async () => {
    const nextYear = new Date(Date.UTC(2027, 10, 23)).toUTCString();
    const { client, clock } = setUp(failing(1, () => empty(503, { 'Retry-After': nextYear })));
    expect(codeOf(await client.get('/users', unknown(), directory))).toBe('ok');
    expect(clock.slept).toEqual([1000]);
  });

  it('gives up a connection that has gone silent', async () => {
    const { client, clock, seen } = setUp(() => new Promise<Response>(() => undefined));
    expect(codeOf(await client.get('/users', unknown(), directory))).toBe('network/timed-out');
    expect(seen).toHaveLength(6);
    expect(clock.slept.filter((ms) => ms === 120_000)).toHaveLength(6);
  });

  it('is repeated when the answer breaks off', async () => {
    const broken = () =>
      new Response(
        new ReadableStream({
          start(controller) {
            controller.enqueue(new TextEncoder().encode('{"val'));
            controller.error(new TypeError('terminated'));
          },
        }),
      );
    const { client, seen } = setUp(failing(1, broken));
    expect(codeOf(await client.get('/users', unknown(), directory))).toBe('ok');
    expect(seen).toHaveLength(2);
  });

  it.each([
    ['is cut off without an error', () => new Response('{"value":[{"id":"a"},{"i')],
    ['is a page of HTML', () => new Response('<html><body>We are sorry</body></html>')],
  ])('is repeated when the answer %s', async (_, answer) => {
    const { client, seen } = setUp(failing(2, answer));
    expect(codeOf(await client.get('/users', unknown(), directory))).toBe('ok');
    expect(seen).toHaveLength(3);
    const never = setUp(answer);
    expect(codeOf(await never.client.get('/users', unknown(), directory))).toBe('graph/unexpected-shape');
    expect(never.seen).toHaveLength(3);
  });

  it('takes the bytes of a message as they come', async () => {
    const { client, seen } = setUp(() => new Response('From: <cut'));
    const bytes = await client.getBytes('/users/a/messages/m/$value', directory);
    expect(bytes.ok && Buffer.from(bytes.value).toString()).toBe('From: <cut');
    expect(seen).toHaveLength(1);
  });

  it('stops waiting when it is cancelled', async () => {
    const stop = new AbortController();
    const { client, seen } = setUp(() => {
      queueMicrotask(() => setImmediate(() => stop.abort()));
      return empty(503, { 'Retry-After': '600' });
    });
    const result = await client.get('/users', unknown(), { ...directory, signal: stop.signal });
    expect(codeOf(result)).toBe('job/cancelled');
    expect(seen).toHaveLength(1);
  });
});

describe('writing', () => {
  const lost = () => Promise.reject(new TypeError('Failed to fetch'));

  it('is not repeated after the answer was lost: the service may have done it', async () => {
    const cut = () => new Response('{"id":"A', { status: 201 });
    for (const answer of [lost, cut, () => graphError(504, 'GatewayTimeout')]) {
      const { client, seen } = setUp(answer);
      expect(codeOf(await client.send('POST', '/users/a/messages', {}, unknown(), directory))).not.toBe('ok');
      expect(seen).toHaveLength(1);
    }
  });

  it('is repeated where the caller knows that twice is as good as once', async () => {
    const { client, seen } = setUp((_, count) => (count === 1 ? lost() : json({})));
    const options = { ...directory, idempotent: true };
    expect(codeOf(await client.send('POST', '/groups', {}, unknown(), options))).toBe('ok');
    expect(seen).toHaveLength(2);
  });

  it.each([429, 503])('is repeated after %i: nothing was done', async (status) => {
    const { client, seen } = setUp(failing(1, () => empty(status)));
    expect(codeOf(await client.send('POST', '/groups', {}, unknown(), directory))).toBe('ok');
    expect(seen).toHaveLength(2);
  });

  it.each([429, 503])(
    'is not repeated after %i where its body may be out of date by then',
    async (status) => {
      const { client, seen } = setUp(failing(1, () => empty(status)));
      const result = await client.send('PATCH', '/applications/a', {}, unknown(), {
        ...directory,
        once: true,
      });
      expect(codeOf(result)).not.toBe('ok');
      expect(seen).toHaveLength(1);
    },
  );

  it('has deleted what is gone after a lost answer, and has not where it was never there', async () => {
    const answers: Script = (_, count) => (count === 1 ? lost() : graphError(404, 'ErrorItemNotFound'));
    const { client } = setUp(answers);
    expect(codeOf(await client.send('DELETE', '/users/a/messages/m', undefined, unknown(), directory))).toBe(
      'ok',
    );
    const never = setUp(() => graphError(404, 'ErrorItemNotFound'));
    const result = await never.client.send('DELETE', '/users/a/messages/m', undefined, unknown(), directory);
    expect(codeOf(result)).toBe('graph/not-found');
  });
});
