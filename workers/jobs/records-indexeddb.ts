/** Records in IndexedDB, one object store, strict durability: a `put` that returned ok survives a crash. */
import { openDB, type IDBPDatabase } from 'idb';
import { ok, type Result } from '../kernel/result.ts';
import { recordsFailure, type Records } from './records.ts';

const DATABASE = 'holdfast-device';
const STORE = 'records';

/** Opens at first use; an older tab that blocks an upgrade closes its connection. */
export function indexedDbRecords(): Records {
  let opened: Promise<IDBPDatabase> | undefined;
  const database = () => {
    opened ??= openDB(DATABASE, 1, {
      upgrade: (db) => void db.createObjectStore(STORE),
      blocking: (_current, _blocked, event) => (event.target as IDBDatabase).close(),
      terminated: () => {
        opened = undefined;
      },
    });
    return opened;
  };
  const attempt = async <T>(work: (db: IDBPDatabase) => Promise<T>): Promise<Result<T>> => {
    try {
      return ok(await work(await database()));
    } catch (thrown) {
      opened = undefined;
      return recordsFailure(thrown);
    }
  };
  const write = (work: (store: WriteStore) => Promise<unknown>): Promise<Result<void>> =>
    attempt(async (db) => {
      const transaction = db.transaction(STORE, 'readwrite', { durability: 'strict' });
      await Promise.all([work(transaction.store), transaction.done]);
    });
  return {
    get: (key) => attempt((db) => db.get(STORE, key)),
    put: (key, value) => write((store) => store.put(value, key)),
    delete: (key) => write((store) => store.delete(key)),
    list: (prefix) =>
      attempt(async (db) => {
        const range = IDBKeyRange.bound(prefix, `${prefix}\uffff`);
        const { store } = db.transaction(STORE);
        const [keys, values] = await Promise.all([store.getAllKeys(range), store.getAll(range)]);
        return keys.map((key, index) => [String(key), values[index] as unknown] as const);
      }),
  };
}

interface WriteStore {
  put(value: unknown, key: string): Promise<unknown>;
  delete(key: string): Promise<void>;
}
