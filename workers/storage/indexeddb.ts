/**
 * IndexedDB, where there is no OPFS. A file is cut into pieces so that reading a part of it does not read it all; one
 * strict transaction writes it whole or not at all.
 */
import { deleteDB, openDB, type DBSchema, type IDBPDatabase } from 'idb';
import type { Bytes } from '../kernel/bytes.ts';
import { failure } from '../kernel/failure.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import { isFileName, type BlobStore, type FileName } from './blob-store.ts';
import { fileExists, missingFile, refusedFile, storageFailure } from './failures.ts';

const pieceBytes = 1024 * 1024;
const schemaVersion = 1;
const databasePrefix = 'holdfast-store-';

interface Schema extends DBSchema {
  files: { key: FileName; value: number };
  pieces: { key: [FileName, number]; value: Bytes };
}
type Database = IDBPDatabase<Schema>;

const evicted = () =>
  failure('storage/evicted', 'this browser has cleared its storage', { retry: 'after-user' });

/** Strict: `complete` may otherwise fire before the bytes have left for the disk. */
const writing = { durability: 'strict' } as const;

/** Keeps one connection, opened again when the browser or another tab has ended it. */
class Connection {
  readonly #name: string;
  #database: Database | undefined;
  /** One for all who ask at once: a connection that nobody closes would keep the database from being deleted. */
  #opening: Promise<Result<Database>> | undefined;
  /** Set once there has been data: a database that then has to be made anew has lost it. */
  #existed: boolean;

  constructor(name: string, existed: boolean) {
    this.#name = name;
    this.#existed = existed;
  }

  async open(): Promise<Result<Database>> {
    if (this.#database) return ok(this.#database);
    this.#opening ??= this.#connect().finally(() => (this.#opening = undefined));
    return this.#opening;
  }

  async #connect(): Promise<Result<Database>> {
    let made = false;
    const opening = openDB<Schema>(this.#name, schemaVersion, {
      upgrade(database) {
        made = true;
        database.createObjectStore('files');
        database.createObjectStore('pieces');
      },
      // Another tab wants to delete the database: it is not kept waiting.
      blocking: () => this.close(),
      terminated: () => (this.#database = undefined),
    });
    try {
      const database = await opening;
      if (made && this.#existed) {
        database.close();
        await deleteDB(this.#name);
        return err(evicted());
      }
      this.#existed = true;
      this.#database = database;
      return ok(database);
    } catch (thrown) {
      return err(storageFailure(thrown, this.#name));
    }
  }

  close(): void {
    this.#database?.close();
    this.#database = undefined;
  }

  /** Runs work on the database, once more where the connection had gone away unnoticed, as after an eviction. */
  async use<T>(name: string, work: (database: Database) => Promise<Result<T>>): Promise<Result<T>> {
    for (let tries = 0; ; tries++) {
      const database = await this.open();
      if (!database.ok) return database;
      try {
        return await work(database.value);
      } catch (thrown) {
        const gone = thrown instanceof DOMException && thrown.name === 'InvalidStateError';
        if (!gone || tries > 0) return err(storageFailure(thrown, name));
        this.close();
      }
    }
  }
}

/** An aborted transaction says why in its error; what `done` throws may only say that it was aborted. */
async function committed(done: Promise<void>, error: () => DOMException | null): Promise<void> {
  try {
    await done;
  } catch (thrown) {
    throw error() ?? thrown;
  }
}

async function putFile(database: Database, name: FileName, bytes: Uint8Array): Promise<Result<void>> {
  const transaction = database.transaction(['files', 'pieces'], 'readwrite', writing);
  const [files, pieces] = [transaction.objectStore('files'), transaction.objectStore('pieces')];
  if ((await files.getKey(name)) !== undefined) {
    await transaction.done;
    return err(fileExists(name));
  }
  const requests: Promise<unknown>[] = [];
  try {
    requests.push(files.add(bytes.length, name));
    for (let at = 0, number = 0; at < bytes.length; at += pieceBytes, number++) {
      requests.push(pieces.add(bytes.slice(at, at + pieceBytes), [name, number]));
    }
  } catch (thrown) {
    // Left alone, the transaction would commit the requests before this one.
    transaction.abort();
    await Promise.allSettled([...requests, transaction.done]);
    throw thrown;
  }
  const settled = Promise.allSettled(requests);
  await committed(transaction.done, () => transaction.error);
  await settled;
  return ok();
}

async function readFile(
  database: Database,
  name: FileName,
  offset: number,
  length: number,
): Promise<Result<Bytes>> {
  const transaction = database.transaction(['files', 'pieces'], 'readonly');
  const size = await transaction.objectStore('files').get(name);
  if (size === undefined) return err(missingFile(name));
  const bytes = new Uint8Array(Math.max(0, Math.min(length, size - offset)));
  const first = Math.floor(offset / pieceBytes);
  const last = Math.floor((offset + bytes.length - 1) / pieceBytes);
  if (bytes.length === 0) return ok(bytes);
  const pieces = await transaction
    .objectStore('pieces')
    .getAll(IDBKeyRange.bound([name, first], [name, last]));
  let at = -(offset % pieceBytes);
  for (const piece of pieces) {
    const wanted = piece.subarray(Math.max(0, -at), Math.min(piece.length, bytes.length - at));
    bytes.set(wanted, Math.max(0, at));
    at += piece.length;
  }
  return at >= bytes.length ? ok(bytes) : err(failure('storage/io', `${name}: pieces are missing`));
}

async function deleteFile(database: Database, name: FileName): Promise<Result<void>> {
  const transaction = database.transaction(['files', 'pieces'], 'readwrite', writing);
  const deleted = Promise.allSettled([
    transaction.objectStore('files').delete(name),
    transaction.objectStore('pieces').delete(IDBKeyRange.bound([name, 0], [name, Infinity])),
  ]);
  await committed(transaction.done, () => transaction.error);
  await deleted;
  return ok();
}

export async function hasIndexedDbStore(name: string): Promise<boolean> {
  try {
    return (await indexedDB.databases()).some((database) => database.name === databasePrefix + name);
  } catch {
    return false;
  }
}

/** Opens or makes the store of this name. */
export async function openIndexedDbStore(name: string): Promise<Result<BlobStore>> {
  const connection = new Connection(databasePrefix + name, await hasIndexedDbStore(name));
  const opened = await connection.open();
  if (!opened.ok) return opened;
  return ok({
    place: { kind: 'indexeddb', label: 'this browser' },
    get: (file) => connection.use(file, (database) => readFile(database, file, 0, Infinity)),
    read: (file, offset, length) =>
      connection.use(file, (database) => readFile(database, file, offset, length)),
    size: (file) =>
      connection.use(file, async (database) => {
        const size = await database.get('files', file);
        return size === undefined ? err(missingFile(file)) : ok(size);
      }),
    list: (prefix) =>
      connection.use(prefix, async (database) =>
        ok(await database.getAllKeys('files', IDBKeyRange.bound(prefix, `${prefix}\uffff`))),
      ),
    put: (file, bytes) =>
      isFileName(file) && bytes.length > 0
        ? connection.use(file, (database) => putFile(database, file, bytes))
        : Promise.resolve(err(refusedFile(file))),
    delete: (file) => connection.use(file, (database) => deleteFile(database, file)),
    close() {
      connection.close();
      return Promise.resolve();
    },
  });
}

/** Deletes a store with everything in it; other tabs let go of it when asked. */
export async function destroyIndexedDbStore(name: string): Promise<Result<void>> {
  try {
    await deleteDB(databasePrefix + name);
    return ok();
  } catch (thrown) {
    return err(storageFailure(thrown, name));
  }
}
