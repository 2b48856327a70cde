/** Which hosts the tenant answers for, and how a local address names one of them. */

export interface Hosts {
  readonly login: string;
  readonly graph: string;
  readonly outlook: string;
  readonly exchange: string;
  readonly personalSites: string;
  readonly teamSites: string;
}

export const hostsOf = (tenantName: string): Hosts => ({
  login: 'login.microsoftonline.com',
  graph: 'graph.microsoft.com',
  outlook: 'outlook.office.com',
  exchange: 'outlook.office365.com',
  personalSites: `${tenantName}-my.sharepoint.com`,
  teamSites: `${tenantName}.sharepoint.com`,
});

/** Other names under which the sign-in service is known (instance discovery lists them). */
const loginAliases = new Set(['login.windows.net', 'login.microsoft.com', 'sts.windows.net']);

/** The host in lower case where the tenant answers for it. */
export function knownHost(hosts: Hosts, host: string): string | undefined {
  const name = host.toLowerCase().replace(/:\d+$/, '');
  if (loginAliases.has(name)) return hosts.login;
  return Object.values(hosts).find((one) => one === name);
}

/**
 * The real address of a request: as it is under a real host name; with the host as first path segment on localhost
 * (`/graph.microsoft.com/v1.0/users`); without one by its shape (`/v1.0/…` is Graph, the rest is sign-in).
 */
export function canonicalUrl(hosts: Hosts, url: URL): URL {
  const real = knownHost(hosts, url.hostname);
  const [, first = ''] = url.pathname.split('/');
  const prefixed = real === undefined ? knownHost(hosts, first) : undefined;
  const byShape = /^(v1\.0|beta)$/i.test(first) ? hosts.graph : hosts.login;
  const path = prefixed === undefined ? url.pathname : url.pathname.slice(first.length + 1) || '/';
  return new URL(`https://${real ?? prefixed ?? byShape}${path}${url.search}`);
}

/** Answers come back under the address a client used: real origins, or localhost with the host as a path. */
export function serviceUrls(hosts: Hosts, base?: string) {
  const at = (host: string) => (base === undefined ? `https://${host}` : `${base}/${host}`);
  return {
    login: at(hosts.login),
    graph: at(hosts.graph),
    outlook: at(hosts.outlook),
    personalSites: at(hosts.personalSites),
    teamSites: at(hosts.teamSites),
  };
}
