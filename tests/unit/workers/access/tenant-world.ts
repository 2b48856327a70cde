/** The engine's access layer in front of a simulated tenant, with the real relay in between and time that steps. */
import { vi } from 'vitest';
import { createApp } from '../../../../edge/app.ts';
import { createMemoryAccessStore, type AccessStore } from '../../../../workers/access/access-store.ts';
import { createAppTokens } from '../../../../workers/access/app-token.ts';
import type { InstallDeps } from '../../../../workers/access/installation.ts';
import type { OnboardProgress } from '../../../../workers/contract/connections.ts';
import type { DelegatedToken } from '../../../../workers/contract/engine-api.ts';
import { createActivity } from '../../../../workers/graph/activity.ts';
import { createGraphClient } from '../../../../workers/graph/create-client.ts';
import { createHostTable, globalCloud } from '../../../../workers/graph/hosts.ts';
import { createPace } from '../../../../workers/graph/pace.ts';
import type { TokenSource } from '../../../../workers/graph/token-source.ts';
import { systemClock, systemRandom, type Clock } from '../../../../workers/kernel/clock.ts';
import { ok } from '../../../../workers/kernel/result.ts';
import { startTenant, type TenantOptions } from '../../../tenant/tenant.ts';
import { userToken } from '../../tenant/core/clients.ts';
import { admin, smallTenant } from '../../tenant/core/start.ts';

export const relayUrl = 'https://holdfast.example/relay';

/** Sleeping moves everybody's date: ours, the relay's and the tenant's. */
export const steppingClock: Clock = {
  now: () => Date.now(),
  sleep: async (ms) => void vi.setSystemTime(Date.now() + ms),
};

export async function createWorldWith(options: TenantOptions & { demo?: boolean } = {}) {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 23, 10), toFake: ['Date'] });
  const tenant = options.demo ? await startTenant(options) : await smallTenant(options);
  const relay = createApp({ basePath: '/relay', origins: [], address: () => 'test' });
  const toTenant = (url: string | URL | Request, init?: RequestInit) => tenant.fetch(new Request(url, init));
  vi.stubGlobal('fetch', toTenant);
  const fetch = async (url: string, init: RequestInit): Promise<Response> => {
    if (!url.startsWith(relayUrl)) return toTenant(url, init);
    const headers = new Headers(init.headers);
    headers.set('Origin', new URL(relayUrl).origin);
    return relay.request(url, { ...init, headers });
  };
  const deps = {
    fetch,
    clock: systemClock,
    random: systemRandom,
    activity: createActivity(),
    online: () => true,
    hosts: createHostTable(globalCloud),
    pace: createPace({ clock: systemClock, random: systemRandom }),
  };
  const graphWith = (tokens: TokenSource) => createGraphClient({ ...deps, tokens });

  async function signIn(upn: string, scopes: readonly string[]): Promise<DelegatedToken> {
    const clientId = tenant.clientIds.registrator;
    const scope = [...scopes.map((name) => `https://graph.microsoft.com/${name}`), 'openid', 'profile'].join(
      ' ',
    );
    const accessToken = await userToken(tenant, { clientId, scope, upn });
    const user = tenant.world.directory.user(upn);
    if (!user) throw new RangeError(`nobody is called ${upn}`);
    return {
      accessToken,
      expiresAt: Date.now() + 3_600_000,
      tenantId: tenant.tenantId,
      account: { objectId: user.id, userPrincipalName: upn, name: user.displayName },
      scopes,
      directoryRoles: [...user.roles],
    };
  }

  /** What `onboard` needs, for somebody who signs in on a device with its own store. */
  async function device(
    upn = admin,
    store: AccessStore = createMemoryAccessStore(),
    scopes: readonly string[] = ['Directory.AccessAsUser.All'],
  ) {
    const signedIn = await signIn(upn, scopes);
    const progress: OnboardProgress[] = [];
    const install: InstallDeps = {
      graph: graphWith({ token: async () => ok(signedIn.accessToken), invalidate: () => undefined }),
      signedIn,
      store,
      clock: steppingClock,
      random: systemRandom,
      redirectUris: ['https://holdfast.example/auth/redirect.html'],
      appTokens: (app) => createAppTokens(app, { ...deps, relay: relayUrl, store }),
      report: (step) => void progress.push(step),
    };
    return { install, store, progress, signedIn };
  }

  return { tenant, deps, graphWith, device, signIn, fetch };
}

export function tidyUp(): void {
  vi.unstubAllGlobals();
  vi.useRealTimers();
}
