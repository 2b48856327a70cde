/** Between Node's servers (HTTP/1.1 and HTTP/2) and the fetch door. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2';
import { ConnectionReset } from '../fault-response.ts';
import type { Fetch } from './door.ts';

type Incoming = IncomingMessage | Http2ServerRequest;
type Outgoing = ServerResponse | Http2ServerResponse;

/** OneDrive takes 250 MB in one PUT (Microsoft Learn, "Upload small files"); nothing larger is ever sent at once. */
const maximumBody = 260 * 1024 * 1024;

async function readAll(incoming: Incoming): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maximumBody) throw new ConnectionReset();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function headersOf(incoming: Incoming): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (name.startsWith(':') || value === undefined) continue;
    for (const one of Array.isArray(value) ? value : [value]) headers.append(name, one);
  }
  return headers;
}

async function toRequest(incoming: Incoming, scheme: 'http' | 'https'): Promise<Request> {
  const authority = incoming.headers[':authority'] ?? incoming.headers.host ?? 'localhost';
  const method = incoming.method ?? 'GET';
  const body = ['GET', 'HEAD'].includes(method) ? undefined : await readAll(incoming);
  const headers = headersOf(incoming);
  return new Request(new URL(incoming.url ?? '/', `${scheme}://${String(authority)}`), {
    method,
    headers,
    body: body && body.length > 0 ? new Uint8Array(body) : null,
  });
}

const drained = (outgoing: Outgoing) =>
  new Promise<void>((resolve) => {
    const done = () => {
      outgoing.off('drain', done);
      outgoing.off('close', done);
      resolve();
    };
    outgoing.on('drain', done);
    outgoing.on('close', done);
  });

async function send(response: Response, outgoing: Outgoing): Promise<void> {
  outgoing.statusCode = response.status;
  for (const [name, value] of response.headers) {
    if (name !== 'set-cookie') outgoing.setHeader(name, value);
  }
  const cookies = response.headers.getSetCookie();
  if (cookies.length > 0) outgoing.setHeader('set-cookie', cookies);
  if (response.body) {
    for await (const chunk of response.body) {
      const isReady = (outgoing as ServerResponse).write(chunk);
      if (!isReady && !outgoing.destroyed) await drained(outgoing);
    }
  }
  outgoing.end();
}

/** The client sees a connection that breaks, over HTTP/2 a stream that does. */
function reset(incoming: Incoming): void {
  if ('stream' in incoming) incoming.stream.destroy(new ConnectionReset());
  else incoming.socket.destroy();
}

export function listener(fetch: Fetch, scheme: 'http' | 'https') {
  return async (incoming: Incoming, outgoing: Outgoing): Promise<void> => {
    incoming.on('error', () => undefined);
    outgoing.on('error', () => undefined);
    try {
      await send(await fetch(await toRequest(incoming, scheme)), outgoing);
    } catch (error) {
      if (!(error instanceof ConnectionReset) && !incoming.destroyed) console.error(error);
      reset(incoming);
    }
  };
}
