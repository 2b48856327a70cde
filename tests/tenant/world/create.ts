/** An empty tenant: services without people or contents, Microsoft's own service principals installed. */
import { addResource, exchangeAppId, graphAppId, sharePointAppId } from '../directory/resources.ts';
import { createDirectoryStore } from '../directory/store.ts';
import { createDriveStore } from '../drive/store.ts';
import { createEntraState } from '../entra/state.ts';
import { createFaultScript } from '../faults.ts';
import { createThrottle, publishedLimits } from '../graph/throttle.ts';
import { createMailStore } from '../mail/store.ts';
import { createLedger } from '../oracle/ledger.ts';
import { createTodoStore } from '../todo/store.ts';
import { createClock } from './clock.ts';
import { createIds } from './ids.ts';
import { defaultSwitches, noReplicationDelay } from './switches.ts';
import type { Outbox, ServiceUrls, TenantIdentity, World } from './world.ts';

export interface WorldOptions {
  readonly tenant: Omit<TenantIdentity, 'id'>;
  readonly urls: ServiceUrls;
  readonly latencyMs: number;
  /** Milliseconds since the epoch. */
  readonly startAt: number;
}

/** The same name gives the same ids on every start. */
export function createWorld(options: WorldOptions): World {
  const { urls } = options;
  const ids = createIds(`${options.tenant.name}|${options.tenant.domain}`);
  const clock = createClock(options.startAt);
  const tenant = { ...options.tenant, id: ids.guid() };
  const outbox: Outbox = { sent: [] };
  const world: World = {
    tenant,
    clock,
    ids,
    urls,
    outbox,
    switches: { ...defaultSwitches },
    replication: { ...noReplicationDelay },
    pace: { latencyMs: options.latencyMs },
    directory: createDirectoryStore({ clock, ids, tenantId: tenant.id }),
    mail: createMailStore({ clock, ids, outbox }),
    drives: createDriveStore({ clock, ids, urls, outbox }),
    todo: createTodoStore({ clock }),
    entra: createEntraState(),
    throttle: createThrottle(clock, { ...publishedLimits }),
    faults: createFaultScript(),
    ledger: createLedger(),
  };
  for (const appId of [graphAppId, exchangeAppId, sharePointAppId]) addResource(world, appId);
  return world;
}
