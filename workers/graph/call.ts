/**
 * One call on its way through the SDK's middleware chain. The SDK rewrites addresses (it reorders and merges query
 * options) and bodies; links of answers must be followed verbatim, so the chain sends what stands here instead.
 */
import type { Context, Middleware } from '@microsoft/microsoft-graph-client';
import type { Bytes } from '../kernel/bytes.ts';
import { failure, type Failure } from '../kernel/failure.ts';
import type { Claim } from './pace.ts';

export type Method = 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';

export interface CallRequest {
  readonly url: string;
  readonly method: Method;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  readonly claims: readonly Claim[];
  /** True where the service may see the request twice without harm. */
  readonly repeatable: boolean;
  /** An answer in JSON that is none was cut short, or comes from a server in trouble. */
  readonly expects: 'json' | 'bytes';
  /** Largest answer that is read. */
  readonly maxBytes: number;
  /** Fewer tries than usual, for callers that have a better idea than repeating. */
  readonly tries?: number;
  readonly signal?: AbortSignal;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: Bytes;
  /** The body, parsed, where JSON was expected; undefined where it is empty. */
  readonly json?: unknown;
}

/** The SDK finds it by its class. After the chain exactly one of `answer` and `failure` is set. */
export class Call {
  readonly request: CallRequest;
  token: string | undefined;
  answer: Answer | undefined;
  failure: Failure | undefined;
  /** An earlier try may have reached the service. */
  answerLost = false;
  /** The challenge of a 401, decoded: claims that a new token must satisfy. */
  challenge: string | undefined;

  constructor(request: CallRequest) {
    this.request = request;
  }

  succeed(answer: Answer): void {
    this.answer = answer;
    this.failure = undefined;
  }

  fail(reason: Failure): void {
    this.answer = undefined;
    this.failure = reason;
  }
}

export const cancelled = (): Failure => failure('job/cancelled', 'stopped before the answer came');

/** One link of the chain; `next` runs the rest of it and may be called again. */
export type Stage = (call: Call, next: () => Promise<void>) => Promise<void>;

/** The chain as the SDK wants it. Outcomes travel in the call: the SDK would turn a throw into its own error class. */
export function toMiddleware(stage: Stage): Middleware {
  let following: Middleware | undefined;
  return {
    setNext(next) {
      following = next;
    },
    async execute(context: Context) {
      const call = context.middlewareControl?.getMiddlewareOptions(Call);
      if (!(call instanceof Call)) throw new Error('A Graph request without its Call');
      await stage(call, async () => following?.execute(context));
      // The body has been read; the SDK only passes this on.
      context.response ??= emptyResponse;
    },
  };
}

const emptyResponse = new Response(null, { status: 204 });
