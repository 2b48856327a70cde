/**
 * One stage for a journey: the built app on localhost, the relay in workerd, and the simulated tenant under Microsoft's
 * real host names (TLS, HTTP/2), seen by a Chromium whose profile lies in a folder of its own.
 */
import { mkdtempSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium as browserType, type BrowserContext, type Page } from 'playwright';
import { startAppServer, type AppServer } from '../run/app-server.ts';
import { chromium } from '../run/chromium.ts';
import { startRelay, type Relay } from '../run/relay.ts';
import { startTenant, type Tenant, type TenantOptions } from '../tenant/tenant.ts';
import { openGate, type Gate } from './gate.ts';

export type PlaceName = 'opfs' | 'indexeddb' | 'folder';

export interface StageOptions {
  readonly tenant?: TenantOptions;
  readonly place?: PlaceName;
  /** Script text put before the engine's worker: takes a browser's abilities away. */
  readonly inWorker?: string;
}

export interface Stage {
  readonly tenant: Tenant;
  readonly app: AppServer;
  readonly profile: string;
  /** Opens the browser on the same profile; the first call makes it. */
  open(): Promise<{ context: BrowserContext; page: Page }>;
  /** SIGKILL to the browser that is open, as a crash does; `open` then starts on what it left. */
  kill(): Promise<void>;
  /** Switches tenant and relay off, and on again. */
  setOnline(online: boolean): void;
  /** The relay alone; the tenant stays as it is. */
  setRelay(up: boolean): void;
  /** What the tenant knows of itself, for comparison. */
  state(): Promise<unknown>;
  oracle(path: string, body?: unknown): Promise<unknown>;
  close(): Promise<void>;
}

const hosts = [
  'login.microsoftonline.com',
  'graph.microsoft.com',
  'outlook.office.com',
  'outlook.office365.com',
  '*.sharepoint.com',
];

/** An OPFS folder stands in for the one a person picks: headless Chromium closes its own picker. */
const pickOpfsFolder = `globalThis.showDirectoryPicker = async () =>
  (await navigator.storage.getDirectory()).getDirectoryHandle('picked', { create: true });\n`;

/** Workers of a browser without OPFS: the engine must fall back to IndexedDB alone. */
const withoutOpfs = 'Object.defineProperty(navigator.storage, "getDirectory", { value: undefined });\n';

export async function openStage(options: StageOptions = {}): Promise<Stage> {
  let online = true;
  let relayUp = true;
  const open: BrowserContext[] = [];
  const inWorker = options.inWorker ?? (options.place === 'indexeddb' ? withoutOpfs : '');
  const profile = mkdtempSync(join(tmpdir(), 'holdfast-profile-'));
  const tenant = await startTenant({ port: 0, tls: true, redirects, ...options.tenant });
  const gate = await openGate(tenant.tls?.port ?? 0);
  const relay = await startRelay((request) => (online ? tenant.fetch(request) : unreachable()));
  const app = await startAppServer({
    port: 0,
    config: () => ({ registratorClientId: tenant.clientIds.registrator, relay: '/relay', cloud: 'global' }),
    handlers: { '/relay/': (request) => (online && relayUp ? relay.handle(request) : unreachable()) },
    prepend: (path) => (path.includes('/workers/engine') ? inWorker : ''),
  });
  return {
    tenant,
    app,
    profile,
    open: async () => {
      const context = await launch(profile, { port: gate.port, spki: tenant.tls?.spki ?? '' }, options.place);
      open.push(context);
      return { context, page: context.pages()[0] ?? (await context.newPage()) };
    },
    kill: async () => {
      const context = open.pop();
      const gone = new Promise((resolve) => context?.once('close', resolve));
      process.kill(browserOf(profile), 'SIGKILL');
      await gone;
    },
    setOnline: (value) => {
      online = value;
      gate.setOpen(value);
    },
    setRelay: (up) => {
      relayUp = up;
    },
    state: () => oracle(tenant, 'state'),
    oracle: (path, body) => oracle(tenant, path, body),
    close: () => closeAll(open, { app, relay, gate, tenant, profile }),
  };
}

/** Chromium names itself in its profile: `SingletonLock` is a link to `<host>-<process id>`. */
const browserOf = (profile: string): number =>
  Number(/-(\d+)$/.exec(readlinkSync(join(profile, 'SingletonLock')))?.[1]);

/** Of a loopback address, sign-in compares everything but the port. */
const redirects = ['http://localhost/auth/redirect.html'];
const unreachable = () => Promise.resolve(new Response('', { status: 503 }));

async function launch(
  profile: string,
  { port, spki }: { readonly port: number; readonly spki: string },
  place: PlaceName | undefined,
): Promise<BrowserContext> {
  const rules = hosts.map((host) => `MAP ${host}:443 127.0.0.1:${port}`).join(', ');
  const { executablePath, args } = chromium([
    `--host-resolver-rules=${rules}`,
    `--ignore-certificate-errors-spki-list=${spki}`,
  ]);
  const context = await browserType.launchPersistentContext(profile, {
    executablePath,
    args,
    headless: true,
    acceptDownloads: true,
    viewport: { width: 1280, height: 900 },
  });
  context.setDefaultTimeout(20_000);
  if (place === 'folder') await context.addInitScript({ content: pickOpfsFolder });
  return context;
}

async function oracle(tenant: Tenant, path: string, body?: unknown): Promise<unknown> {
  const answer = await tenant.fetch(
    new Request(`https://graph.microsoft.com/_tenant/${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      ...(body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    }),
  );
  if (!answer.ok) throw new Error(`/_tenant/${path} answered ${answer.status}: ${await answer.text()}`);
  const text = await answer.text();
  return text === '' ? null : JSON.parse(text);
}

async function closeAll(
  contexts: readonly BrowserContext[],
  parts: { app: AppServer; relay: Relay; gate: Gate; tenant: Tenant; profile: string },
): Promise<void> {
  for (const context of contexts) await context.close();
  await parts.app.close();
  await parts.relay.close();
  await parts.gate.close();
  await parts.tenant.close();
  rmSync(parts.profile, { recursive: true, force: true });
}
