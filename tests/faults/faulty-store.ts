/** A store that breaks on purpose: at the nth operation, in the way a scene asks for. */
import { failure, type FailureCode } from '../../workers/kernel/failure.ts';
import { err, type Result } from '../../workers/kernel/result.ts';
import type { BlobStore } from '../../workers/storage/blob-store.ts';

/**
 * `before`: nothing happens and the failure is reported. `after`: it happens and is reported as failed all the same.
 * `torn`: half of the bytes get there and success is reported, which honest stores never do. `flip`: as `torn`, one bit
 * changed. `halt`: the machine stops; nothing from here on happens.
 */
export type Break = 'before' | 'after' | 'torn' | 'flip' | 'halt';

export interface Fault {
  /** Counted from 0 over the operations of `kinds`. */
  readonly at: number;
  readonly break: Break;
  readonly kinds?: readonly Operation[];
  readonly code?: FailureCode;
  /** Every operation from `at` on, as a full disk does, until `repair`. */
  readonly lasting?: boolean;
}
export type Operation = 'put' | 'get' | 'read' | 'size' | 'list' | 'delete';

export interface FaultyStore extends BlobStore {
  /** Operations so far, of the fault's kinds. */
  readonly count: number;
  repair(): void;
}

const altered = (bytes: Uint8Array, how: Break): Uint8Array => {
  if (how === 'torn') return bytes.slice(0, Math.max(1, bytes.length >> 1));
  const copy = bytes.slice();
  const middle = copy.length >> 1;
  copy[middle] = (copy[middle] ?? 0) ^ 1;
  return copy;
};

export function createFaultyStore(inner: BlobStore, fault: Fault): FaultyStore {
  const kinds = fault.kinds ?? ['put', 'get', 'read', 'size', 'list', 'delete'];
  let count = 0;
  let repaired = false;
  let halted = false;
  const failed = err(
    failure(fault.code ?? 'storage/io', `operation ${fault.at} ${fault.break}`, { retry: 'later' }),
  );

  /** Undefined where the operation goes through untouched. */
  const due = (kind: Operation): Break | undefined => {
    if (repaired) return undefined;
    if (halted) return 'before';
    if (!kinds.includes(kind)) return undefined;
    const number = count++;
    const hit = fault.lasting ? number >= fault.at : number === fault.at;
    if (!hit) return undefined;
    halted = fault.break === 'halt';
    return halted ? 'before' : fault.break;
  };

  const run = async <T>(kind: Operation, work: () => Promise<Result<T>>): Promise<Result<T>> => {
    const how = due(kind);
    if (how === undefined) return work();
    if (how !== 'before') await work();
    return failed;
  };

  return {
    place: inner.place,
    get count() {
      return count;
    },
    repair() {
      repaired = true;
      halted = false;
    },
    get: (name) => run('get', () => inner.get(name)),
    read: (name, offset, length) => run('read', () => inner.read(name, offset, length)),
    size: (name) => run('size', () => inner.size(name)),
    list: (prefix) => run('list', () => inner.list(prefix)),
    delete: (name) => run('delete', () => inner.delete(name)),
    async put(name, bytes) {
      const how = due('put');
      if (how === undefined) return inner.put(name, bytes);
      if (how === 'before') return failed;
      if (how === 'after') {
        await inner.put(name, bytes);
        return failed;
      }
      return inner.put(name, altered(bytes, how));
    },
    close: () => inner.close(),
  };
}
