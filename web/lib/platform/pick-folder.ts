/** Folders of the computer, where the browser can hand them out (Chromium). Both calls need a click. */
import type { Result } from '#workers/kernel/result.ts';
import { err, ok } from '#workers/kernel/result.ts';
import { failure } from '#workers/kernel/failure.ts';

export const canPickFolder = (): boolean => typeof window.showDirectoryPicker === 'function';

/** Closing the picker is no failure but `ok(null)`. Failures: storage/unavailable, permission-lost. */
export async function pickFolder(): Promise<Result<FileSystemDirectoryHandle | null>> {
  if (!window.showDirectoryPicker) {
    return err(failure('storage/unavailable', 'This browser has no folder picker.'));
  }
  try {
    return ok(await window.showDirectoryPicker({ id: 'holdfast', mode: 'readwrite', startIn: 'documents' }));
  } catch (thrown) {
    if (thrown instanceof DOMException && thrown.name === 'AbortError') return ok(null);
    return err(failure('storage/permission-lost', thrown instanceof Error ? thrown.name : 'picker failed'));
  }
}

/** Renews the permission for a folder chosen earlier, which browsers forget; needs a click. */
export async function mayUseFolder(handle: FileSystemDirectoryHandle | undefined): Promise<boolean> {
  if (!handle?.requestPermission) return true;
  return (await handle.requestPermission({ mode: 'readwrite' }).catch(() => 'denied')) === 'granted';
}

const syncClients: readonly (readonly [RegExp, string])[] = [
  [/onedrive/i, 'OneDrive'],
  [/dropbox/i, 'Dropbox'],
  [/google ?drive|my drive/i, 'Google Drive'],
  [/icloud/i, 'iCloud Drive'],
  [/nextcloud|owncloud/i, 'Nextcloud'],
];

/** The sync client a folder's name points to, if any; a page sees the name only, never the path. */
export const syncClientOf = (name: string): string | null =>
  syncClients.find(([pattern]) => pattern.test(name))?.[1] ?? null;
