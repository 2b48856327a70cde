/**
 * Small facts that this device keeps between sessions: known repositories, runs cut short, restore journals. Ids, states
 * and names of tenants: never a subject, content or a secret. Values survive structured clone.
 */
import { failure } from '../kernel/failure.ts';
import { err, ok, type Result } from '../kernel/result.ts';

export interface Records {
  get(key: string): Promise<Result<unknown>>;
  /** Durable when it returns ok. */
  put(key: string, value: unknown): Promise<Result<void>>;
  delete(key: string): Promise<Result<void>>;
  /** Keys that start with `prefix`, ascending. */
  list(prefix: string): Promise<Result<readonly (readonly [key: string, value: unknown])[]>>;
}

export function memoryRecords(): Records {
  const values = new Map<string, unknown>();
  return {
    get: async (key) => ok(values.get(key)),
    put: async (key, value) => {
      values.set(key, structuredClone(value));
      return ok();
    },
    delete: async (key) => {
      values.delete(key);
      return ok();
    },
    list: async (prefix) =>
      ok([...values].filter(([key]) => key.startsWith(prefix)).sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}

/** Removes every record under a prefix; stops at the first failure. */
export async function deleteAll(records: Records, prefix: string): Promise<Result<void>> {
  const found = await records.list(prefix);
  if (!found.ok) return found;
  for (const [key] of found.value) {
    const gone = await records.delete(key);
    if (!gone.ok) return gone;
  }
  return ok();
}

export const recordsFailure = (
  thrown: unknown,
): { readonly ok: false; readonly error: ReturnType<typeof failure> } =>
  err(
    thrown instanceof DOMException && thrown.name === 'QuotaExceededError'
      ? failure('storage/full', 'this browser has no room for the job journal', { retry: 'after-user' })
      : failure('storage/io', `job journal: ${thrown instanceof Error ? thrown.name : 'unknown error'}`, {
          retry: 'later',
        }),
  );
