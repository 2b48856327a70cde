/** Starts a simulated Microsoft 365 tenant: in memory, on a port, or under Microsoft's real host names. */
import { readFileSync } from 'node:fs';
import { builtInRoles } from './directory/roles.ts';
import { addKnownClients, clientIds, defaultRedirects, webClientSecret } from './entra/known-clients.ts';
import { liftLimits } from './oracle/knobs.ts';
import { demoTenant, seedDemo, type Size } from './seed/demo.ts';
import { folderTenant, seedFolder } from './seed/folder.ts';
import type { SeedReport } from './seed/report.ts';
import { openDoor, type Fetch } from './wire/door.ts';
import { hostsOf, serviceUrls, type Hosts } from './wire/hosts.ts';
import { logged, type ExchangeLog } from './wire/log.ts';
import { openHttp, openProxy, openTls, type OpenPort } from './wire/servers.ts';
import { createWorld } from './world/create.ts';
import type { ServiceUrls, TenantIdentity, World } from './world/world.ts';

export interface TenantOptions {
  /** Listen here (0: any free port). Without it the tenant is reached through `fetch` only. */
  readonly port?: number;
  /** Without a port: the address below which a server of the caller's hands requests to `fetch`; links lead there. */
  readonly base?: string;
  /** Serve the real host names over TLS and HTTP/2, with a CONNECT proxy. */
  readonly tls?: boolean;
  /** Who the tenant is: its ids follow from it. Without it the demo's, or what the seed folder says. */
  readonly identity?: Omit<TenantIdentity, 'id'>;
  /** A folder to make the tenant from; the built-in demo without it; `empty` for neither people nor contents. */
  readonly seed?: string;
  /** Adds what a test needs before anybody looks, after the seed. */
  readonly furnish?: (world: World) => void;
  readonly size?: Size;
  /** So many people in the built-in demo, most of them with an empty mailbox and OneDrive. */
  readonly accounts?: number;
  readonly latencyMs?: number;
  /** A JSON file of fault rules. */
  readonly faults?: string;
  /** Writes each exchange to this file; `true` keeps them in memory. */
  readonly log?: string | true;
  /** Redirect addresses of the Registrator beside the usual ones on localhost. */
  readonly redirects?: readonly string[];
  /** Microsoft's limits as published, or none. */
  readonly limits?: 'published' | 'none';
  /** The tenant's time when it starts, in milliseconds since the epoch. */
  readonly startAt?: number;
}

export interface Account {
  readonly id: string;
  readonly userPrincipalName: string;
  readonly displayName: string;
  /** No password is asked for; a client that insists may send this. */
  readonly password: string;
  readonly roles: readonly string[];
}

export interface Tenant {
  readonly urls: ServiceUrls;
  /** Where `/_tenant` answers. */
  readonly oracle: string;
  readonly tenantId: string;
  readonly accounts: readonly Account[];
  readonly clientIds: typeof clientIds;
  readonly webClientSecret: string;
  /** Only with `tls`: PEM file of the authority, public key pin, proxy for HTTPS_PROXY, the TLS port itself. */
  readonly tls?: {
    readonly ca: string;
    readonly spki: string;
    readonly proxy: string;
    readonly port: number;
  };
  readonly world: World;
  /** What the seed folder gave, and what of it could not be taken as it is; only with a folder. */
  readonly seed?: SeedReport;
  /** Routes by real host name, or by a host as first path segment, without any network. */
  readonly fetch: Fetch;
  readonly log: ExchangeLog | undefined;
  close(): Promise<void>;
}

interface Ports {
  readonly base: string | undefined;
  readonly tls: NonNullable<Tenant['tls']> | undefined;
  readonly open: readonly OpenPort[];
}

async function openPorts(options: TenantOptions, hosts: Hosts, fetch: Fetch): Promise<Ports> {
  if (options.port === undefined) return { base: options.base, tls: undefined, open: [] };
  if (!options.tls) {
    const http = await openHttp(fetch, options.port);
    return { base: `http://localhost:${http.port}`, tls: undefined, open: [http] };
  }
  const secure = await openTls(fetch, hosts, options.port);
  const proxy = await openProxy(fetch, hosts, secure.port);
  const { ca, spki, port } = secure;
  const tls = { ca, spki, port, proxy: `http://127.0.0.1:${proxy.port}` };
  return { base: undefined, tls, open: [proxy, secure] };
}

function prepare(world: World, options: TenantOptions): SeedReport | undefined {
  const { seed, size = 'small', accounts, redirects = [], faults } = options;
  addKnownClients(world, [...defaultRedirects, ...redirects]);
  if (options.limits === 'none') liftLimits(world);
  if (faults !== undefined) world.faults.set(JSON.parse(readFileSync(faults, 'utf8')));
  if (seed === undefined) seedDemo(world, size, accounts);
  const report = seed === undefined || seed === 'empty' ? undefined : seedFolder(world, seed);
  options.furnish?.(world);
  return report;
}

function record(
  fetch: Fetch,
  hosts: Hosts,
  { log }: TenantOptions,
): { fetch: Fetch; log: ExchangeLog | undefined } {
  return log === undefined ? { fetch, log } : logged(fetch, hosts, log === true ? undefined : log);
}

const accountsOf = (world: World): Account[] =>
  world.directory
    .users()
    .filter((user) => user.purpose === 'user' && user.accountEnabled)
    .map(({ id, userPrincipalName, displayName, roles }) => ({
      id,
      userPrincipalName,
      displayName,
      password: 'any',
      roles: builtInRoles.filter((role) => roles.includes(role.templateId)).map((role) => role.displayName),
    }));

export async function startTenant(options: TenantOptions = {}): Promise<Tenant> {
  const { seed } = options;
  const identity =
    options.identity ?? (seed === undefined || seed === 'empty' ? demoTenant : folderTenant(seed));
  const hosts = hostsOf(identity.name);
  // Links carry the port, which is known only once it is open: the ports lead to a door that is set afterwards.
  let door: Fetch = () => Promise.resolve(new Response('The tenant is starting.', { status: 503 }));
  const ports = await openPorts(options, hosts, (request) => door(request));
  const { latencyMs = 0, startAt = Date.now() } = options;
  const urls = serviceUrls(hosts, ports.base);
  const world = createWorld({ tenant: identity, urls, latencyMs, startAt });
  const seeded = prepare(world, options);
  const recorded = record(openDoor(world, hosts), hosts, options);
  door = recorded.fetch;
  return {
    urls: world.urls,
    oracle: `${ports.base ?? ports.tls?.proxy ?? world.urls.graph}/_tenant`,
    tenantId: world.tenant.id,
    accounts: accountsOf(world),
    clientIds,
    webClientSecret,
    ...(ports.tls ? { tls: ports.tls } : {}),
    ...(seeded ? { seed: seeded } : {}),
    world,
    fetch: door,
    log: recorded.log,
    close: async () => {
      for (const port of ports.open) await port.close();
      await recorded.log?.close();
    },
  };
}
