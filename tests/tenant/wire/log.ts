/** Writes each exchange as one JSON line, with the real address; what would open a door is left out. */
import { createWriteStream, type WriteStream } from 'node:fs';
import { canonicalUrl, type Hosts } from './hosts.ts';
import type { Fetch } from './door.ts';

export interface Exchange {
  readonly method: string;
  readonly url: string;
  /** 0 where the connection broke instead of an answer. */
  readonly status: number;
  readonly requestHeaders: Record<string, string>;
  readonly requestBody: string | null;
  readonly responseHeaders: Record<string, string>;
  readonly responseBody: string | null;
}

export interface ExchangeLog {
  readonly exchanges: readonly Exchange[];
  close(): Promise<void>;
}

const maximumText = 16 * 1024 * 1024;
const maximumBinary = 64 * 1024;
const secretHeaders = /^(authorization|cookie|set-cookie)$/;
const secretFields =
  /("?(?:client_secret|client_assertion|access_token|refresh_token|id_token|secretText|code|proof)"?\s*[=:]\s*"?)([^"&\s]+)/g;

function headersOf(headers: Headers): Record<string, string> {
  const entries = [...headers].map(([name, value]) => [
    name,
    secretHeaders.test(name) ? value.replace(/^(Bearer )?.*$/s, '$1REDACTED') : value,
  ]);
  return Object.fromEntries(entries) as Record<string, string>;
}

const isText = (headers: Headers) =>
  /json|text|xml|urlencoded/.test(headers.get('content-type') ?? '') || !headers.has('content-type');

/** Text as it is, anything else as base64; both cut where they get long. */
function bodyText(bytes: Uint8Array, headers: Headers): string | null {
  if (bytes.length === 0) return null;
  const buffer = Buffer.from(bytes);
  if (!isText(headers)) return buffer.subarray(0, maximumBinary).toString('base64');
  return buffer.subarray(0, maximumText).toString();
}

const redacted = (text: string | null, isSignIn: boolean) =>
  isSignIn && text !== null ? text.replace(secretFields, '$1REDACTED') : text;

/** Hands the body on while keeping the beginning of it; `done` is called once, at its end or when it breaks. */
function watched(body: ReadableStream<Uint8Array>, most: number, done: (kept: Uint8Array) => void) {
  const kept: Uint8Array[] = [];
  let size = 0;
  const reader = body.getReader();
  const finish = () => done(Buffer.concat(kept));
  return new ReadableStream<Uint8Array>({
    pull: async (controller) => {
      try {
        const { value, done: isDone } = await reader.read();
        if (isDone) {
          finish();
          controller.close();
          return;
        }
        if (size < most) kept.push(value.slice(0, most - size));
        size += value.length;
        controller.enqueue(value);
      } catch (error) {
        finish();
        controller.error(error);
      }
    },
    cancel: async (reason) => {
      finish();
      await reader.cancel(reason);
    },
  });
}

/** `next`, with every exchange written to `file` (where given) and kept in memory otherwise. */
export function logged(next: Fetch, hosts: Hosts, file?: string): { fetch: Fetch; log: ExchangeLog } {
  const exchanges: Exchange[] = [];
  const stream: WriteStream | undefined =
    file === undefined ? undefined : createWriteStream(file, { flags: 'a' });
  const write = (exchange: Exchange) => {
    if (stream) stream.write(`${JSON.stringify(exchange)}\n`);
    else exchanges.push(exchange);
  };

  const fetch: Fetch = async (request) => {
    const given = new URL(request.url);
    if (given.pathname.startsWith('/_tenant')) return await next(request);
    const url = canonicalUrl(hosts, given);
    const isSignIn = url.hostname === hosts.login || /\/(add|remove)(Key|Password)$/.test(url.pathname);
    const sent = request.body ? new Uint8Array(await request.arrayBuffer()) : new Uint8Array();
    const body = sent.length > 0 ? { body: sent } : {};
    const { method, headers: requestHeaders } = request;
    const record = (status: number, responseHeaders: Headers, received: Uint8Array) =>
      write({
        method,
        url: url.href,
        status,
        requestHeaders: headersOf(requestHeaders),
        requestBody: redacted(bodyText(sent, requestHeaders), isSignIn),
        responseHeaders: headersOf(responseHeaders),
        responseBody: redacted(bodyText(received, responseHeaders), isSignIn),
      });
    const nothing = new Uint8Array();
    const response = await next(new Request(request.url, { method, headers: requestHeaders, ...body })).catch(
      (error: unknown) => {
        record(0, new Headers(), nothing);
        throw error;
      },
    );
    const { status, headers } = response;
    if (!response.body) {
      record(status, headers, nothing);
      return response;
    }
    const most = isText(headers) ? maximumText : maximumBinary;
    const kept = watched(response.body, most, (received) => record(status, headers, received));
    return new Response(kept, { status, headers });
  };

  const close = () =>
    new Promise<void>((resolve) => {
      if (stream) stream.end(() => resolve());
      else resolve();
    });
  return { fetch, log: { exchanges, close } };
}
