/** One holder per name over all tabs of this browser: the port, Web Locks behind it, and one realm's own list. */
import { failure } from '../kernel/failure.ts';
import { err, type Result } from '../kernel/result.ts';

export interface Locks {
  /** Runs `work` while holding the name; `job/already-running` at once where somebody else holds it. */
  hold<T>(name: string, work: () => Promise<Result<T>>): Promise<Result<T>>;
  held(name: string): Promise<boolean>;
}

export const laneLock = (repository: string, account: string, workload: string): string =>
  `holdfast:${repository}:${account}:${workload}`;

export const runLock = (repository: string, run: string): string => `holdfast:${repository}:run:${run}`;

export const restoreLock = (hash: string): string => `holdfast:restore:${hash}`;

/** Whoever changes what a tenant's backup app is, or this device's key for it. */
export const connectLock = (tenantId: string): string => `holdfast:connect:${tenantId}`;
/** Held by whoever lends, uses or takes back the right to write of a tenant's backup app. */
export const writeLock = (tenantId: string): string => `holdfast:write:${tenantId}`;

const taken = (name: string) =>
  err(failure('job/already-running', `${name} is held by another tab`, { retry: 'later' }));

export const webLocks = (manager: LockManager): Locks => ({
  hold: (name, work) =>
    manager.request(name, { ifAvailable: true }, async (lock) => (lock === null ? taken(name) : work())),
  held: async (name) => (await manager.query()).held?.some((lock) => lock.name === name) ?? false,
});

/** For realms without Web Locks: knows only its own holders. */
export function localLocks(): Locks {
  const names = new Set<string>();
  return {
    hold: async (name, work) => {
      if (names.has(name)) return taken(name);
      names.add(name);
      try {
        return await work();
      } finally {
        names.delete(name);
      }
    },
    held: async (name) => names.has(name),
  };
}
