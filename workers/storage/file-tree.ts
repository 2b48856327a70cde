/** Names of the port as paths below a directory handle; shared by the private and the chosen folder. */
import { isFileName, type FileName } from './blob-store.ts';

const split = (name: FileName): { readonly folders: readonly string[]; readonly file: string } => {
  const segments = name.split('/');
  return { folders: segments.slice(0, -1), file: segments.at(-1) ?? name };
};

/** The folder of a file, and its name in there. Throws NotFoundError unless `create`. */
export async function locate(
  root: FileSystemDirectoryHandle,
  name: FileName,
  create: boolean,
): Promise<{ readonly folder: FileSystemDirectoryHandle; readonly file: string }> {
  const { folders, file } = split(name);
  let folder = root;
  for (const segment of folders) folder = await folder.getDirectoryHandle(segment, { create });
  return { folder, file };
}

async function collect(folder: FileSystemDirectoryHandle, path: string, names: FileName[]): Promise<void> {
  for await (const [entry, handle] of folder.entries()) {
    const name = path + entry;
    // Two levels of folders and no more: whatever else a folder holds is not followed.
    if (handle.kind === 'file') {
      if (isFileName(name)) names.push(name);
    } else if (path.split('/').length <= 2) await collect(handle, `${name}/`, names);
  }
}

/** Every file name of ours that starts with the prefix, ascending. */
export async function listNames(root: FileSystemDirectoryHandle, prefix: string): Promise<FileName[]> {
  const names: FileName[] = [];
  const [top] = prefix.split('/');
  if (prefix.includes('/') && top) {
    const folder = await existing(root, top);
    if (folder) await collect(folder, `${top}/`, names);
  } else await collect(root, '', names);
  return names.filter((name) => name.startsWith(prefix)).sort();
}

async function existing(
  root: FileSystemDirectoryHandle,
  name: string,
): Promise<FileSystemDirectoryHandle | undefined> {
  try {
    return await root.getDirectoryHandle(name);
  } catch (thrown) {
    if (thrown instanceof DOMException && thrown.name === 'NotFoundError' && (await isThere(root))) return;
    throw thrown;
  }
}

/** Whether the root itself can still be found; its files then are missing, and not all of it. */
export async function isThere(root: FileSystemDirectoryHandle): Promise<boolean> {
  try {
    await root.keys().next();
    return true;
  } catch {
    return false;
  }
}
