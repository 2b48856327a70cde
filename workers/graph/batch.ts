/**
 * GETs packed into `$batch` exchanges: twenty parts, of one mailbox at most four, because Outlook works on four at a
 * time and throttles the rest. Parts that were throttled or met a passing fault go into a later batch; the others stand.
 * The `Retry-After` of a part is in the body and so readable in every browser.
 */
import {
  array,
  looseObject,
  number,
  optional,
  record,
  string,
  unknown,
  type GenericSchema,
  type InferOutput,
} from 'valibot';
import { fromBase64, fromUtf8 } from '../kernel/bytes.ts';
import type { Clock, Random } from '../kernel/clock.ts';
import { failure } from '../kernel/failure.ts';
import { forEachLimited } from '../kernel/limit.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import type { BatchGet, CallOptions, Pool } from './client.ts';
import { poolOfPath, unitsOf } from './cost.ts';
import { failureOfAnswer } from './errors.ts';
import { readRetryAfter } from './exchange.ts';
import type { Claim, Pace } from './pace.ts';
import { parseShape } from './parse.ts';
import { preferImmutableIds } from './prefer.ts';
import { createTries, type Tries } from './retry.ts';

const mostParts = 20;
const mostOfOneMailbox = 4;
const batchesInFlight = 4;

export const batchAnswerSchema = looseObject({
  responses: array(
    looseObject({
      id: string(),
      status: number(),
      headers: optional(record(string(), string()), {}),
      body: optional(unknown()),
    }),
  ),
});

interface PartRequest {
  readonly id: string;
  readonly method: 'GET';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface BatchDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly pace: Pace;
  post(
    requests: readonly PartRequest[],
    claims: readonly Claim[],
  ): Promise<Result<InferOutput<typeof batchAnswerSchema>>>;
}

interface Part<S extends GenericSchema = GenericSchema> extends BatchGet<S> {
  readonly index: number;
  readonly pool: Pool;
  readonly tries: Tries;
}

export async function runBatch<S extends GenericSchema>(
  requests: readonly BatchGet<S>[],
  options: CallOptions,
  deps: BatchDeps,
): Promise<Result<InferOutput<S>>[]> {
  const outcomes: Result<InferOutput<S>>[] = [];
  let round = pack(requests.map((request, index) => toPart(request, index, options, deps)));
  while (round.length > 0) {
    const again: Part<S>[] = [];
    const settle = async ([part, result]: readonly [Part<S>, Result<unknown>]) => {
      const stands = result.ok ? undefined : await part.tries.again(result.error);
      if (result.ok) outcomes[part.index] = parseShape(result.value, part.schema);
      else if (stands) outcomes[part.index] = err(stands);
      else again.push(part);
    };
    await forEachLimited(round, batchesInFlight, async (parts) => {
      const answer = await deps.post(parts.map(toRequest), claimsOf(parts));
      // The chain has made its own tries of the exchange: its failure stands for every part.
      if (!answer.ok) for (const part of parts) outcomes[part.index] = answer;
      else await Promise.all(readAnswer(parts, answer.value, deps).map(settle));
    });
    // By pool, so that a mailbox that has to wait holds back no other.
    const pools = new Set(again.map((part) => part.pool));
    round = [...pools].flatMap((pool) => pack(again.filter((part) => part.pool === pool)));
  }
  return outcomes;
}

function toPart<S extends GenericSchema>(
  request: BatchGet<S>,
  index: number,
  { pool: otherwise, signal }: CallOptions,
  deps: BatchDeps,
): Part<S> {
  const pool = poolOfPath(request.path, otherwise);
  const headers = preferImmutableIds(pool, request.headers);
  return { ...request, index, pool, headers, tries: createTries(deps, { repeatable: true, signal }) };
}

/** In the order given, each batch with as many parts as the two bounds allow. */
export function pack<P extends { readonly pool: Pool }>(parts: readonly P[]): P[][] {
  const full: P[][] = [];
  let open: { readonly parts: P[]; readonly byPool: Map<Pool, number> }[] = [];
  for (const part of parts) {
    const most = part.pool.startsWith('mailbox:') ? mostOfOneMailbox : mostParts;
    let batch = open.find(({ byPool }) => (byPool.get(part.pool) ?? 0) < most);
    if (!batch) open.push((batch = { parts: [], byPool: new Map() }));
    batch.parts.push(part);
    batch.byPool.set(part.pool, (batch.byPool.get(part.pool) ?? 0) + 1);
    if (batch.parts.length < mostParts) continue;
    full.push(batch.parts);
    open = open.filter((candidate) => candidate !== batch);
  }
  return [...full, ...open.map((batch) => batch.parts)];
}

/** Every part with its answer's body or its failure. */
function readAnswer<S extends GenericSchema>(
  parts: readonly Part<S>[],
  answer: InferOutput<typeof batchAnswerSchema>,
  deps: BatchDeps,
): (readonly [Part<S>, Result<unknown>])[] {
  const byId = new Map(answer.responses.map((response) => [response.id, response]));
  const results = parts.map((part) => {
    const response = byId.get(String(part.index));
    const missing = () => err(failure('graph/unexpected-shape', 'a batch that does not answer every part'));
    return [part, response ? resultOf(response, deps.clock) : missing()] as const;
  });
  reportThrottling(results, deps.pace);
  return results;
}

const toRequest = ({ index, path, headers }: Part): PartRequest => ({
  id: String(index),
  method: 'GET',
  url: path,
  ...(headers && { headers }),
});

/** A batch takes of each pool what its parts would take one by one. */
function claimsOf(parts: readonly Part[]): Claim[] {
  const claims = new Map<Pool, { pool: Pool; slots: number; units: number; bytes: number }>();
  for (const { pool, path } of parts) {
    const claim = claims.get(pool) ?? { pool, slots: 0, units: 0, bytes: 0 };
    // Only Outlook counts parts that run at the same time; elsewhere a batch is one request in flight.
    claim.slots = pool.startsWith('mailbox:') ? claim.slots + 1 : 1;
    claim.units += unitsOf(pool, 'GET', path);
    claims.set(pool, claim);
  }
  return [...claims.values()];
}

type PartAnswer = InferOutput<typeof batchAnswerSchema>['responses'][number];

function resultOf({ status, headers, body }: PartAnswer, clock: Clock): Result<unknown> {
  if (status >= 200 && status < 300)
    return ok(typeof body === 'string' ? (readJsonBody(body) ?? body) : body);
  const byName = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  const retryAfterMs = readRetryAfter({ get: (name) => byName.get(name) ?? null }, clock.now());
  const text =
    body === undefined || body === null ? '' : typeof body === 'string' ? body : JSON.stringify(body);
  return err(failureOfAnswer({ status, body: text, ...(retryAfterMs !== undefined && { retryAfterMs }) }));
}

/** Bodies that are not plain JSON objects come as base64 text. */
function readJsonBody(body: string): unknown {
  const bytes = fromBase64(body);
  if (!bytes) return undefined;
  try {
    return JSON.parse(fromUtf8(bytes));
  } catch {
    return undefined;
  }
}

/** Each pool hears of it once, with the longest wait. */
function reportThrottling(results: readonly (readonly [Part, Result<unknown>])[], pace: Pace): void {
  const waits = new Map<Pool, number | undefined>();
  for (const [{ pool }, result] of results) {
    if (result.ok || result.error.code !== 'graph/throttled') continue;
    const wait = Math.max(waits.get(pool) ?? 0, result.error.retryAfterMs ?? 0);
    waits.set(pool, wait > 0 ? wait : undefined);
  }
  for (const [pool, wait] of waits) pace.throttled(pool, wait);
}
