/** The host graph.microsoft.com: gateway first (CORS, ids, token), then each unit of work, then common headers. */
import { Hono } from 'hono';
import { randomUUID } from 'node:crypto';
import { directoryRoutes } from '../directory/routes.ts';
import { driveRoutes } from '../drive/routes.ts';
import { mailRoutes } from '../mail/routes.ts';
import { siteRoutes } from '../sites/routes.ts';
import type { World } from '../world/world.ts';
import { authenticate } from './authenticate.ts';
import { parseBatch, partAnswer, partRequest, runBatch, type BatchAnswer, type BatchPart } from './batch.ts';
import { GraphError, wrongMethod, type Caller, type GraphEnv } from './context.ts';
import { errorResponse, finish, preflight, type Correlation } from './respond.ts';
import { answerUnit, wait } from './unit.ts';
import { serviceDocument, versionOf } from './version.ts';

type Bindings = { world: World; caller: Caller; requestId: string };

/** Of a route's pattern or of a path; slashes within an expression are its own. */
const segmentsOf = (path: string) => path.match(/(?:[^/{]|\{(?:[^{}]|\{[^{}]*\})*\})+/g) ?? [];

/** The first segment after which no route goes on; the last where they all might. */
function firstUnknown(patterns: readonly (readonly string[])[], path: string): string {
  const segments = segmentsOf(path);
  let going = patterns;
  for (const [depth, segment] of segments.entries()) {
    const takes = (part = '') => part.startsWith(':') || part === segment;
    going = going.filter((pattern) => takes(pattern[depth]));
    if (going.length === 0) return segment;
  }
  return segments.at(-1) ?? '';
}

function createRoutes(): Hono<GraphEnv> {
  const routes = new Hono<GraphEnv & { Bindings: Bindings }>();
  routes.use('*', async (c, next) => {
    c.set('world', c.env.world);
    c.set('caller', c.env.caller);
    c.set('requestId', c.env.requestId);
    await next();
  });
  routes.get('/v1.0/$metadata', () => {
    throw new GraphError(501, 'NotImplemented', 'The simulated tenant has no schema to show.');
  });
  routes.route('/v1.0', directoryRoutes());
  routes.route('/v1.0', mailRoutes());
  routes.route('/v1.0', siteRoutes());
  routes.route('/v1.0', driveRoutes());
  // Thrown on: the unit turns every failure into an answer, with the ids of its exchange.
  routes.onError((error) => {
    throw error;
  });
  const methods = ['GET', 'POST', 'PATCH', 'PUT', 'DELETE'];
  const patterns = routes.routes
    .filter((route) => route.method !== 'ALL' || !route.path.endsWith('/*'))
    .map((route) => segmentsOf(route.path));
  // The first handler is the middleware above, which every address has.
  const isKnown = (path: string) => methods.some((method) => routes.router.match(method, path)[0].length > 1);
  routes.notFound((c) => {
    if (isKnown(c.req.path)) throw wrongMethod();
    const segment = decodeURIComponent(firstUnknown(patterns, c.req.path));
    throw new GraphError(400, 'BadRequest', `Resource not found for the segment '${segment}'.`);
  });
  return routes as unknown as Hono<GraphEnv>;
}

const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

function correlate(request: Request): Correlation {
  const requestId = randomUUID();
  const given = request.headers.get('client-request-id');
  return { requestId, clientRequestId: given && guid.test(given) ? given : requestId };
}

export function graphApp(world: World): (request: Request) => Promise<Response> {
  const routes = createRoutes();

  const runPart = async (part: BatchPart, request: Request, caller: Caller): Promise<BatchAnswer> => {
    const correlation = correlate(request);
    const { origin, pathname } = new URL(request.url);
    const root = `${origin}/${versionOf(pathname) ?? 'v1.0'}`;
    const inner = partRequest(part, root, request.headers.get('Authorization'));
    const response = await answerUnit(world, routes, inner, { caller, correlation, latencyMs: 0 });
    return partAnswer(part.id, finish(world, response, correlation, null));
  };

  const batch = async (request: Request, caller: Caller, correlation: Correlation): Promise<Response> => {
    await wait(world.pace.latencyMs);
    const parts = parseBatch(await readJson(request));
    const failed = (part: BatchPart) =>
      partAnswer(
        part.id,
        errorResponse(
          world,
          correlation,
          new GraphError(424, 'FailedDependency', 'One of the requests this one depends on has failed.'),
        ),
      );
    const responses = await runBatch(parts, (part) => runPart(part, request, caller), failed);
    return Response.json({ responses });
  };

  return async (request) => {
    const { latencyMs } = world.pace;
    if (request.method === 'OPTIONS') {
      await wait(latencyMs);
      return preflight(request);
    }
    const correlation = correlate(request);
    const origin = request.headers.get('Origin');
    const { pathname } = new URL(request.url);
    const version = versionOf(pathname);
    // Readable without a token, as the real one.
    if (request.method === 'GET' && version && /^\/[^/]+\/?$/.test(pathname)) {
      await wait(latencyMs);
      return finish(world, Response.json(serviceDocument(version)), correlation, origin);
    }
    try {
      const caller = authenticate(world, request.headers.get('Authorization'));
      const isBatch = request.method === 'POST' && /^\/(v1\.0|beta)\/\$batch$/i.test(pathname);
      const response = isBatch
        ? await batch(request, caller, correlation)
        : await answerUnit(world, routes, request, { caller, correlation, latencyMs });
      return finish(world, response, correlation, origin);
    } catch (thrown) {
      if (!(thrown instanceof GraphError)) throw thrown;
      return finish(world, errorResponse(world, correlation, thrown), correlation, origin);
    }
  };
}

async function readJson(request: Request): Promise<unknown> {
  try {
    return await request.json();
  } catch {
    throw new GraphError(400, 'BadRequest', 'Unable to read JSON request payload.');
  }
}
