/** `EngineApi`: taking the backup app out of a tenant, and what was left undone there. */
import type { DisconnectApi } from './contract/disconnect.ts';
import type { UnfinishedApi } from './contract/unfinished.ts';
import type { Parts } from './engine.ts';
import { disconnectTenant, previewDisconnect } from './jobs/disconnect.ts';
import { unfinishedWork } from './jobs/unfinished.ts';

export function disconnectCalls({ tenants, writes, deps }: Parts): DisconnectApi & UnfinishedApi {
  const all = { ...deps, tenants, writes };
  return {
    unfinished: () => unfinishedWork(deps),
    previewRemoval: (tenantId) => previewDisconnect(tenantId, all),
    disconnect: (tenantId, listener) => disconnectTenant({ tenantId, verb: 'disconnect' }, all, listener),
    leaveTenant: (tenantId, listener) => disconnectTenant({ tenantId, verb: 'leave' }, all, listener),
  };
}
