/** What this browser promises about its own storage. */

export interface StorageState {
  /** False: the browser may delete the data when the disk runs low. */
  readonly persisted: boolean;
  readonly usedBytes: number;
  readonly quotaBytes: number;
}

export async function storageState(): Promise<StorageState> {
  const storage = navigator.storage;
  if (!storage?.estimate) return { persisted: false, usedBytes: 0, quotaBytes: 0 };
  const [persisted, estimate] = await Promise.all([storage.persisted?.() ?? false, storage.estimate()]);
  return { persisted, usedBytes: estimate.usage ?? 0, quotaBytes: estimate.quota ?? 0 };
}

/** Asks not to be evicted; Chromium decides by itself, Firefox asks the person. */
export const requestPersistence = async (): Promise<boolean> =>
  (await navigator.storage?.persist?.().catch(() => false)) ?? false;
