/**
 * One HTTP exchange: fetch, bounded reading, and what went wrong as a Failure. A silent connection is given up after
 * `idleMs` without a byte. Shared by the chain's last stage, downloads and uploads.
 */
import { concat, type Bytes } from '../kernel/bytes.ts';
import type { Clock } from '../kernel/clock.ts';
import { failure, type Failure } from '../kernel/failure.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import type { Activity } from './activity.ts';
import { cancelled, type Answer } from './call.ts';
import { failureOfAnswer } from './errors.ts';

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

export interface ExchangeDeps {
  readonly fetch: Fetch;
  readonly clock: Clock;
  readonly activity: Activity;
  /** `navigator.onLine` where there is one. */
  readonly online: () => boolean;
}

/** Graph gives up on a service behind it after some 100 s. */
const idleMs = 120_000;
const maxErrorBytes = 64 * 1024;

/** A response whose body is still to be read, under the same watch; `close` must be called. */
export interface OpenResponse {
  readonly response: Response;
  read(): Promise<Result<Uint8Array | undefined>>;
  close(): void;
}

/** Sends, and hands back the response of any status. Failures: network/*, graph/untrusted-link, job/cancelled. */
export async function openExchange(
  url: string,
  init: RequestInit,
  deps: ExchangeDeps,
  signal?: AbortSignal,
): Promise<Result<OpenResponse>> {
  const watch = createWatch(deps.clock, signal);
  const fail = (thrown: unknown, code: 'network/blocked' | 'network/truncated'): Result<never> => {
    watch.end();
    return err(failureOfThrow(thrown, { url, code, why: watch.reason(), online: deps.online() }));
  };
  deps.activity.sent(url, bodySize(init.body));
  let response: Response;
  try {
    response = await deps.fetch(url, {
      cache: 'no-store',
      credentials: 'omit',
      ...init,
      signal: watch.signal,
    });
  } catch (thrown) {
    return fail(thrown, 'network/blocked');
  }
  if (isRedirect(response)) {
    watch.end();
    return err(failure('graph/untrusted-link', `${hostOf(url)} answered with a redirect`));
  }
  watch.pause();
  const reader = response.body?.getReader();
  return ok({
    response,
    async read() {
      if (!reader) return ok(undefined);
      watch.resume();
      try {
        const { done, value } = await reader.read();
        watch.pause();
        if (done) return ok(undefined);
        deps.activity.received(url, value.length);
        return ok(value);
      } catch (thrown) {
        return fail(thrown, 'network/truncated');
      }
    },
    close() {
      watch.end();
      reader?.cancel().catch(() => undefined);
    },
  });
}

export interface ExchangeOptions {
  readonly maxBytes: number;
  readonly signal?: AbortSignal | undefined;
  /** Sees the headers of an answer outside 2xx. */
  readonly refused?: (headers: Headers) => void;
}

/** Reads an answer whole; `graph/too-large` beyond `maxBytes`, `failureOfAnswer` for any status outside 2xx. */
export async function exchange(
  url: string,
  init: RequestInit,
  deps: ExchangeDeps,
  options: ExchangeOptions,
): Promise<Result<Answer>> {
  const opened = await openExchange(url, init, deps, options.signal);
  if (!opened.ok) return opened;
  const { response } = opened.value;
  try {
    const body = await readBounded(opened.value, response.ok ? options.maxBytes : maxErrorBytes);
    if (!body.ok) return body;
    if (response.ok) return ok({ status: response.status, headers: response.headers, bytes: body.value });
    options.refused?.(response.headers);
    return err(failureOfResponse(response, body.value, deps.clock));
  } finally {
    opened.value.close();
  }
}

export function failureOfResponse(response: Response, body: Bytes, clock: Clock): Failure {
  const retryAfterMs = readRetryAfter(response.headers, clock.now());
  const requestId = response.headers.get('request-id') ?? undefined;
  return failureOfAnswer({
    status: response.status,
    body: new TextDecoder().decode(body),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    ...(requestId !== undefined && /^[\w-]{1,64}$/.test(requestId) && { requestId }),
  });
}

/** A link's host is shown no token: its 401 speaks of the link, and must not end a job as a lost sign-in would. */
export const ofLink = (reason: Failure): Failure =>
  reason.code === 'sign-in/token-rejected'
    ? { ...reason, code: 'graph/forbidden', detail: '401: the link is no longer accepted', retry: 'later' }
    : reason;

/** A date further off than this says that one of the two clocks is wrong. */
const furthestDateMs = 3_600_000;

/** Seconds or an HTTP date, and the SharePoint reset where it is later; undefined where the browser hides them. */
export function readRetryAfter(headers: Pick<Headers, 'get'>, now: number): number | undefined {
  const header = headers.get('retry-after')?.trim() ?? '';
  const reset = Number(headers.get('ratelimit-reset') ?? Number.NaN) * 1000;
  const isSeconds = /^\d+$/.test(header);
  const asked = isSeconds ? Number(header) * 1000 : Date.parse(header) - now;
  const waits = [isSeconds || asked <= furthestDateMs ? asked : Number.NaN, reset].filter(
    (wait) => Number.isFinite(wait) && wait >= 0,
  );
  return waits.length > 0 ? Math.max(...waits) : undefined;
}

export async function readBounded(open: OpenResponse, maxBytes: number): Promise<Result<Bytes>> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const piece = await open.read();
    if (!piece.ok) return piece;
    if (piece.value === undefined) return ok(concat(...pieces));
    size += piece.value.length;
    if (size > maxBytes)
      return err(failure('graph/too-large', `an answer larger than ${maxBytes} bytes was refused`));
    pieces.push(piece.value);
  }
}

/** Aborts when the caller does, or when nothing has come for `idleMs` while somebody waited for it. */
function createWatch(clock: Clock, signal?: AbortSignal) {
  const controller = new AbortController();
  const finished = new AbortController();
  let last = clock.now();
  let isWaiting = true;
  let why: 'cancelled' | 'idle' | undefined;
  const stop = (reason: 'cancelled' | 'idle') => {
    why ??= reason;
    controller.abort();
  };
  const onAbort = () => stop('cancelled');
  if (signal?.aborted) onAbort();
  signal?.addEventListener('abort', onAbort);
  const guard = async () => {
    for (;;) {
      await clock.sleep(idleMs - (clock.now() - last), finished.signal);
      if (finished.signal.aborted) return;
      if (!isWaiting) last = clock.now();
      if (clock.now() - last >= idleMs) return stop('idle');
    }
  };
  void guard();
  return {
    signal: controller.signal,
    reason: () => why,
    pause() {
      isWaiting = false;
    },
    resume() {
      isWaiting = true;
      last = clock.now();
    },
    end() {
      // With a reason of its own, because making the usual one takes longer than the whole watch.
      finished.abort('over');
      signal?.removeEventListener('abort', onAbort);
    },
  };
}

function failureOfThrow(
  thrown: unknown,
  seen: {
    readonly url: string;
    readonly code: 'network/blocked' | 'network/truncated';
    readonly why: 'cancelled' | 'idle' | undefined;
    readonly online: boolean;
  },
): Failure {
  const host = hostOf(seen.url);
  const later = { retry: 'later' } as const;
  if (seen.why === 'cancelled') return cancelled();
  if (seen.why === 'idle')
    return failure('network/timed-out', `${host} was silent for ${idleMs / 1000} s`, later);
  if (!seen.online) return failure('network/offline', `no connection while calling ${host}`, later);
  const name = thrown instanceof Error ? thrown.name : 'unknown';
  const what = seen.code === 'network/blocked' ? 'could not be reached' : 'broke off its answer';
  return failure(seen.code, `${host} ${what} (${name})`, later);
}

/** `redirect: 'manual'` gives an opaque response in browsers and the 3xx itself in Node. */
const isRedirect = (response: Response): boolean =>
  response.type === 'opaqueredirect' || (response.status >= 300 && response.status < 400);

const hostOf = (url: string): string => (URL.canParse(url) ? new URL(url).host : 'the relay');

function bodySize(body: RequestInit['body']): number {
  if (typeof body === 'string') return body.length;
  return body instanceof Uint8Array ? body.length : 0;
}
