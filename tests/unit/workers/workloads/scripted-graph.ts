/** A Graph client that answers from a script, for what the simulated tenant does not do on demand. */
import * as v from 'valibot';
import type { GraphClient, UploadRequest } from '../../../../workers/graph/client.ts';
import { failure, type FailureCode, type Retry } from '../../../../workers/kernel/failure.ts';
import { err, ok, type Result } from '../../../../workers/kernel/result.ts';
import type { WorkloadDeps } from '../../../../workers/workloads/workload.ts';

export interface Asked {
  readonly method: string;
  /** Decoded, without the version. */
  readonly path: string;
  readonly body?: unknown;
}

/** Content of a download that broke off once and went on. */
export class Resumed {
  readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }
}

/** Bytes, a JSON value, or a failure code as `new Refusal(code)`. */
export type Script = (asked: Asked, count: number) => unknown;

export class Refusal {
  readonly code: FailureCode;
  readonly retry: Retry;
  readonly facts: Readonly<Record<string, string>>;

  constructor(code: FailureCode, retry: Retry = 'no', facts: Readonly<Record<string, string>> = {}) {
    this.code = code;
    this.retry = retry;
    this.facts = facts;
  }
}

export interface ScriptedGraph {
  readonly deps: WorkloadDeps;
  readonly asked: Asked[];
  readonly uploads: UploadRequest[];
}

export function scriptedGraph(script: Script): ScriptedGraph {
  const asked: Asked[] = [];
  const uploads: UploadRequest[] = [];
  const ask = (method: string, path: string, body?: unknown): Result<unknown> => {
    const question = { method, path: decodeURIComponent(path), ...(body !== undefined && { body }) };
    asked.push(question);
    const answer = script(question, asked.length);
    return answer instanceof Refusal
      ? err(failure(answer.code, 'scripted', { retry: answer.retry, facts: answer.facts }))
      : ok(answer);
  };
  const shaped = (answer: Result<unknown>, schema: v.GenericSchema): Result<never> =>
    answer.ok ? ok(v.parse(schema, answer.value) as never) : answer;
  const graph: GraphClient = {
    get: async (path, schema) => shaped(ask('GET', path), schema),
    getBytes: async (path) => ask('GET', path) as Result<Uint8Array<ArrayBuffer>>,
    send: async (method, path, body, schema) => shaped(ask(method, path, body), schema),
    batch: async (requests) => requests.map(({ path, schema }) => shaped(ask('GET', path), schema)),
    async *pages(path, item) {
      for (let link: string | undefined = path; link !== undefined;) {
        const answer = ask('GET', link);
        if (!answer.ok) return yield answer;
        const page = answer.value as Record<string, unknown>;
        const next = page['@odata.nextLink'] as string | undefined;
        const delta = page['@odata.deltaLink'] as string | undefined;
        const items = (page['value'] as unknown[]).map((entry) => v.parse(item, entry)) as never[];
        yield ok({
          items,
          ...(next !== undefined && { nextLink: next }),
          ...(delta !== undefined && { deltaLink: delta }),
        });
        link = next;
      }
    },
    async *download({ url, size, renew, resumed }) {
      let answer = ask('DOWNLOAD', url);
      if (!answer.ok && answer.error.code === 'graph/forbidden') {
        const renewed = await renew();
        if (!renewed.ok) return yield renewed;
        answer = ask('DOWNLOAD', renewed.value);
      }
      if (!answer.ok) return yield answer;
      if (answer.value instanceof Resumed) resumed?.();
      const bytes = answer.value instanceof Resumed ? answer.value.bytes : (answer.value as Uint8Array);
      yield size === 'as-sent' || bytes.length === size
        ? ok(bytes)
        : err(failure('network/truncated', `${bytes.length} of ${size}`));
    },
    upload: async (request) => {
      uploads.push(request);
      return ask('UPLOAD', request.url);
    },
  };
  const clock = { now: () => 0, sleep: () => Promise.resolve() };
  return { asked, uploads, deps: { graph, clock, signal: new AbortController().signal } };
}
