/** The host graph.microsoft.com: gateway first (CORS, ids, token), then each unit of work, then common headers. */
import { Hono } from 'hono';
import { randomUUID } from 'node:crypto';
import { directoryRoutes } from '../directory/routes.ts';
import { driveRoutes } from '../drive/routes.ts';
import { ConnectionReset } from '../fault-response.ts';
import { mailRoutes } from '../mail/routes.ts';
import { siteRoutes } from '../sites/routes.ts';
import { todoRoutes } from '../todo/routes.ts';
import type { World } from '../world/world.ts';
import { addressesOf } from './addresses.ts';
import { authenticate } from './authenticate.ts';
import { parseBatch, partAnswer, partRequest, runBatch, type BatchAnswer, type BatchPart } from './batch.ts';
import { GraphError, type Caller, type GraphEnv } from './context.ts';
import { errorResponse, finish, preflight, type Correlation } from './respond.ts';
import { answerUnit, wait, type Surface, type UnitOptions } from './unit.ts';
import { serviceDocument, versionOf } from './version.ts';

type Bindings = { world: World; caller: Caller; requestId: string };

function createSurface(): Surface {
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
  routes.route('/v1.0', todoRoutes());
  routes.route('/v1.0', siteRoutes());
  routes.route('/v1.0', driveRoutes());
  // Thrown on: the unit turns every failure into an answer, with the ids of its exchange.
  routes.onError((error) => {
    throw error;
  });
  const typed = routes as unknown as Hono<GraphEnv>;
  const addresses = addressesOf(typed);
  routes.notFound((c) => {
    throw addresses.unanswered(c.req.path);
  });
  return { routes: typed, addresses };
}

interface Exchange extends UnitOptions {
  readonly request: Request;
}

const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

function correlate(request: Request): Correlation {
  const requestId = randomUUID();
  const given = request.headers.get('client-request-id');
  return { requestId, clientRequestId: given && guid.test(given) ? given : requestId };
}

export function graphApp(world: World): (request: Request) => Promise<Response> {
  const surface = createSurface();

  const runPart = async (
    part: BatchPart,
    { request, caller, loseAnswer }: Exchange,
  ): Promise<BatchAnswer> => {
    const correlation = correlate(request);
    const { origin, pathname } = new URL(request.url);
    const root = `${origin}/${versionOf(pathname) ?? 'v1.0'}`;
    const inner = partRequest(part, root, request.headers.get('Authorization'));
    const response = await answerUnit(world, surface, inner, {
      caller,
      correlation,
      latencyMs: 0,
      loseAnswer,
    });
    return partAnswer(part.id, finish(world, response, correlation, null));
  };

  const batch = async (exchange: Exchange): Promise<Response> => {
    const { correlation } = exchange;
    await wait(world.pace.latencyMs);
    const parts = parseBatch(await readJson(exchange.request));
    const failed = (part: BatchPart) =>
      partAnswer(
        part.id,
        errorResponse(
          world,
          correlation,
          new GraphError(424, 'FailedDependency', 'One of the requests this one depends on has failed.'),
        ),
      );
    const responses = await runBatch(parts, (part) => runPart(part, exchange), failed);
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
      let isLost = false;
      const loseAnswer = () => {
        isLost = true;
      };
      const exchange = { request, caller, correlation, latencyMs, loseAnswer };
      const isBatch = request.method === 'POST' && /^\/(v1\.0|beta)\/\$batch$/i.test(pathname);
      const response = isBatch ? await batch(exchange) : await answerUnit(world, surface, request, exchange);
      if (isLost) throw new ConnectionReset();
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
