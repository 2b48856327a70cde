/** Headers and bodies every Graph answer has in common. */
import type { World } from '../world/world.ts';
import { GraphError } from './context.ts';

export interface Correlation {
  readonly requestId: string;
  /** The client's own id where it sent one. */
  readonly clientRequestId: string;
}

const odataJson =
  'application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8';
const diagnostic = JSON.stringify({
  ServerInfo: {
    DataCenter: 'West Europe',
    Slice: 'E',
    Ring: '5',
    ScaleUnit: '002',
    RoleInstance: 'AM4PEPF00025F9A',
  },
});

/** What pages may read besides the safelisted headers; see switch `retryAfter`. */
const exposed =
  'ETag, Location, Preference-Applied, Content-Range, request-id, client-request-id, ReadWriteConsistencyToken, SdkVersion, WWW-Authenticate, x-ms-client-gcc-tenant';

/** An error as Graph words it; anything but a `GraphError` is a defect of the tenant and says so. */
export function errorResponse(world: World, correlation: Correlation, thrown: unknown): Response {
  const error =
    thrown instanceof GraphError
      ? thrown
      : new GraphError(500, 'generalException', `The simulated tenant failed: ${String(thrown)}`);
  const headers = new Headers(error.options.headers);
  if (error.options.emptyBody) return new Response(null, { status: error.status, headers });
  headers.set('Content-Type', 'application/json');
  const { innerCode } = error.options;
  const innerError = {
    ...(innerCode ? { code: innerCode } : {}),
    date: world.clock.iso().replace('Z', ''),
    'request-id': correlation.requestId,
    'client-request-id': correlation.clientRequestId,
  };
  const body = { error: { code: error.code, message: error.message, innerError } };
  return new Response(JSON.stringify(body), { status: error.status, headers });
}

/** Adds what Graph's gateway adds. Answers of routes are mutable, redirects are not: hence the copy. */
export function finish(
  world: World,
  response: Response,
  correlation: Correlation,
  origin: string | null,
): Response {
  const headers = new Headers(response.headers);
  // Outlook spells its own type, with spaces, and does not name the protocol's version.
  if (/^application\/json(; ?charset=utf-8)?$/i.test(headers.get('Content-Type') ?? '')) {
    headers.set('Content-Type', odataJson);
    headers.set('OData-Version', '4.0');
  }
  headers.set('request-id', correlation.requestId);
  headers.set('client-request-id', correlation.clientRequestId);
  headers.set('x-ms-ags-diagnostic', diagnostic);
  headers.set('Strict-Transport-Security', 'max-age=31536000');
  headers.set('Date', new Date(world.clock.now()).toUTCString());
  if (!headers.has('Cache-Control')) headers.set('Cache-Control', 'no-store, no-cache');
  if (origin !== null) {
    headers.set('Access-Control-Allow-Origin', '*');
    const retryAfter = world.switches.retryAfter === 'exposed' ? ', Retry-After' : '';
    headers.set('Access-Control-Expose-Headers', `${exposed}${retryAfter}`);
  }
  return new Response(response.body, { status: response.status, headers });
}

export function preflight(request: Request): Response {
  return new Response(null, {
    status: 200,
    headers: {
      'Access-Control-Allow-Origin': '*',
      'Access-Control-Allow-Methods': request.headers.get('Access-Control-Request-Method') ?? 'GET',
      'Access-Control-Allow-Headers': request.headers.get('Access-Control-Request-Headers') ?? '',
      'Access-Control-Max-Age': '3600',
    },
  });
}
