/**
 * The Graph port that workloads and access code call. Built on @microsoft/microsoft-graph-client with the middleware
 * chain authorise → retry → pace → fetch in place of the SDK's own retry (create-client.ts). Pace lies inside retry, so
 * that every try is admitted anew and a call that waits for its next try holds no place in its pool.
 */
import type { GenericSchema, InferOutput } from 'valibot';
import type { Bytes } from '../kernel/bytes.ts';
import type { Result } from '../kernel/result.ts';

/**
 * Requests of one pool share a concurrency window, a pace and a back-off: `mailbox:<id>`, `drive`, `directory`;
 * `content` is for pre-authenticated links. Calls in a mailbox's pool always ask for immutable ids.
 */
export type Pool = `mailbox:${string}` | 'drive' | 'directory' | 'content';

export interface CallOptions {
  readonly pool: Pool;
  readonly signal?: AbortSignal;
  readonly headers?: Readonly<Record<string, string>>;
}

/** One GET inside a `$batch`. */
export interface BatchGet<S extends GenericSchema> {
  readonly path: string;
  readonly schema: S;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * `path` is relative (`/users/…?$select=…`) or an absolute link from an answer; absolute links are checked against the
 * host table (`graph/untrusted-link`). Failures: the codes of `graph/errors.ts`, `network/*`, `sign-in/*`, `relay/*`,
 * `job/cancelled` when the signal aborts. Retries have already been made inside.
 */
export interface GraphClient {
  get<S extends GenericSchema>(
    path: string,
    schema: S,
    options: CallOptions,
  ): Promise<Result<InferOutput<S>>>;
  getBytes(path: string, options: CallOptions): Promise<Result<Bytes>>;
  /**
   * `body`: a JSON value; bytes are sent as they are, and so is text where `headers` name another Content-Type.
   * Not repeated after an answer was lost, unless `options.idempotent` or the method is PUT or DELETE. A DELETE that
   * finds nothing left after a lost answer succeeds. An answer without a body is parsed as `undefined`. `once`: not
   * repeated at all, also where nothing was done, because the body may be out of date by then.
   */
  send<S extends GenericSchema>(
    method: 'POST' | 'PATCH' | 'PUT' | 'DELETE',
    path: string,
    body: unknown,
    schema: S,
    options: CallOptions & { readonly idempotent?: boolean; readonly once?: boolean },
  ): Promise<Result<InferOutput<S>>>;
  /** Any number of GETs, packed twenty at a time; each part succeeds or fails for itself, in the order given. */
  batch<S extends GenericSchema>(
    requests: readonly BatchGet<S>[],
    options: CallOptions,
  ): Promise<Result<InferOutput<S>>[]>;
  /** Pages of a collection, following nextLink; the last page may carry a deltaLink. */
  pages<S extends GenericSchema>(
    path: string,
    item: S,
    options: CallOptions,
  ): AsyncIterable<Result<Page<InferOutput<S>>>>;
  /**
   * Content behind a pre-authenticated URL, without Authorization. Resumes with Range; `renew` fetches a fresh URL when
   * the old one has expired. Yields pieces; ends with a failure where the length does not match `size`, `graph/conflict`
   * where the content has become shorter than what was yielded.
   */
  download(request: DownloadRequest): AsyncIterable<Result<Uint8Array>>;
  /**
   * Uploads to a session URL in fragments, resuming from `nextExpectedRanges`; gives the final answer's JSON or null.
   * `graph/not-found`: the session is gone, start anew with another one. `graph/conflict`: the name was taken meanwhile.
   */
  upload(request: UploadRequest): Promise<Result<unknown>>;
}

export interface Page<T> {
  readonly items: readonly T[];
  readonly nextLink?: string;
  readonly deltaLink?: string;
}

export interface DownloadRequest {
  readonly url: string;
  readonly renew: () => Promise<Result<string>>;
  /** Bytes; `as-sent` trusts the answer's Content-Length where the listing's size is known to lie. */
  readonly size: number | 'as-sent';
  /** Called when a transfer goes on from its middle: the rest may be that of a later version. */
  readonly resumed?: () => void;
  readonly signal?: AbortSignal;
}

export interface UploadRequest {
  readonly url: string;
  readonly size: number;
  /** Bytes from `offset`; called again from an earlier offset when the session asks for it. */
  readonly read: (offset: number, length: number) => Promise<Result<Uint8Array>>;
  /** A multiple of 327,680 for drives; below 4 MiB for mail attachments. */
  readonly fragment: number;
  /** The mailbox, where its upload limit counts (150 MB in 5 minutes); `content` otherwise. */
  readonly pool?: Pool;
  readonly signal?: AbortSignal;
}
