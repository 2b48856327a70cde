/** From a request to the service that answers it, by host; counts it, and lets scripted faults and latency act. */
import type { Hono } from 'hono';
import { randomUUID } from 'node:crypto';
import { entraApp } from '../entra/app.ts';
import { ConnectionReset, faultResponse, truncated } from '../fault-response.ts';
import { graphApp } from '../graph/app.ts';
import { wait } from '../graph/unit.ts';
import { personalSiteRoutes } from '../drive/downloads.ts';
import { attachmentSessionRoutes } from '../mail/sessions.ts';
import { oracleApp } from '../oracle/app.ts';
import type { World } from '../world/world.ts';
import { canonicalUrl, type Hosts } from './hosts.ts';

export type Fetch = (request: Request) => Promise<Response>;

/** Ids, names and tokens in a path become `{id}`, so that calls of one kind are counted together. */
const shapeOf = (pathname: string) =>
  pathname
    .replace(/\('[^']*'\)/g, "('{id}')")
    .replace(/^\/(personal|sites)\/[^/]+/, '/$1/{id}')
    .replace(/\/([^/]*(@|%40)[^/]*|[0-9a-f]{8}-[^/]*|[^/]{24,})(?=\/|$)/g, '/{id}');

const isOracle = (url: URL) => url.pathname.startsWith('/_tenant/') || url.pathname === '/_tenant';

/** Every service but Graph, which counts and faults each part of a batch by itself. */
async function plain(world: World, app: Hono, request: Request, url: URL): Promise<Response> {
  const call = { host: url.hostname, method: request.method, route: shapeOf(url.pathname) };
  const fault = world.faults.next({ ...call, path: url.pathname });
  if (fault?.delayMs) await wait(fault.delayMs);
  if (fault?.reset) throw new ConnectionReset();
  await wait(world.pace.latencyMs);
  const requestId = randomUUID();
  const response = fault?.status
    ? faultResponse(world, fault, { requestId, clientRequestId: requestId })
    : await app.fetch(request);
  if (request.method !== 'OPTIONS') world.ledger.unit({ ...call, status: response.status });
  if (fault?.lost) throw new ConnectionReset();
  return fault?.truncateAt === undefined ? response : await truncated(response, fault.truncateAt);
}

/** The request under its real address; the body is handed on as it is. */
const readdressed = (request: Request, url: URL) =>
  request.url === url.href ? request : new Request(url, request);

export function openDoor(world: World, hosts: Hosts): Fetch {
  const graph = graphApp(world);
  const oracle = oracleApp(world);
  const sites = personalSiteRoutes(world);
  const apps = new Map<string, Hono>([
    [hosts.login, entraApp(world)],
    [hosts.outlook, attachmentSessionRoutes(world)],
    [hosts.personalSites, sites],
    [hosts.teamSites, sites],
  ]);
  return async (request) => {
    const given = new URL(request.url);
    if (isOracle(given)) return await oracle.fetch(request);
    const url = canonicalUrl(hosts, given);
    if (request.method === 'OPTIONS') world.ledger.preflight();
    else world.ledger.exchange();
    const real = readdressed(request, url);
    if (url.hostname === hosts.graph) return await graph(real);
    const app = apps.get(url.hostname);
    if (!app) return new Response('404 Not Found', { status: 404 });
    return await plain(world, app, real, url);
  };
}
