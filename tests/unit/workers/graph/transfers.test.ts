import { describe, expect, it } from 'vitest';
import { failure } from '../../../../workers/kernel/failure.ts';
import { err, ok } from '../../../../workers/kernel/result.ts';
import { codeOf, collect, graphError, json, setUp, type Script, type Seen } from './fixtures.ts';

const link = 'https://contoso-my.sharepoint.com/personal/amy/_layouts/15/download.aspx?tempauth=x';
const text = '0123456789';
const noRenewal = async () => err(failure('defect/unexpected', 'must not be called'));
const rangeStart = ({ headers }: Seen): number =>
  Number(/bytes=(\d+)-/.exec(headers.get('range') ?? '')?.[1] ?? 0);
const ranged = (seen: Seen, content = text): Response => {
  const start = rangeStart(seen);
  return new Response(content.slice(start), {
    status: start > 0 ? 206 : 200,
    headers: start > 0 ? { 'Content-Range': `bytes ${start}-${content.length - 1}/${content.length}` } : {},
  });
};
const broken = (sent: string): Response =>
  new Response(
    new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode(sent));
      },
      pull(controller) {
        controller.error(new TypeError('terminated'));
      },
    }),
  );
const download = (
  script: Script,
  renew: () => Promise<ReturnType<typeof ok<string>> | ReturnType<typeof err<never>>> = noRenewal as never,
) => {
  const world = setUp(script);
  return {
    ...world,
    done: collect(world.client.download({ url: link, size: text.length, renew: renew as never })),
  };
};

describe('a download', () => {
  it('is a bare request: no token, no header, nothing kept', async () => {
    const { done, seen } = download((request) => ranged(request));
    expect(await done).toEqual({ text, code: 'ok' });
    expect([...(seen[0]?.headers ?? [])]).toEqual([]);
  });

  it('goes on where it broke off', async () => {
    const { done, seen } = download((request, count) => (count === 1 ? broken('0123') : ranged(request)));
    expect(await done).toEqual({ text, code: 'ok' });
    expect(seen.map(({ headers }) => headers.get('range'))).toEqual([null, 'bytes=4-']);
  });

  it('goes on where the answer ended too early', async () => {
    const { done, seen } = download((request, count) => (count === 1 ? new Response('01') : ranged(request)));
    expect(await done).toEqual({ text, code: 'ok' });
    expect(seen).toHaveLength(2);
  });

  it('takes the length from the answer where the listing cannot be trusted, and no less than that', async () => {
    const { client, seen } = setUp((request, count) =>
      count === 1
        ? new Response('0123', { headers: { 'Content-Length': String(text.length) } })
        : ranged(request),
    );
    const whole = await collect(client.download({ url: link, size: 'as-sent', renew: noRenewal }));
    expect(whole).toEqual({ text, code: 'ok' });
    expect(seen.map(({ headers }) => headers.get('range'))).toEqual([null, 'bytes=4-']);
    const silent = setUp(() => new Response(text));
    const refused = await collect(silent.client.download({ url: link, size: 'as-sent', renew: noRenewal }));
    expect(refused.code).toBe('network/truncated');
  });

  it('skips what it has where the server ignores the range', async () => {
    const { done } = download((_, count) => (count === 1 ? broken('0123') : new Response(text)));
    expect(await done).toEqual({ text, code: 'ok' });
  });

  it('ends as changed where the content has become shorter than what has come, asked once', async () => {
    const beyond = () => new Response('', { status: 416 });
    const { done, seen } = download((_, count) => (count === 1 ? broken('0123') : beyond()));
    expect(await done).toEqual({ text: '0123', code: 'graph/conflict' });
    expect(seen).toHaveLength(2);
  });

  it('is whole once all bytes have come, however the answer ends', async () => {
    const { done, seen } = download(() => broken(text));
    expect(await done).toEqual({ text, code: 'ok' });
    expect(seen).toHaveLength(1);
  });

  it('tells before it goes on from the middle, and only then', async () => {
    for (const [first, times] of [
      [broken('0123'), 1],
      [new Response('', { status: 503 }), 0],
    ] as const) {
      let resumed = 0;
      const { client } = setUp((request, count) => (count === 1 ? first : ranged(request)));
      const request = { url: link, size: text.length, renew: noRenewal, resumed: () => (resumed += 1) };
      expect(await collect(client.download(request))).toEqual({ text, code: 'ok' });
      expect(resumed).toBe(times);
    }
  });

  it('does not take a piece from another place', async () => {
    const wrong = () => new Response('9', { status: 206, headers: { 'Content-Range': 'bytes 9-9/10' } });
    const { done } = download((_, count) => (count === 1 ? broken('0123') : wrong()));
    expect(await done).toEqual({ text: '0123', code: 'network/truncated' });
  });

  it.each([401, 403, 404])('renews a link that answers %i, and only some times', async (status) => {
    let renewed = 0;
    const renew = async () => ok(`${link}&renewed=${++renewed}`);
    const { done, seen } = download(
      (request) => (request.url.includes('renewed') ? ranged(request) : new Response('', { status })),
      renew,
    );
    expect(await done).toEqual({ text, code: 'ok' });
    expect(seen).toHaveLength(2);
    const never = download(() => new Response('', { status }), renew);
    expect((await never.done).code).toMatch(/^graph\//);
    expect(never.seen.length).toBeLessThanOrEqual(7);
  });

  it('does not follow a renewed link to another host', async () => {
    const { done, seen } = download(
      () => new Response('', { status: 401 }),
      async () => ok('https://evil.example/x'),
    );
    expect(await done).toEqual({ text: '', code: 'graph/untrusted-link' });
    expect(seen).toHaveLength(1);
  });

  it('hands on why a link cannot be renewed', async () => {
    const renew = async () => err(failure('graph/not-found', 'deleted meanwhile'));
    expect((await download(() => new Response('', { status: 404 }), renew as never).done).code).toBe(
      'graph/not-found',
    );
  });

  it('ends with a failure where more comes than there should be, and yields none of it', async () => {
    const { done } = download(() => new Response(`${text}more`));
    const { text: got, code } = await done;
    expect(code).toBe('network/truncated');
    expect(text.startsWith(got)).toBe(true);
  });

  it('ends with a failure where less comes time and again', async () => {
    const { done, seen } = download(() => new Response(''));
    expect(await done).toEqual({ text: '', code: 'network/truncated' });
    expect(seen).toHaveLength(6);
  });

  it('knows malware by its code and by its header', async () => {
    expect((await download(() => graphError(403, 'malwareDetected')).done).code).toBe('graph/malware');
    const header = () => new Response('', { status: 403, headers: { 'X-Virus-Infected': 'EICAR' } });
    expect((await download(header).done).code).toBe('graph/malware');
  });

  it('of nothing is nothing', async () => {
    const world = setUp(() => new Response(''));
    expect(await collect(world.client.download({ url: link, size: 0, renew: noRenewal }))).toEqual({
      text: '',
      code: 'ok',
    });
  });

  it('gives its place back when the reader walks away', async () => {
    const { client } = setUp((request) => ranged(request));
    for (let i = 0; i < 20; i++) {
      for await (const _ of client.download({ url: link, size: text.length, renew: noRenewal })) break;
    }
    const last = await collect(client.download({ url: link, size: text.length, renew: noRenewal }));
    expect(last).toEqual({ text, code: 'ok' });
  });

  it('is not given up while its reader takes its time', async () => {
    const slow = () => {
      const pieces = [...text];
      return new Response(
        new ReadableStream({
          pull: (controller) => {
            const next = pieces.shift();
            if (next === undefined) controller.close();
            else controller.enqueue(new TextEncoder().encode(next));
          },
        }),
      );
    };
    const { client, clock, seen } = setUp(slow);
    let got = '';
    for await (const piece of client.download({ url: link, size: text.length, renew: noRenewal })) {
      if (piece.ok) got += new TextDecoder().decode(piece.value);
      await clock.sleep(3_600_000);
    }
    expect([got, seen.length]).toEqual([text, 1]);
  });

  it('waits out throttling of the content host', async () => {
    const { done, seen, pace } = download((request, count) =>
      count === 1 ? new Response('', { status: 429, headers: { 'Retry-After': '9' } }) : ranged(request),
    );
    expect(await done).toEqual({ text, code: 'ok' });
    expect((seen[1]?.at ?? 0) - (seen[0]?.at ?? 0)).toBe(9_000);
    expect(pace.waits()).toEqual([]);
  });
});

const session =
  'https://contoso-my.sharepoint.com/personal/amy/_api/v2.0/drive/items/x/uploadSession?guid=1&tempauth=y';

/** A drive's upload session; `fault` may answer in its place, before or after the fragment was taken. */
function createSession(
  size: number,
  fault: (request: Seen, count: number, take: () => void) => Response | undefined = () => undefined,
) {
  const stored = new Uint8Array(size);
  let next = 0;
  const status = () => ({ expirationDateTime: '2026-11-24T00:00:00Z', nextExpectedRanges: [`${next}-`] });
  const script: Script = (request, count) => {
    const [, start = 0, end = 0] =
      /bytes (\d+)-(\d+)\//.exec(request.headers.get('content-range') ?? '')?.map(Number) ?? [];
    const take = () => {
      stored.set(request.body as Uint8Array, start);
      next = end + 1;
    };
    const instead = fault(request, count, take);
    if (instead) return instead;
    if (request.method === 'GET') return json(status());
    if (start !== next) return graphError(416, 'invalidRange');
    take();
    return next === size ? json({ id: 'item' }, 201) : json(status(), 202);
  };
  return { script, stored };
}

const content = Uint8Array.from({ length: 1000 }, (_, i) => i % 251);
const read = async (offset: number, length: number) => ok(content.subarray(offset, offset + length));
const request = { url: session, size: content.length, fragment: 320, read };

describe('an upload', () => {
  it('sends fragments in order without a token and gives the item', async () => {
    const { script, stored } = createSession(1000);
    const { client, seen } = setUp(script);
    expect(await client.upload(request)).toEqual(ok({ id: 'item' }));
    expect(stored).toEqual(content);
    expect(seen.map(({ headers }) => headers.get('content-range'))).toEqual([
      'bytes 0-319/1000',
      'bytes 320-639/1000',
      'bytes 640-959/1000',
      'bytes 960-999/1000',
    ]);
    expect(seen.every(({ headers }) => !headers.has('authorization'))).toBe(true);
  });

  it.each([
    ['a fragment was lost', () => graphError(503, 'serviceNotAvailable')],
    ['its answer was lost', (take: () => void) => (take(), graphError(500, 'generalException'))],
  ])('goes on where the session says after %s', async (_, fault) => {
    const { script, stored } = createSession(1000, (_request, count, take) =>
      count === 2 ? fault(take) : undefined,
    );
    const { client } = setUp(script);
    expect(codeOf(await client.upload(request))).toBe('ok');
    expect(stored).toEqual(content);
  });

  it('asks the session when the fragment does not fit', async () => {
    const { script, stored } = createSession(1000, (_, count, take) => {
      if (count !== 2) return undefined;
      take();
      return graphError(416, 'fragmentOverlap');
    });
    const { client, seen } = setUp(script);
    expect(codeOf(await client.upload(request))).toBe('ok');
    expect(stored).toEqual(content);
    expect(seen.filter(({ method }) => method === 'GET')).toHaveLength(1);
  });

  it('says when the session is gone, the name taken, the drive full', async () => {
    const at = (status: number, code: string) =>
      setUp(
        createSession(1000, (_, count) => (count >= 2 ? graphError(status, code) : undefined)).script,
      ).client.upload(request);
    expect(codeOf(await at(404, 'itemNotFound'))).toBe('graph/not-found');
    expect(codeOf(await at(401, 'unauthenticated'))).toBe('graph/forbidden');
    expect(codeOf(await at(409, 'upload_name_conflict'))).toBe('graph/conflict');
    expect(codeOf(await at(507, 'insufficientStorage'))).toBe('graph/quota-exceeded');
  });

  it('does not go on for ever with a session that does not move', async () => {
    const { client, seen } = setUp(() => json({ nextExpectedRanges: ['0-'] }, 202));
    expect(codeOf(await client.upload(request))).toBe('graph/unavailable');
    expect(seen.length).toBeLessThan(20);
  });

  it('speaks to mail attachments: other spelling, an empty last answer, no question about the state', async () => {
    let next = 0;
    const { client } = setUp((seen) => {
      if (seen.method === 'GET') return graphError(405, 'ErrorInvalidRequest');
      if (next === 320 && seen.at === 0) return new Response('', { status: 503 });
      next = Number(/-(\d+)\//.exec(seen.headers.get('content-range') ?? '')?.[1]) + 1;
      return next === 1000
        ? new Response(null, { status: 201 })
        : json({ NextExpectedRanges: [String(next)] });
    });
    const outlook =
      "https://outlook.office.com/api/v2.0/Users('a@t')/Messages('m')/AttachmentSessions('s')?authtoken=z";
    expect(await client.upload({ ...request, url: outlook, pool: 'mailbox:a' })).toEqual(ok(null));
  });

  it('sends nothing to another host', async () => {
    const { client, seen } = setUp(() => json({}));
    expect(codeOf(await client.upload({ ...request, url: 'https://sharepoint.com.evil.example/x' }))).toBe(
      'graph/untrusted-link',
    );
    expect(seen).toHaveLength(0);
  });

  it('hands on a failure of the source', async () => {
    const { client } = setUp(createSession(1000).script);
    const broken = async () => err(failure('repository/corrupt', 'damaged'));
    expect(codeOf(await client.upload({ ...request, read: broken }))).toBe('repository/corrupt');
  });

  it('keeps a mailbox below its limit for uploads', async () => {
    const size = 160 * 1024 * 1024;
    const fragment = 40 * 1024 * 1024;
    const bytes = new Uint8Array(fragment);
    const { client, clock } = setUp((seen) => {
      const next = Number(/-(\d+)\//.exec(seen.headers.get('content-range') ?? '')?.[1]) + 1;
      return next === size ? new Response(null, { status: 201 }) : json({ nextExpectedRanges: [`${next}-`] });
    });
    const start = clock.now();
    const source = async (_: number, length: number) => ok(bytes.subarray(0, length));
    await client.upload({ url: session, size, fragment, read: source, pool: 'mailbox:a' });
    expect(clock.now() - start).toBeGreaterThanOrEqual(300_000);
  });
});
