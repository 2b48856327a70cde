/** The GraphClient port on Microsoft's SDK: its request builder and chain runner, our stages. */
import { Client, ResponseType, type GraphRequest } from '@microsoft/microsoft-graph-client';
import { unknown, type GenericSchema, type InferOutput } from 'valibot';
import type { Bytes } from '../kernel/bytes.ts';
import type { Random } from '../kernel/clock.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import { createAuthorise } from './authorise.ts';
import { batchAnswerSchema, runBatch } from './batch.ts';
import { Call, toMiddleware, type CallRequest, type Method } from './call.ts';
import type { CallOptions, GraphClient } from './client.ts';
import { unitsOf } from './cost.ts';
import { download } from './download.ts';
import type { ExchangeDeps } from './exchange.ts';
import type { HostTable } from './hosts.ts';
import type { Claim, Pace } from './pace.ts';
import { createPaced } from './paced.ts';
import { readPages } from './pages.ts';
import { parseShape } from './parse.ts';
import { preferImmutableIds } from './prefer.ts';
import { createRetry } from './retry.ts';
import { createSend } from './send.ts';
import type { TokenSource } from './token-source.ts';
import { upload } from './upload.ts';

export interface GraphClientDeps extends ExchangeDeps {
  readonly hosts: HostTable;
  readonly tokens: TokenSource;
  readonly pace: Pace;
  readonly random: Random;
}

/** A page of a thousand mails with their bodies stays below this. */
const maxJsonBytes = 64 * 1024 * 1024;
/** Exchange's largest message is 150 MB, a third more as MIME. */
const maxContentBytes = 224 * 1024 * 1024;

type Options = CallOptions & { readonly tries?: number; readonly idempotent?: boolean };

/** What a call is made of, besides its path and options. */
interface Payload {
  readonly method: Method;
  readonly body?: string | Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
  readonly claims?: readonly Claim[];
  readonly expects?: CallRequest['expects'];
}

export function createGraphClient(deps: GraphClientDeps): GraphClient {
  const stages = [createAuthorise(deps.tokens), createRetry(deps), createPaced(deps.pace), createSend(deps)];
  const sdk = Client.initWithMiddleware({ middleware: stages.map(toMiddleware) });

  async function run(path: string, options: Options, payload: Payload): Promise<Result<Call>> {
    const url = deps.hosts.graphUrl(path);
    if (!url.ok) return url;
    const call = new Call(toRequest(url.value, path, options, payload));
    await dispatch(sdk.api(path).responseType(ResponseType.RAW).middlewareOptions([call]), payload.method);
    return call.failure ? err(call.failure) : ok(call);
  }

  async function json<S extends GenericSchema>(
    path: string,
    schema: S,
    options: Options & { readonly payload?: Payload },
  ): Promise<Result<InferOutput<S>>> {
    const done = await run(path, options, options.payload ?? { method: 'GET' });
    return done.ok ? parseShape(done.value.answer?.json, schema) : done;
  }

  const postBatch = (options: CallOptions) => (requests: readonly unknown[], claims: readonly Claim[]) => {
    const payload: Payload = { method: 'POST', claims, ...jsonBody({ requests }) };
    return json('/$batch', batchAnswerSchema, { ...options, idempotent: true, payload });
  };

  return {
    get: json,
    async getBytes(path, options) {
      const done = await run(path, options, { method: 'GET', expects: 'bytes' });
      return done.ok ? ok(done.value.answer?.bytes ?? (new Uint8Array(0) as Bytes)) : done;
    },
    // oxlint-disable-next-line max-params -- as the port reads at its callers: verb, path, body, shape, options
    async send(method, path, body, schema, options) {
      const payload = { method, ...bodyOf(body, options.headers) };
      const result = await json(path, unknown(), { ...options, ...(options.once && { tries: 1 }), payload });
      if (result.ok) return parseShape(result.value, schema);
      const isGone = method === 'DELETE' && result.error.facts?.afterLostAnswer === true;
      return isGone ? parseShape(undefined, schema) : result;
    },
    batch: (requests, options) => runBatch(requests, options, { ...deps, post: postBatch(options) }),
    pages: (path, item, options) => readPages(path, item, options, json),
    download: (request) => download(request, deps),
    upload: (request) => upload(request, deps),
  };
}

function toRequest(url: string, path: string, options: Options, payload: Payload): CallRequest {
  const { method, body, expects = 'json' } = payload;
  const { pool, signal, tries } = options;
  const bytes = body?.length ?? 0;
  return {
    url,
    method,
    headers: { ...payload.headers, ...preferImmutableIds(pool, options.headers) },
    claims: payload.claims ?? [{ pool, slots: 1, units: unitsOf(pool, method, path), bytes }],
    repeatable: options.idempotent ?? (method === 'GET' || method === 'PUT' || method === 'DELETE'),
    expects,
    maxBytes: expects === 'json' ? maxJsonBytes : maxContentBytes,
    ...(body !== undefined && { body }),
    ...(tries !== undefined && { tries }),
    ...(signal && { signal }),
  };
}

/** The SDK has a method for each verb; the body travels in the call. */
function dispatch(request: GraphRequest, method: Method): Promise<unknown> {
  switch (method) {
    case 'GET':
      return request.get();
    case 'POST':
      return request.post('');
    case 'PATCH':
      return request.patch('');
    case 'PUT':
      return request.put('');
    case 'DELETE':
      return request.delete();
  }
}

function bodyOf(body: unknown, headers: CallOptions['headers']): Pick<Payload, 'body' | 'headers'> {
  if (body === undefined) return {};
  if (body instanceof Uint8Array) return { body, headers: { 'Content-Type': 'application/octet-stream' } };
  const ownType = Object.keys(headers ?? {}).some((name) => name.toLowerCase() === 'content-type');
  return typeof body === 'string' && ownType ? { body } : jsonBody(body);
}

const jsonBody = (value: unknown): { body: string; headers: Record<string, string> } => ({
  body: JSON.stringify(value),
  headers: { 'Content-Type': 'application/json' },
});
