/** The access store in IndexedDB, which can keep a key that no script can read (a non-extractable CryptoKey). */
import { openDB, type DBSchema, type IDBPDatabase, type IDBPTransaction } from 'idb';
import { failure, type FailureCode } from '../kernel/failure.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import type { AccessStore } from './access-store.ts';
import { parseConnection } from './connection-record.ts';
import type { DeviceKey } from './device-key.ts';

interface Schema extends DBSchema {
  /** As whichever version stored them: `parseConnection` reads them. */
  connections: { key: string; value: object };
  keys: { key: string; value: DeviceKey };
  /** Since version 2. */
  nextKeys: { key: string; value: DeviceKey };
}
type Database = IDBPDatabase<Schema>;
type StoreName = 'connections' | 'keys' | 'nextKeys';
const everything: StoreName[] = ['connections', 'keys', 'nextKeys'];

export function createIndexedDbAccessStore(name = 'holdfast-access'): AccessStore {
  let opened: Promise<Database> | undefined;
  const open = (): Promise<Database> => {
    opened ??= openDB<Schema>(name, 2, {
      upgrade(database, from) {
        const made = from < 1 ? everything : everything.slice(2);
        for (const store of made) database.createObjectStore(store, { keyPath: 'tenantId' });
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
  /** Strict: what a `save` that returned ok has kept survives a crash of the computer as well. */
  const write = (
    names: StoreName[],
    work: (at: IDBPTransaction<Schema, StoreName[], 'readwrite'>) => Promise<unknown>,
  ): Promise<Result<void>> =>
    run(async (database) => {
      const at = database.transaction(names, 'readwrite', { durability: 'strict' });
      await Promise.all([work(at), at.done]);
    });
  return {
    connections: () =>
      run(async (database) =>
        (await database.getAll('connections')).flatMap((stored) => parseConnection(stored) ?? []),
      ),
    connection: (tenantId) =>
      run(async (database) => parseConnection(await database.get('connections', tenantId))),
    saveConnection: (connection) =>
      write(['connections'], (at) => at.objectStore('connections').put(connection)),
    deviceKey: (tenantId) => run((database) => database.get('keys', tenantId)),
    saveDeviceKey: (key) => write(['keys'], (at) => at.objectStore('keys').put(key)),
    nextKey: (tenantId) => run((database) => database.get('nextKeys', tenantId)),
    saveNextKey: (key) => write(['nextKeys'], (at) => at.objectStore('nextKeys').put(key)),
    promoteNextKey: (tenantId) =>
      write(['keys', 'nextKeys'], async (at) => {
        const next = await at.objectStore('nextKeys').get(tenantId);
        if (!next) return;
        await Promise.all([at.objectStore('keys').put(next), at.objectStore('nextKeys').delete(tenantId)]);
      }),
    forget: (tenantId) =>
      write(everything, (at) => Promise.all(everything.map((name) => at.objectStore(name).delete(tenantId)))),
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
