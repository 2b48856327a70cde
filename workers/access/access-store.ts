/** What this browser keeps to reach a tenant: the connection and the device key. Never a token. */
import type { Connection } from '../contract/connections.ts';
import { ok, type Result } from '../kernel/result.ts';
import type { DeviceKey } from './device-key.ts';

/** Failures: storage/full, io, unavailable. */
export interface AccessStore {
  connections(): Promise<Result<Connection[]>>;
  connection(tenantId: string): Promise<Result<Connection | undefined>>;
  saveConnection(connection: Connection): Promise<Result<void>>;
  deviceKey(tenantId: string): Promise<Result<DeviceKey | undefined>>;
  saveDeviceKey(key: DeviceKey): Promise<Result<void>>;
  /** A key that Entra may or may not have heard of: kept from before it is sent until a token was had with it. */
  nextKey(tenantId: string): Promise<Result<DeviceKey | undefined>>;
  saveNextKey(key: DeviceKey): Promise<Result<void>>;
  /** The next key takes the place of the device key, in one step; succeeds where there is none. */
  promoteNextKey(tenantId: string): Promise<Result<void>>;
  /** Keys and connection; succeeds where there is none. */
  forget(tenantId: string): Promise<Result<void>>;
}

export function createMemoryAccessStore(): AccessStore {
  const connections = new Map<string, Connection>();
  const keys = new Map<string, DeviceKey>();
  const nextKeys = new Map<string, DeviceKey>();
  return {
    connections: async () => ok([...connections.values()]),
    connection: async (tenantId) => ok(connections.get(tenantId)),
    async saveConnection(connection) {
      connections.set(connection.tenantId, connection);
      return ok();
    },
    deviceKey: async (tenantId) => ok(keys.get(tenantId)),
    async saveDeviceKey(key) {
      keys.set(key.tenantId, key);
      return ok();
    },
    nextKey: async (tenantId) => ok(nextKeys.get(tenantId)),
    async saveNextKey(key) {
      nextKeys.set(key.tenantId, key);
      return ok();
    },
    async promoteNextKey(tenantId) {
      const next = nextKeys.get(tenantId);
      if (next) keys.set(tenantId, next);
      nextKeys.delete(tenantId);
      return ok();
    },
    async forget(tenantId) {
      for (const kept of [connections, keys, nextKeys]) kept.delete(tenantId);
      return ok();
    },
  };
}
