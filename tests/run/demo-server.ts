/** The built app, the relay in workerd and the demo tenant, all on one origin (docs/adr/0003): what `npm start` serves. */
import { startTenant, type Tenant } from '../tenant/tenant.ts';
import { startAppServer, type AppServer } from './app-server.ts';
import { startRelay } from './relay.ts';

const demoPath = '/_demo';

export interface DemoServer {
  readonly app: AppServer;
  readonly tenant: Tenant;
  /** A second call does nothing. */
  close(): Promise<void>;
}

export async function startDemoServer(port: number): Promise<DemoServer> {
  const origin = `http://localhost:${port}`;
  const tenant = await startTenant({
    base: `${origin}${demoPath}`,
    redirects: [`${origin}/auth/redirect.html`],
  });
  const relay = await startRelay(tenant.fetch);
  const app = await startAppServer({
    port,
    config: () => demoConfig(tenant),
    handlers: {
      '/relay/': relay.handle,
      [`${demoPath}/`]: (request) => tenant.fetch(belowDemoPath(request)),
    },
  });
  let closing: Promise<void> | undefined;
  const close = async () => {
    await app.close();
    await relay.close();
    await tenant.close();
  };
  return { app, tenant, close: () => (closing ??= close()) };
}

/** The tenant knows services by the first path segment; the prefix above them is ours. */
function belowDemoPath(request: Request): Request {
  const url = new URL(request.url);
  url.pathname = url.pathname.slice(demoPath.length);
  return new Request(url, request);
}

const demoConfig = (tenant: Tenant) => ({
  registratorClientId: null,
  relay: '/relay',
  cloud: 'global',
  demo: {
    login: tenant.urls.login,
    graph: tenant.urls.graph,
    content: [tenant.urls.personalSites, tenant.urls.teamSites, tenant.urls.outlook],
    registratorClientId: tenant.clientIds.registrator,
    tenantId: tenant.tenantId,
    accounts: tenant.accounts.map(({ userPrincipalName, displayName, roles }) => ({
      userPrincipalName,
      displayName,
      ...(roles[0] ? { role: roles[0] } : {}),
    })),
  },
});
