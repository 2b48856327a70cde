/**
 * Content behind a pre-authenticated link: a bare fetch without Authorization, which is where such links lead to and
 * all they accept. A broken transfer goes on where it stopped; an expired link is renewed.
 */
import type { Random } from '../kernel/clock.ts';
import { failure, type Failure } from '../kernel/failure.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import { cancelled } from './call.ts';
import type { DownloadRequest } from './client.ts';
import { failureOfResponse, ofLink, openExchange, type ExchangeDeps, type OpenResponse } from './exchange.ts';
import type { HostTable } from './hosts.ts';
import type { Pace } from './pace.ts';
import { outcomeOf } from './paced.ts';
import { createTries } from './retry.ts';

export interface TransferDeps extends ExchangeDeps {
  readonly random: Random;
  readonly pace: Pace;
  readonly hosts: HostTable;
}

/** Yields each byte once, in order; the last value is a failure where the whole could not be had. */
export async function* download(
  request: DownloadRequest,
  deps: TransferDeps,
): AsyncGenerator<Result<Uint8Array>> {
  const length: Length = { expected: sizeOf(request) };
  const recovery = createRecovery(request, deps);
  let url = request.url;
  let received = 0;
  for (;;) {
    const before = received;
    let reason: Failure | undefined;
    for await (const piece of readFrom({ url, offset: received, length, signal: request.signal }, deps)) {
      if (!piece.ok) reason = piece.error;
      else received += piece.value.length;
      if (piece.ok && received <= length.expected) yield piece;
    }
    const { expected } = length;
    const isFurther = received > before;
    if (received === expected && isWhole(isFurther, reason)) return;
    if (received > expected) return yield err(wrongLength(received, expected));
    if (isFurther) recovery.progressed();
    const next = await recovery.linkAfter(reason ?? wrongLength(received, expected), url);
    if (!next.ok) return yield next;
    url = next.value;
    noteResumed(request, received);
  }
}

/** All has come: how the answer ended after its last bytes says nothing more. */
const isWhole = (isFurther: boolean, reason: Failure | undefined): boolean => isFurther || !reason;

function noteResumed({ resumed }: DownloadRequest, received: number): void {
  if (received > 0) resumed?.();
}

/** How long the whole is: from the request, or from the first answer's header. */
interface Length {
  /** Infinite until it is known. */
  expected: number;
}

const sizeOf = ({ size }: DownloadRequest): number => (size === 'as-sent' ? Infinity : size);

interface Reading {
  readonly url: string;
  readonly offset: number;
  readonly length: Length;
  readonly signal: AbortSignal | undefined;
}

const renewals = 3;

function createRecovery({ renew, signal }: DownloadRequest, deps: TransferDeps) {
  const tries = createTries(deps, { repeatable: true, signal });
  let renewed = 0;
  return {
    progressed() {
      renewed = 0;
      tries.progressed();
    },
    /** The link to go on with after a fault, or the failure that stands. */
    async linkAfter(reason: Failure, url: string): Promise<Result<string>> {
      if (isExpired(reason) && renewed < renewals) {
        renewed += 1;
        return renew();
      }
      const stands = await tries.again(reason);
      return stands ? err(stands) : ok(url);
    },
  };
}

/** One request from `offset` on; ends after a failure. */
async function* readFrom(
  { url, offset, length, signal }: Reading,
  deps: TransferDeps,
): AsyncGenerator<Result<Uint8Array>> {
  const checked = deps.hosts.contentUrl(url);
  if (!checked.ok) return yield checked;
  const ticket = await deps.pace.admit([{ pool: 'content', slots: 1, units: 0, bytes: 0 }], signal);
  if (!ticket) return yield err(cancelled());
  // A single open range is a simple request: no preflight.
  const init = offset > 0 ? { headers: { Range: `bytes=${offset}-` } } : {};
  const opened = await openExchange(checked.value, init, deps, signal);
  if (!opened.ok) {
    ticket.release('other');
    return yield opened;
  }
  let reason: Failure | undefined;
  try {
    reason = (await refusal(opened.value, offset, deps)) ?? unknownLength(opened.value.response, length);
    if (reason) return yield err(reason);
    yield* readBody(opened.value, offset, length.expected);
  } finally {
    opened.value.close();
    ticket.release(outcomeOf(reason), reason?.retryAfterMs);
  }
}

/** Skips what was already received where the server ignored the range; stops after the first piece too many. */
async function* readBody(
  { response, read }: OpenResponse,
  offset: number,
  size: number,
): AsyncGenerator<Result<Uint8Array>> {
  let position = response.status === 206 ? offset : 0;
  while (position <= size) {
    const piece = await read();
    if (!piece.ok) return yield piece;
    if (piece.value === undefined) return;
    const fresh = piece.value.subarray(Math.min(piece.value.length, Math.max(0, offset - position)));
    position += piece.value.length;
    if (fresh.length > 0) yield ok(fresh);
  }
}

/** Why the answer is not the content from `offset` on. */
async function refusal(open: OpenResponse, offset: number, deps: TransferDeps): Promise<Failure | undefined> {
  const { response } = open;
  const landed = response.redirected ? deps.hosts.contentUrl(response.url) : undefined;
  if (landed && !landed.ok) return landed.error;
  if (response.status === 200) return undefined;
  if (response.status === 206) return misplaced(response.headers.get('content-range'), offset);
  if (response.headers.has('x-virus-infected'))
    return failure('graph/malware', 'SharePoint marked the file as infected');
  if (response.status === 416 && offset > 0)
    return failure(
      'graph/conflict',
      `416: the content has become shorter than the ${offset} bytes that came`,
    );
  const first = await open.read();
  const text = first.ok && first.value ? first.value.slice(0, 4_096) : new Uint8Array(0);
  return ofLink(failureOfResponse(response, text, deps.clock));
}

/** Content-Length is readable across origins (Fetch §CORS-safelisted response headers). */
function unknownLength({ headers }: Response, length: Length): Failure | undefined {
  if (Number.isFinite(length.expected)) return undefined;
  const announced = /^\d{1,15}$/.exec(headers.get('content-length') ?? '')?.[0];
  if (announced === undefined) return failure('network/truncated', 'the answer does not say how long it is');
  length.expected = Number(announced);
  return undefined;
}

/** `Content-Range` is not shown to every browser. */
function misplaced(contentRange: string | null, offset: number): Failure | undefined {
  const start = /^bytes (\d+)-/.exec(contentRange ?? '')?.[1];
  if (start === undefined || Number(start) === offset) return undefined;
  return failure('network/truncated', `asked from byte ${offset}, got from ${start}`, { retry: 'later' });
}

/** Links live for minutes to an hour; what an expired one answers differs by service. A malware answer is none of these. */
const isExpired = ({ code, facts }: Failure): boolean =>
  (code === 'graph/forbidden' || code === 'graph/not-found') &&
  (facts?.status === 401 || facts?.status === 403 || facts?.status === 404);

const wrongLength = (received: number, size: number): Failure =>
  failure('network/truncated', `${received > size ? 'more than' : received} of ${size} bytes came`, {
    retry: 'later',
    facts: { received, size },
  });
