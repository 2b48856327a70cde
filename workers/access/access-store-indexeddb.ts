/** The access store in IndexedDB, which can keep a key that no script can read (a non-extractable CryptoKey). */
import { openDB, type DBSchema, type IDBPDatabase } from 'idb';
import type { Connection } from '../contract/connections.ts';
import { failure, type FailureCode } from '../kernel/failure.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import type { AccessStore } from './access-store.ts';
import type { DeviceKey } from './device-key.ts';

interface Schema extends DBSchema {
  connections: { key: string; value: Connection };
  keys: { key: string; value: DeviceKey };
}
type Database = IDBPDatabase<Schema>;

export function createIndexedDbAccessStore(name = 'holdfast-access'): AccessStore {
  let opened: Promise<Database> | undefined;
  const open = (): Promise<Database> => {
    opened ??= openDB<Schema>(name, 1, {
      upgrade(database) {
        database.createObjectStore('connections', { keyPath: 'tenantId' });
        database.createObjectStore('keys', { keyPath: 'tenantId' });
      },
      blocking: (_from, _to, event) => {
        (event.target as IDBDatabase).close();
        opened = undefined;
      },
      terminated: () => {
        opened = undefined;
      },
    });
    return opened;
  };
  async function run<T>(work: (database: Database) => Promise<T>): Promise<Result<T>> {
    try {
      return ok(await work(await open()));
    } catch (thrown) {
      opened = undefined;
      return err(failureOf(thrown));
    }
  }
  return {
    connections: () => run((database) => database.getAll('connections')),
    connection: (tenantId) => run((database) => database.get('connections', tenantId)),
    saveConnection: (connection) =>
      run(async (database) => void (await database.put('connections', connection))),
    deviceKey: (tenantId) => run((database) => database.get('keys', tenantId)),
    saveDeviceKey: (key) => run(async (database) => void (await database.put('keys', key))),
    forget: (tenantId) =>
      run(async (database) => {
        const both = database.transaction(['connections', 'keys'], 'readwrite');
        await Promise.all([
          both.objectStore('connections').delete(tenantId),
          both.objectStore('keys').delete(tenantId),
          both.done,
        ]);
      }),
  };
}

const codes: Readonly<Record<string, FailureCode>> = {
  QuotaExceededError: 'storage/full',
  InvalidStateError: 'storage/unavailable',
  SecurityError: 'storage/unavailable',
};

function failureOf(thrown: unknown) {
  const name = thrown instanceof Error ? thrown.name : 'unknown';
  return failure(codes[name] ?? 'storage/io', `the browser's database for keys: ${name}`);
}
