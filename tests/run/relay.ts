/** The built relay in real workerd; what it fetches goes to `outbound` instead of the internet. */
import { fileURLToPath } from 'node:url';
import { Miniflare, type Request as MiniflareRequest, Response as MiniflareResponse } from 'miniflare';

const script = fileURLToPath(new URL('../../build/edge/worker.js', import.meta.url));

export interface Relay {
  handle(request: Request): Promise<Response>;
  close(): Promise<void>;
}

export async function startRelay(outbound: (request: Request) => Promise<Response>): Promise<Relay> {
  const runtime = new Miniflare({
    modules: true,
    scriptPath: script,
    compatibilityDate: '2026-04-01',
    outboundService: async (request: MiniflareRequest) => {
      const answer = await outbound(await plainRequest(request));
      return new MiniflareResponse(await answer.arrayBuffer(), {
        status: answer.status,
        headers: [...answer.headers],
      });
    },
  });
  await runtime.ready;
  return {
    handle: async (request) => {
      const answer = await runtime.dispatchFetch(request.url, {
        method: request.method,
        headers: [...request.headers],
        body: request.method === 'GET' ? null : await request.arrayBuffer(),
        redirect: 'manual',
      });
      return new Response(await answer.arrayBuffer(), {
        status: answer.status,
        headers: [...answer.headers],
      });
    },
    close: () => runtime.dispose(),
  };
}

interface ForeignRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: Iterable<[string, string]>;
  arrayBuffer(): Promise<ArrayBuffer>;
}

/** Miniflare has a Request class of its own; the tenant expects the platform's. */
const plainRequest = async (request: ForeignRequest): Promise<Request> =>
  new Request(request.url, {
    method: request.method,
    headers: [...request.headers],
    body: ['GET', 'HEAD'].includes(request.method) ? null : await request.arrayBuffer(),
  });
