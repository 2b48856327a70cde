import { unknown } from 'valibot';
import { describe, expect, it } from 'vitest';
import { createPace, type PaceMessage } from '../../../../workers/graph/pace.ts';
import { createWindowLimit } from '../../../../workers/graph/window-limit.ts';
import { codeOf, createJumpingClock, graphError, json, setUp, steadyRandom } from './fixtures.ts';

const amy = { pool: 'mailbox:amy' } as const;
const bao = { pool: 'mailbox:bao' } as const;

describe('a mailbox', () => {
  it('gets four requests at a time, every other mailbox four of its own', async () => {
    let inFlight = 0;
    let most = 0;
    const { client } = setUp(async () => {
      most = Math.max(most, ++inFlight);
      await new Promise((resolve) => setImmediate(resolve));
      inFlight -= 1;
      return json({});
    });
    const calls = (pool: typeof amy | typeof bao) =>
      Array.from({ length: 20 }, () => client.get('/users/x/messages', unknown(), pool));
    await Promise.all(calls(amy));
    expect(most).toBe(4);
    await Promise.all([...calls(amy), ...calls(bao)]);
    expect(most).toBe(8);
  });

  it('never sees more than 9,600 requests in any ten minutes', async () => {
    const { client, seen, pace } = setUp(() => json({}));
    const waits = new Set<string>();
    pace.observe(() => pace.waits().forEach(({ pool, reason }) => waits.add(`${pool} ${reason}`)));
    for (let block = 0; block < 10; block++) {
      await Promise.all(Array.from({ length: 1000 }, () => client.get('/users/x/messages', unknown(), amy)));
    }
    const times = seen.map(({ at }) => at);
    for (let i = 9_600; i < times.length; i++) {
      expect((times[i] ?? 0) - (times[i - 9_600] ?? 0)).toBeGreaterThanOrEqual(600_000);
    }
    expect([...waits]).toEqual(['mailbox:amy limit']);
  });

  it('backs off by itself where the service asks for a wait of no time at all', async () => {
    const { client, seen } = setUp((_, count) =>
      count <= 3 ? graphError(429, 'ApplicationThrottled', { 'Retry-After': '0' }) : json({}),
    );
    expect(codeOf(await client.get('/users/amy/messages', unknown(), amy))).toBe('ok');
    expect(seen.map(({ at }) => at - (seen[0]?.at ?? 0))).toEqual([0, 5_000, 15_000, 35_000]);
  });

  it('asks nobody to wait longer than a day, whatever it is told', async () => {
    const { client, pace, clock } = setUp(() =>
      graphError(429, 'ApplicationThrottled', { 'Retry-After': '99999999' }),
    );
    await client.get('/users/amy/messages', unknown(), amy);
    const next = client.get('/users/amy/messages', unknown(), amy);
    await new Promise((resolve) => setImmediate(resolve));
    const [wait] = pace.waits();
    expect((wait?.until ?? 0) - clock.now()).toBe(24 * 3_600_000);
    await next;
  });

  it('waits alone when it is throttled, says so, and goes on with half the window', async () => {
    let throttled = false;
    const { client, seen, pace, clock } = setUp(({ url }) => {
      if (throttled || !url.includes('amy')) return json({});
      throttled = true;
      return graphError(429, 'ApplicationThrottled', { 'Retry-After': '37' });
    });
    const start = clock.now();
    const slow = client.get('/users/amy/messages', unknown(), amy);
    await new Promise((resolve) => setImmediate(resolve));
    const quick = await client.get('/users/bao/messages', unknown(), bao);
    expect(codeOf(quick)).toBe('ok');
    expect(pace.waits()).toEqual([{ pool: 'mailbox:amy', reason: 'throttled', until: start + 37_000 }]);
    expect(codeOf(await slow)).toBe('ok');
    expect(seen.map(({ url, at }) => [url.includes('amy'), at - start])).toEqual([
      [true, 0],
      [false, 0],
      [true, 37_000],
    ]);
    expect(pace.waits()).toEqual([]);
  });

  it('waits longer each time where Retry-After cannot be read, and never for ever', async () => {
    const { client, seen } = setUp(() => graphError(429, 'TooManyRequests'));
    expect(codeOf(await client.get('/users/amy/messages', unknown(), amy))).toBe('graph/throttled');
    const gaps = seen.slice(1).map(({ at }, index) => (at - (seen[index]?.at ?? 0)) / 1000);
    expect(gaps).toEqual([5, 10, 20, 40, 80, 160, 300, 300, 300, 300, 300]);
  });

  it('is asked again by one try after a storm, not by all that were under way', async () => {
    let storm = true;
    const { client, seen, clock } = setUp(() => (storm ? graphError(429, 'TooManyRequests') : json({})));
    const start = clock.now();
    const calls = Array.from({ length: 4 }, () => client.get('/users/amy/messages', unknown(), amy));
    await new Promise((resolve) => setImmediate(resolve));
    storm = false;
    await Promise.all(calls);
    expect(seen.map(({ at }) => at - start)).toEqual([0, 0, 0, 0, 5000, 5000, 5000, 5000]);
  });

  it('grows its window back after quiet successes', async () => {
    let inFlight = 0;
    let most = 0;
    let bad = true;
    const { client, clock } = setUp(async () => {
      if (bad) return graphError(429, 'TooManyRequests', { 'Retry-After': '1' });
      most = Math.max(most, ++inFlight);
      await new Promise((resolve) => setImmediate(resolve));
      inFlight -= 1;
      return json({});
    });
    const many = (count: number) =>
      Promise.all(Array.from({ length: count }, () => client.get('/users/amy/messages', unknown(), amy)));
    const first = many(1);
    await new Promise((resolve) => setImmediate(resolve));
    bad = false;
    await first;
    await many(8);
    expect(most).toBe(2);
    await clock.sleep(5_000);
    await many(60);
    await many(60);
    expect(most).toBe(4);
  });
});

describe('drives', () => {
  it('share one budget of resource units a minute', async () => {
    const { client, seen, clock } = setUp(() => json({}));
    const start = clock.now();
    await Promise.all(
      Array.from({ length: 301 }, (_, i) =>
        client.get(`/drives/d/items/${i}/permissions`, unknown(), { pool: 'drive' }),
      ),
    );
    expect(seen.filter(({ at }) => at < start + 60_000)).toHaveLength(240);
    expect(seen).toHaveLength(301);
  });
});

describe('two tabs', () => {
  it('hold back together and count together', async () => {
    const clock = createJumpingClock();
    const listeners: ((message: PaceMessage) => void)[] = [];
    const tab = () => {
      const own: ((message: PaceMessage) => void)[] = [];
      return createPace({
        clock,
        random: steadyRandom,
        share: {
          post: (message) =>
            listeners.filter((listener) => !own.includes(listener)).forEach((listener) => listener(message)),
          listen: (listener) => void (own.push(listener), listeners.push(listener)),
        },
      });
    };
    const [one, two] = [tab(), tab()];
    const claim = { pool: 'mailbox:amy', slots: 1, units: 9_600, bytes: 0 } as const;
    const start = clock.now();
    (await one.admit([claim]))?.release('throttled', 10_000);
    await two.admit([{ ...claim, units: 1 }]);
    // After the fence of 10 s comes the budget that the other tab has used up.
    expect(clock.now() - start).toBeGreaterThanOrEqual(600_000);
  });
});

describe('a sliding window', () => {
  it('keeps its promise for every span, at odd times and sizes', () => {
    const limit = createWindowLimit(100, 10_000, 10);
    const spent: [number, number][] = [];
    let now = 12_345;
    for (let i = 0; i < 500; i++) {
      const amount = 1 + ((i * 7) % 30);
      const delay = limit.delay(now, amount);
      now += delay > 0 ? delay : (i * 37) % 900;
      if (limit.delay(now, amount) > 0) continue;
      limit.spend(now, amount);
      spent.push([now, amount]);
      const inSpan = spent.filter(([at]) => at > now - 10_000).reduce((sum, [, units]) => sum + units, 0);
      expect(inSpan).toBeLessThanOrEqual(100);
    }
    expect(spent.length).toBeGreaterThan(100);
  });
});
