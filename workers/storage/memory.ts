/** A store in memory, for tests and dry runs. */
import type { Bytes } from '../kernel/bytes.ts';
import { err, ok } from '../kernel/result.ts';
import { isFileName, type BlobStore, type FileName } from './blob-store.ts';
import { fileExists, missingFile, refusedFile } from './failures.ts';

/** `files` is the content itself: tests reach in to damage it. */
export function createMemoryStore(files: Map<FileName, Bytes> = new Map()): BlobStore {
  const having = <T>(name: FileName, use: (bytes: Bytes) => T) => {
    const bytes = files.get(name);
    return Promise.resolve(bytes ? ok(use(bytes)) : err(missingFile(name)));
  };
  return {
    place: { kind: 'memory', label: 'memory' },
    get: (name) => having(name, (bytes) => bytes.slice()),
    read: (name, offset, length) => having(name, (bytes) => bytes.slice(offset, offset + length)),
    size: (name) => having(name, (bytes) => bytes.length),
    list: (prefix) => Promise.resolve(ok([...files.keys()].filter((name) => name.startsWith(prefix)).sort())),
    put(name, bytes) {
      if (!isFileName(name) || bytes.length === 0) return Promise.resolve(err(refusedFile(name)));
      if (files.has(name)) return Promise.resolve(err(fileExists(name)));
      files.set(name, new Uint8Array(bytes));
      return Promise.resolve(ok());
    },
    delete(name) {
      files.delete(name);
      return Promise.resolve(ok());
    },
    close: () => Promise.resolve(),
  };
}
