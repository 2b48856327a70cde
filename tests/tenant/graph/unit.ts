/**
 * One unit of work, alone or as a part of a `$batch`: faults, throttling, address, permission, route. Everything that can go
 * wrong comes back as a response.
 */
import type { Hono } from 'hono';
import { ConnectionReset, faultResponse, truncated } from '../fault-response.ts';
import type { World } from '../world/world.ts';
import type { Addresses } from './addresses.ts';
import { GraphError, type Caller, type GraphEnv } from './context.ts';
import { isPermitted } from './permissions.ts';
import { errorResponse, type Correlation } from './respond.ts';
import { workloadOf, type Workload } from './route.ts';
import { targetOf, type Target } from './target.ts';
import type { Admission } from './throttle.ts';
import { asBeta, versionOf } from './version.ts';

const graphHost = 'graph.microsoft.com';

/** What answers below the gateway, and which addresses that is. */
export interface Surface {
  readonly routes: Hono<GraphEnv>;
  readonly addresses: Addresses;
}

export interface UnitOptions {
  readonly caller: Caller;
  readonly correlation: Correlation;
  /** Milliseconds the answer takes; the mailbox is busy meanwhile. */
  readonly latencyMs: number;
  /** The unit is performed, but its exchange shall end without an answer. */
  readonly loseAnswer: () => void;
}

const denied: Readonly<Record<Workload, () => GraphError>> = {
  outlook: () =>
    new GraphError(403, 'ErrorAccessDenied', 'Access is denied. Check credentials and try again.'),
  files: () => new GraphError(403, 'accessDenied', 'Access denied'),
  directory: () =>
    new GraphError(403, 'Authorization_RequestDenied', 'Insufficient privileges to complete the operation.'),
};

export const wait = (milliseconds: number) =>
  milliseconds > 0 ? new Promise((resolve) => setTimeout(resolve, milliseconds)) : undefined;

function checkPermission(world: World, method: string, target: Target, caller: Caller): void {
  const call = { method, route: target.route, ownResource: target.isOwn };
  if (!isPermitted(call, caller, world.switches)) throw denied[workloadOf(target.route)]();
}

interface Unit extends UnitOptions {
  readonly request: Request;
  readonly target: Target;
}

async function dispatch(world: World, routes: Hono<GraphEnv>, unit: Unit): Promise<Response> {
  const { request, target, caller, correlation } = unit;
  const url = new URL(request.url);
  const routed = new Request(`${url.origin}/v1.0${target.path}${url.search}`, request);
  const response = await routes.fetch(routed, { world, caller, requestId: correlation.requestId });
  return versionOf(url.pathname) === 'beta' ? await asBeta(response) : response;
}

/** A refusal takes as long as an answer, but holds nothing meanwhile. */
async function admit(world: World, { request, target, caller, latencyMs }: Unit): Promise<Admission> {
  const { method, headers, url } = request;
  try {
    return world.throttle.admit({
      appId: caller.appId,
      method,
      route: target.route,
      query: new URL(url).searchParams,
      mailbox: target.userId,
      bodyBytes: method === 'GET' ? 0 : Number(headers.get('Content-Length') ?? 0),
    });
  } catch (refusal) {
    await wait(latencyMs);
    throw refusal;
  }
}

async function perform(world: World, { routes, addresses }: Surface, unit: Unit): Promise<Response> {
  const { target, caller } = unit;
  const { route, path } = target;
  const { method } = unit.request;
  const fault = world.faults.next({ host: graphHost, method, route, path });
  if (fault?.delayMs) await wait(fault.delayMs);
  if (fault?.reset) throw new ConnectionReset();
  if (fault?.status) {
    await wait(unit.latencyMs);
    return faultResponse(world, fault, unit.correlation);
  }
  const admission = await admit(world, unit);
  try {
    await wait(unit.latencyMs);
    addresses.requireKnown(target);
    checkPermission(world, method, target, caller);
    const response = await dispatch(world, routes, unit);
    if (fault?.lost) unit.loseAnswer();
    for (const [name, value] of Object.entries(admission.headers)) response.headers.set(name, value);
    return fault?.truncateAt === undefined ? response : await truncated(response, fault.truncateAt);
  } finally {
    admission.release();
  }
}

/** Never throws but `ConnectionReset`, for which there is no response. */
export async function answerUnit(
  world: World,
  surface: Surface,
  request: Request,
  options: UnitOptions,
): Promise<Response> {
  const { pathname } = new URL(request.url);
  const call = { host: graphHost, method: request.method, route: pathname };
  try {
    const target = targetOf(world, pathname, options.caller);
    call.route = target.route;
    const response = await perform(world, surface, { ...options, request, target });
    world.ledger.unit({ ...call, status: response.status });
    return response;
  } catch (thrown) {
    if (thrown instanceof ConnectionReset) throw thrown;
    const response = errorResponse(world, options.correlation, thrown);
    world.ledger.unit({ ...call, status: response.status });
    return response;
  }
}
