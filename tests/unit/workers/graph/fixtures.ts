/** A Graph client on a scripted fetch and a clock that jumps to the next sleeper whenever nothing else is going on. */
import { createActivity } from '../../../../workers/graph/activity.ts';
import { createGraphClient } from '../../../../workers/graph/create-client.ts';
import { createHostTable, globalCloud } from '../../../../workers/graph/hosts.ts';
import { createPace } from '../../../../workers/graph/pace.ts';
import type { TokenSource } from '../../../../workers/graph/token-source.ts';
import type { Clock, Random } from '../../../../workers/kernel/clock.ts';
import { ok, type Result } from '../../../../workers/kernel/result.ts';

export interface JumpingClock extends Clock {
  /** Every sleep that ended by itself, in ms. */
  readonly slept: number[];
}

export function createJumpingClock(start = Date.UTC(2026, 10, 23)): JumpingClock {
  let now = start;
  let sleepers: { at: number; ms: number; wake: () => void }[] = [];
  let quietTurns = 0;
  let turning = false;
  const slept: number[] = [];
  const turn = (): void => {
    turning = sleepers.length > 0;
    if (!turning) return;
    setImmediate(turn);
    quietTurns += 1;
    const next = sleepers.toSorted((a, b) => a.at - b.at)[0];
    if (quietTurns < 8 || !next) return;
    quietTurns = 0;
    now = Math.max(now, next.at);
    slept.push(next.ms);
    sleepers = sleepers.filter((sleeper) => sleeper !== next);
    next.wake();
  };
  return {
    slept,
    now: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted) return resolve();
        quietTurns = 0;
        const stop = () => {
          quietTurns = 0;
          sleepers = sleepers.filter((other) => other !== sleeper);
          resolve();
        };
        const wake = () => {
          signal?.removeEventListener('abort', stop);
          resolve();
        };
        const sleeper = { at: now + ms, ms, wake };
        sleepers.push(sleeper);
        signal?.addEventListener('abort', stop);
        if (!turning) turn();
      }),
  };
}

/** Jitter at its largest: the tests then know the longest wait. */
export const steadyRandom: Random = { bytes: (count) => new Uint8Array(count), fraction: () => 1 };

export interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: Headers;
  readonly body: string | Uint8Array | undefined;
  readonly at: number;
}
export type Script = (seen: Seen, count: number) => Response | Promise<Response>;

export const json = (value: unknown, status = 200, headers: Record<string, string> = {}): Response =>
  new Response(JSON.stringify(value), {
    status,
    headers: { 'Content-Type': 'application/json', ...headers },
  });

export const graphError = (status: number, code: string, headers: Record<string, string> = {}): Response =>
  json({ error: { code, message: 'words that decide nothing' } }, status, headers);

export function setUp(script: Script, options: { tokens?: TokenSource; online?: () => boolean } = {}) {
  const clock = createJumpingClock();
  const seen: Seen[] = [];
  const fetch = async (url: string, init: RequestInit): Promise<Response> => {
    if (init.signal?.aborted) throw new DOMException('aborted', 'AbortError');
    const body = init.body as string | Uint8Array | undefined;
    const headers = new Headers(init.headers);
    const request = { method: init.method ?? 'GET', url, headers, body, at: clock.now() };
    seen.push(request);
    const aborted = new Promise<never>((_, reject) => {
      init.signal?.addEventListener('abort', () => reject(new DOMException('aborted', 'AbortError')));
    });
    return Promise.race([Promise.resolve(script(request, seen.length)), aborted]);
  };
  const tokens = options.tokens ?? { token: async () => ok('token'), invalidate: () => undefined };
  const pace = createPace({ clock, random: steadyRandom });
  const activity = createActivity();
  const client = createGraphClient({
    fetch,
    clock,
    random: steadyRandom,
    activity,
    online: options.online ?? (() => true),
    hosts: createHostTable(globalCloud),
    tokens,
    pace,
  });
  return { client, clock, seen, pace, activity };
}

export const codeOf = (result: Result<unknown>): string => (result.ok ? 'ok' : result.error.code);

export async function collect(
  pieces: AsyncIterable<Result<Uint8Array>>,
): Promise<{ text: string; code: string }> {
  const got: Uint8Array[] = [];
  for await (const piece of pieces) {
    if (!piece.ok) return { text: Buffer.concat(got).toString(), code: piece.error.code };
    got.push(piece.value);
  }
  return { text: Buffer.concat(got).toString(), code: 'ok' };
}
