/** Turns a scripted fault into what the client sees: an error, a broken connection, half a body. */
import type { FaultAnswer } from './faults.ts';
import { GraphError, type GraphErrorStatus } from './graph/context.ts';
import { errorResponse, type Correlation } from './graph/respond.ts';
import type { World } from './world/world.ts';

/** Thrown instead of answering; the wire drops the connection, the fetch door rejects as `fetch` does. */
export class ConnectionReset extends TypeError {
  constructor() {
    super('fetch failed: the connection was reset');
  }
}

export function faultResponse(world: World, fault: FaultAnswer, correlation: Correlation): Response {
  const { status = 500, headers, body, emptyBody, code, message } = fault;
  if (body !== undefined) {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const type = typeof body === 'string' ? 'text/plain' : 'application/json';
    return new Response(text, { status, headers: { 'Content-Type': type, ...headers } });
  }
  const error = new GraphError(status as GraphErrorStatus, code ?? 'UnknownError', message ?? '', {
    ...(headers ? { headers } : {}),
    ...(emptyBody ? { emptyBody } : {}),
  });
  return errorResponse(world, correlation, error);
}

/** The same response, whose body breaks off after `bytes`; the length promised stays. */
export async function truncated(response: Response, bytes: number): Promise<Response> {
  const whole = new Uint8Array(await response.arrayBuffer());
  const headers = new Headers(response.headers);
  headers.set('Content-Length', String(whole.length));
  let isSent = false;
  const body = new ReadableStream<Uint8Array>({
    pull: (controller) => {
      if (isSent) {
        controller.error(new ConnectionReset());
        return;
      }
      isSent = true;
      controller.enqueue(whole.subarray(0, bytes));
    },
  });
  return new Response(body, { status: response.status, headers });
}
